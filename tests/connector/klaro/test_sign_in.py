"""Who comes in: an API key, or a user by name and password; nobody else, in the demo either."""

import base64
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

import pytest
from starlette.testclient import TestClient

from connector.assembly import assemble
from connector.cli import demo
from connector.keys import KeyAuthenticator, PublicKeys
from connector.surfaces import klaro
from connector.turns import Turns
from connector.users import UserAuthenticator
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.kernel.errors import Invalid
from engine.services import keys, staffing, tenancy
from engine.services.staffing import NewUser, UserChange
from tests.connector.klaro.conftest import API, Reader
from tests.connector.vektra.conftest import ROOT

ANNA = ("CustDemo/c_anna", "demo-anna-password")
LONGEST = "\U00010348" * 256
"""As long as a password may be, of characters that take four bytes each."""


def status(client: TestClient, headers: dict[str, str], path: str = "/users") -> int:
    found: int = client.get(f"{API}{path}", headers=headers).status_code
    return found


def client_of(hub: Hub, users: UserAuthenticator) -> TestClient:
    """A client of this API alone, whose users are proven so."""
    keys_ = KeyAuthenticator(hub, hub.clock, public=PublicKeys(demo.KEYS, demo.ANONYMOUS))
    return TestClient(assemble(hub, [klaro(ROOT / "openapi")], keys_, keys=keys_, users=users))


def basic(name: str, password: str) -> dict[str, str]:
    pair = f"{name}:{password}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({}, 401),
        ({"x-api-key": "demo-key"}, 200),
        ({"x-api-key": "wrong"}, 401),
        ({"x-api-key": "wrong"} | basic(*ANNA), 401),
        ({"x-api-key": "demo-key"} | basic("CustDemo/c_anna", "wrong"), 200),
        (basic(*ANNA), 200),
        (basic("CustDemo\\c_anna", ANNA[1]), 200),
        (basic("CustDemo/C_ANNA", ANNA[1]), 200),
        (basic("CustDemo/c_anna", "wrong"), 401),
        (basic("CustDemo/c_nobody", ANNA[1]), 401),
        (basic("CustOther/c_anna", ANNA[1]), 401),
        (basic("Nobody/c_anna", ANNA[1]), 401),
        (basic("c_anna", ANNA[1]), 401),
        (basic("CustDemo", demo.TENANTS["CustDemo"][1]), 401),
        ({"Authorization": "Basic !!!"}, 401),
        ({"Authorization": "Bearer x.y.z"}, 401),
        ({"Authorization": ""}, 401),
    ],
)
def test_nobody_is_let_in_unproven(
    demo_client: TestClient, headers: dict[str, str], found: int
) -> None:
    assert status(demo_client, headers) == found


def test_a_refusal_says_what_would_open(demo_client: TestClient) -> None:
    refused = demo_client.get(f"{API}/users")
    challenge = refused.headers["www-authenticate"]
    assert challenge.startswith("ApiKey")
    assert 'Basic realm="quotewright"' in challenge
    assert refused.json()["error"] == {
        "code": 401,
        "message": "The credentials are missing or not valid.",
    }


def test_who_is_not_let_in_is_not_told_what_there_is(demo_client: TestClient) -> None:
    assert status(demo_client, {}, "/nowhere") == 401
    assert status(demo_client, {"x-api-key": "demo-key"}, "/nowhere") == 404


def test_a_key_of_a_fulfilment_system_opens_nothing(hub: Hub, hub_client: TestClient) -> None:
    with hub.administration() as administration:
        made = keys.create(administration, "CustDemo", "erp", hub.clock, "ERP")
        own = keys.create(administration, "CustDemo", "shop", hub.clock)
    refused = hub_client.get(f"{API}/users", headers={"x-api-key": made.text})
    assert refused.status_code == refused.json()["error"]["code"] == 403
    assert status(hub_client, {"x-api-key": own.text}) == 200


def test_a_changed_or_disabled_user_counts_at_once(hub: Hub, hub_client: TestClient) -> None:
    quotation = Reader.key(hub_client, "demo-key").post(
        "/quotations/vacuums", {"account": "ACME"}, 201
    )["quotation_id"]
    anna = Reader.user(hub_client, *ANNA)
    anna.get(f"/quotation/{quotation}", 404)
    with hub.unit_of_work("CustDemo") as uow:
        staffing.change(uow, "c_anna", UserChange(is_privileged=True))
    anna.get(f"/quotation/{quotation}")
    with hub.unit_of_work("CustDemo") as uow:
        staffing.change(uow, "c_anna", UserChange(password="another-password"))
    assert status(hub_client, basic(*ANNA)) == 401
    assert status(hub_client, basic("CustDemo/c_anna", "another-password")) == 200
    with hub.unit_of_work("CustDemo") as uow:
        staffing.disable(uow, "c_anna")
    assert status(hub_client, basic("CustDemo/c_anna", "another-password")) == 401
    with hub.unit_of_work("CustDemo") as uow:
        staffing.change(uow, "c_anna", UserChange(disabled=False))
    assert status(hub_client, basic("CustDemo/c_anna", "another-password")) == 200


def test_users_of_a_tenant_that_is_not_served_are_told_so(hub: Hub, hub_client: TestClient) -> None:
    assert status(hub_client, basic(*ANNA)) == 200
    with hub.administration() as administration:
        tenancy.disable(administration, "CustDemo")
    assert status(hub_client, basic(*ANNA)) == 403
    assert status(hub_client, basic("CustDemo/c_bo", "demo-bo-password")) == 403


def test_whoever_guesses_has_to_wait(hub: Hub) -> None:
    clock = hub.clock
    assert isinstance(clock, FixedClock)
    with client_of(hub, UserAuthenticator(hub, clock, failures_per_minute=2)) as client:
        assert status(client, basic(*ANNA)) == 200
        wrong = [status(client, basic("CustDemo/c_anna", f"wrong-{n}")) for n in range(4)]
        assert wrong == [401, 401, 429, 429]
        refused = client.get(f"{API}/users", headers=basic("CustDemo/c_bo", "demo-bo-password"))
        assert refused.status_code == refused.json()["error"]["code"] == 429
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert status(client, basic(*ANNA)) == 200, "who was proven before goes on"
        assert status(client, {"x-api-key": "demo-key"}) == 200
        clock.instant = clock.instant.replace(minute=45)
        assert status(client, basic("CustDemo/c_bo", "demo-bo-password")) == 200


def test_users_count_for_each_tenant(hub: Hub) -> None:
    for tenant in ("CustDemo", "CustOther"):
        with hub.unit_of_work(tenant) as uow:
            made = staffing.add(uow, NewUser(username="c_new")).user
        assert made.number == 3


def test_whoever_guesses_at_many_tenants_has_to_wait(hub: Hub) -> None:
    """Each guess costs as much as one at a tenant that there is."""
    with client_of(hub, UserAuthenticator(hub, hub.clock, failures_per_minute=2)) as client:
        found = [status(client, basic(f"T{each}/x", "wrong-password")) for each in range(6)]
    assert found == [401, 401, 401, 401, 429, 429]


UNREADABLE = (
    {"Authorization": "Basic !!!"},
    {"Authorization": "Bearer x.y.z"},
    {"Authorization": "Basic " + "QQ==" * 600},
    basic("CustDemo", ANNA[1]),
    basic("CustDemo/c_anna", "short"),
    basic("CustDemo/c_anna", LONGEST + "x"),
    basic("CustDemo/c_anna", "not\nprintable"),
)


def test_what_nobody_can_be_let_in_with_costs_nothing_but_counts(hub: Hub) -> None:
    """No turn is to be had, and none is needed."""
    turns = Turns(at_once=1, waiting=0, seconds=0)
    with client_of(hub, UserAuthenticator(hub, hub.clock, turns=turns)) as client, turns.turn():
        assert {status(client, each) for each in UNREADABLE} == {401}
    users = UserAuthenticator(hub, hub.clock, failures_per_minute=len(UNREADABLE) // 2)
    with client_of(hub, users) as client:
        found = [status(client, each) for each in UNREADABLE]
    assert found[0] == 401
    assert found[-1] == 429


def test_few_passwords_are_checked_at_once(hub: Hub) -> None:
    """Who was proven before, and who presents a key, waits for nobody."""
    turns = Turns(at_once=1, waiting=0, seconds=0)
    with client_of(hub, UserAuthenticator(hub, hub.clock, turns=turns)) as client:
        assert status(client, basic(*ANNA)) == 200
        with turns.turn():
            for name in ("CustDemo/c_bo", "CustDemo/c_nobody", "Nobody/c_bo"):
                headers = basic(name, "demo-bo-password")
                refused = client.get(f"{API}/users", headers=headers)
                assert refused.status_code == refused.json()["error"]["code"] == 503
                assert int(refused.headers["retry-after"]) > 0
            assert status(client, basic(*ANNA)) == 200
            assert status(client, {"x-api-key": "demo-key"}) == 200
        assert status(client, basic("CustDemo/c_bo", "demo-bo-password")) == 200


def test_those_who_present_the_same_at_once_share_one_check(hub: Hub) -> None:
    """As a client does that starts with many calls: one of them has a turn, and there are none."""
    with hub.unit_of_work("CustDemo") as uow:
        staffing.change(uow, "c_anna", UserChange(password=ANNA[1]))
    turns, together = Turns(at_once=1, waiting=0, seconds=0), Barrier(6)
    with client_of(hub, UserAuthenticator(hub, hub.clock, turns=turns)) as client:

        def call(password: str) -> int:
            together.wait(30)
            return status(client, basic("CustDemo/c_anna", password))

        with ThreadPoolExecutor(6) as threads:
            assert set(threads.map(call, ["wrong password"] * 6)) == {401}
            assert set(threads.map(call, [ANNA[1]] * 6)) == {200}


def test_a_password_may_be_as_long_as_it_may_be_set(hub: Hub, hub_client: TestClient) -> None:
    with hub.unit_of_work("CustDemo") as uow:
        staffing.change(uow, "c_anna", UserChange(password=LONGEST))
        with pytest.raises(Invalid):
            staffing.change(uow, "c_bo", UserChange(password=LONGEST + "x"))
        with pytest.raises(Invalid):
            staffing.add(uow, NewUser(username="c_new", password=LONGEST + "x"))
    assert status(hub_client, basic("CustDemo/c_anna", LONGEST)) == 200
    assert status(hub_client, basic("CustDemo/c_anna", LONGEST + "x")) == 401
    assert status(hub_client, basic("CustDemo/c_anna", LONGEST[1:])) == 401


def test_who_is_disabled_is_refused_at_the_next_call_in_every_process(
    hub: Hub, hub_client: TestClient, seeded_url: str
) -> None:
    assert status(hub_client, basic(*ANNA)) == 200
    with closing(Hub(seeded_url, clock=hub.clock)) as other:
        with client_of(other, UserAuthenticator(other, other.clock)) as client:
            assert status(client, basic(*ANNA)) == 200
        with other.unit_of_work("CustDemo") as uow:
            staffing.disable(uow, "c_anna")
    assert status(hub_client, basic(*ANNA)) == 401


def test_who_is_disabled_is_not_among_the_users(hub: Hub, hub_client: TestClient) -> None:
    """What it handles it is shown to handle still; it can be given nothing more."""
    anna, program = Reader.user(hub_client, *ANNA), Reader.key(hub_client, "demo-key")
    quotation = anna.post("/quotations/vacuums", {"account": "ACME"}, 201)["quotation_id"]
    other = program.post("/quotations/vacuums", {"account": "ACME"}, 201)["quotation_id"]
    with hub.unit_of_work("CustDemo") as uow:
        staffing.disable(uow, "c_anna")
    for query, names in (("", ["c_bo"]), ("?first_name=anna", []), ("?size=1", ["c_bo"])):
        page = program.send("GET", f"/users{query}").json()
        assert [each["username"] for each in page["data"]] == names
        assert (page["total"], page["size"]) == (len(names), len(names))
    assert [each["username"] for each in program.get(f"/quotation/{quotation}/users")] == ["c_anna"]
    program.post(f"/quotation/{other}/users", {"userIds": [1]}, 400)
    assert program.get(f"/quotation/{other}/users") == []
