"""The address of a proposal: read without a key, for a while, and accepted there."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest
from starlette.testclient import TestClient

from connector.assembly import assemble
from connector.cli import demo
from connector.keys import KeyAuthenticator, PublicKeys
from connector.surfaces import vektra
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.services import tenancy
from tests.connector.vektra.conftest import NOW, ROOT, Caller
from tests.connector.vektra.proposing import HOSE, Json, Visitor, offered, propose, told
from tests.connector.vektra.quotes import act, get, make

Visit = Callable[[Json], Visitor]


@pytest.fixture
def visit(hub_client: TestClient) -> Visit:
    return lambda proposal: Visitor(hub_client, proposal)


def at(hub: Hub, moment: datetime) -> None:
    assert isinstance(hub.clock, FixedClock)
    hub.clock.instant = moment


def settle(hub: Hub, *, accept_online: bool) -> None:
    with hub.unit_of_work("CustDemo") as uow:
        settings = uow.catalogues.load().settings
        proposals = replace(settings.proposals, accept_online=accept_online)
        uow.catalogues.put_settings(replace(settings, proposals=proposals))


def says(answer: httpx.Response, status: int, words: str) -> None:
    assert answer.status_code == status
    assert words in answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_a_page_is_read_without_a_key(program: Caller, visit: Visit) -> None:
    made = propose(program, offered(program))
    answer = visit(made).open()
    says(answer, 200, "This proposal is open")
    before, _, rest = made["content"].partition("<!--notice-->")
    assert answer.text.startswith(before)
    assert rest.partition("<!--act-->")[0] in answer.text
    headers = answer.headers
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script" not in policy
    assert "unsafe" not in policy
    assert visit(made).open(method="HEAD").status_code == 200


@pytest.mark.parametrize(
    ("written_as", "kind", "ending"),
    [("pdf", "application/pdf", "pdf"), ("ubl", "application/xml", "xml")],
)
def test_the_document_is_taken_along_byte_for_byte(
    program: Caller, visit: Visit, written_as: str, kind: str, ending: str
) -> None:
    made = propose(program, offered(program), format=written_as)
    says(visit(made).open(), 200, made["sha256"])
    answer = visit(made).open("/document")
    assert answer.headers["content-type"] == kind
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="{made["number"]}.{ending}"'
    )
    again = program.send("GET", f"/proposals/{made['id']}").json()
    assert again["sha256"] == made["sha256"]
    assert again["content"] == made["content"]


def test_views_are_counted_and_told_at_most_once_an_hour(
    program: Caller, visit: Visit, hub: Hub
) -> None:
    quote = offered(program)
    made = propose(program, quote)
    for minutes in (0, 59, 61, 122):
        at(hub, NOW + timedelta(minutes=minutes))
        assert visit(made).open().status_code == 200
    visit(made).open("/document")
    visit(made).open(method="HEAD")
    seen = program.send("GET", f"/proposals/{made['id']}").json()
    assert (seen["views"], seen["first_viewed_at"], seen["last_viewed_at"]) == (
        4,
        "2026-11-21T09:30:00.000Z",
        "2026-11-21T11:32:00.000Z",
    )
    viewed = told(program, "proposal.viewed", made["id"])
    assert [each["data"]["views"] for each in viewed] == [1, 3, 4]
    of_quote = told(program, "quote.viewed", quote["id"])
    assert [each["data"]["proposal_id"] for each in of_quote] == [made["id"]] * 3


def test_an_address_ends(program: Caller, visit: Visit, hub: Hub) -> None:
    made = propose(program, offered(program), expires_in_days=1, language="de")
    at(hub, NOW + timedelta(hours=23, minutes=59))
    says(visit(made).open(), 200, made["number"])
    at(hub, NOW + timedelta(days=1))
    says(visit(made).open(), 410, "Dieses Angebot ist nicht mehr verfügbar")
    assert visit(made).open("/document").status_code == 410
    assert visit(made).accept("Ada").status_code == 410
    seen = program.send("GET", f"/proposals/{made['id']}").json()
    assert (seen["views"], seen["number"]) == (1, made["number"])


def test_an_address_is_revoked_for_good(program: Caller, visit: Visit) -> None:
    quote = offered(program)
    made = propose(program, quote)
    for _ in range(2):
        revoked = program.post(f"/proposals/{made['id']}/revoke", {})
        assert revoked["revoked_at"] == "2026-11-21T09:30:00.000Z"
    says(visit(made).open(), 410, "can no longer be read")
    assert visit(made).accept("Ada").status_code == 410
    assert get(program, quote)["status"] == "sent"
    assert len(told(program, "proposal.revoked", made["id"])) == 1
    assert program.send("GET", f"/proposals/{made['id']}").json()["content"] == made["content"]


def test_what_never_was_is_unknown(hub_client: TestClient, program: Caller, visit: Visit) -> None:
    made = propose(program, offered(program))
    for path in ("/p/", "/p/x", f"/p/{'x' * 43}", f"/p/{'x' * 4000}", "/p/%00", "/p/..%2f..",
                 f"{visit(made).path}/", f"{visit(made).path}/other"):  # fmt: skip
        answer = hub_client.get(path)
        says(answer, 404, "There is nothing at this address")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert visit(made).open(method="DELETE").status_code == 405
    assert visit(made).open("/accept").status_code == 405


def test_nobody_reads_what_a_disabled_tenant_offered(
    program: Caller, visit: Visit, hub: Hub
) -> None:
    visitor = visit(propose(program, offered(program)))
    with hub.administration() as administration:
        tenancy.disable(administration, "CustDemo")
    says(visitor.open(), 404, "There is nothing at this address")
    assert visitor.accept("Ada").status_code == 404


def test_a_proposal_is_accepted_where_it_is_read(program: Caller, visit: Visit) -> None:
    quote = offered(program)
    made = propose(program, quote)
    assert 'action="' + visit(made).path.rpartition("/")[2] in visit(made).open().text
    answer = visit(made).accept("  Ada   Lovelace ")
    assert (answer.status_code, answer.content) == (303, b"")
    assert f"/p/{answer.headers['location'].removeprefix('../')}" == visit(made).path
    page = visit(made).open()
    says(page, 200, "This proposal is accepted")
    assert "<form" not in page.text
    accepted = get(program, quote, "?expand=history")
    assert accepted["status"] == "accepted"
    last = accepted["history"][-1]
    assert (last["what"], last["by"]) == ("accepted", made["id"])
    assert last["details"]["comment"] == (
        f"Ada Lovelace, {made['number']}, SHA-256 {made['sha256']}"
    )
    assert visit(made).accept("Somebody else").status_code == 303
    again = get(program, quote, "?expand=history")
    assert again["history"] == accepted["history"]
    assert len(told(program, "quote.accepted", quote["id"])) == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\x00b", "a\u202eb"])
def test_nobody_accepts_without_a_name(program: Caller, visit: Visit, name: str) -> None:
    quote = offered(program)
    answer = visit(propose(program, quote)).accept(name)
    says(answer, 422, "Please give your name")
    assert 'action="accept"' in answer.text
    assert get(program, quote)["status"] == "sent"


def test_an_older_proposal_says_so_and_cannot_be_accepted(program: Caller, visit: Visit) -> None:
    quote = offered(program)
    old, new = propose(program, quote), propose(program, quote)
    page = visit(old).open()
    says(page, 200, "There is something newer")
    assert "<form" not in page.text
    assert visit(old).accept("Ada").status_code == 303
    assert get(program, quote)["status"] == "sent"
    act(program, quote, "revise")
    says(visit(new).open(), 200, "There is something newer")
    act(program, quote, "submit")
    visit(new).accept("Ada")
    assert get(program, quote)["status"] == "approved", "nobody has seen a proposal of version 2"


def test_accepting_here_is_the_tenants_choice(program: Caller, visit: Visit, hub: Hub) -> None:
    settle(hub, accept_online=False)
    quote = offered(program)
    made = propose(program, quote)
    page = visit(made).open()
    says(page, 200, "please answer whoever sent it")
    assert "<form" not in page.text
    visit(made).accept("Ada")
    assert get(program, quote)["status"] == "sent"
    settle(hub, accept_online=True)
    says(visit(made).open(), 200, "This proposal is open")


def test_what_is_over_or_declined_is_closed(program: Caller, visit: Visit, hub: Hub) -> None:
    over = offered(program, valid_until="2026-11-21")
    declined, held = offered(program), offered(program)
    made = [propose(program, each) for each in (over, declined, held)]
    act(program, declined, "decline")
    act(program, held, "hold")
    at(hub, NOW + timedelta(days=1))
    says(visit(made[0]).open(), 200, "can no longer be accepted here")
    says(visit(made[1]).open(), 200, "can no longer be accepted here")
    says(visit(made[2]).open(), 200, "please answer whoever sent it")
    for each, quote in zip(made, (over, declined, held), strict=True):
        before = get(program, quote)
        assert visit(each).accept("Ada").status_code == 303
        assert get(program, quote) == before


def test_forms_of_another_kind_are_refused(
    hub_client: TestClient, program: Caller, visit: Visit
) -> None:
    path = f"{visit(propose(program, offered(program))).path}/accept"
    assert hub_client.post(path, json={"name": "Ada"}).status_code == 415
    assert hub_client.post(path, data={"name": "x" * 10_000}).status_code == 413
    many = hub_client.post(path, data={f"name{number}": "x" for number in range(50)})
    assert many.status_code == 422


@pytest.fixture
def counting(hub: Hub) -> Iterator[TestClient]:
    keys = KeyAuthenticator(hub, hub.clock, public=PublicKeys(demo.KEYS))
    surfaces = [vektra(ROOT / "openapi")]
    url = "https://quotes.example"
    app = assemble(hub, surfaces, keys, keys=keys, rate=1000, public_url=url)
    with TestClient(app) as client:
        yield client


def test_an_address_asks_only_so_often(counting: TestClient) -> None:
    answers = [counting.get("/p/unknown") for _ in range(40)]
    busy = [each for each in answers if each.status_code == 429]
    assert busy
    assert int(busy[0].headers["retry-after"]) >= 1
    assert "Too many requests" in busy[0].text


def test_addresses_begin_where_people_reach_the_server(counting: TestClient) -> None:
    caller = Caller(counting)
    quote = make(caller, HOSE)
    act(caller, quote, "submit")
    assert propose(caller, quote)["url"].startswith("https://quotes.example/p/")
