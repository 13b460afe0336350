"""Proposals: numbered documents of what a quote offers, which never change."""

import base64
import hashlib
import json
import re

import pytest
from defusedxml.ElementTree import fromstring

from engine.hub import Hub
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.proposing import HOSE, offered, propose, told
from tests.connector.vektra.quotes import act, get, make


def test_a_proposal_tells_what_it_is(caller: Caller) -> None:
    quote = offered(caller)
    made = propose(caller, quote, language="nb", expires_in_days=10)
    assert re.fullmatch(r"P-2026-\d{6}", made["number"])
    assert made["id"].startswith("prp_")
    assert re.fullmatch(r"http://testserver/p/[A-Za-z0-9_-]{43}", made["url"])
    assert (made["quote_id"], made["version"], made["format"], made["language"]) == (
        quote["id"],
        1,
        "html",
        "nb",
    )
    assert (made["created_at"], made["expires_at"]) == (
        "2026-11-21T09:30:00.000Z",
        "2026-12-01T09:30:00.000Z",
    )
    assert made["sha256"] == hashlib.sha256(made["content"].encode()).hexdigest()
    assert made["number"] in made["content"]
    assert "Hva vi tilbyr" in made["content"]
    assert (made["views"], made["first_viewed_at"], made["revoked_at"]) == (0, None, None)
    [event] = told(caller, "proposal.generated", made["id"])
    assert event["data"]["quote_id"] == quote["id"]
    assert event["data"]["sha256"] == made["sha256"]


def test_formats_say_the_same(caller: Caller) -> None:
    quote = offered(caller, {"sku": "VX-2000", "quantity": 2}, {"sku": "CARE-PLUS", "quantity": 2})
    net, total = quote["totals"]["net"], quote["totals"]["total"]
    data = json.loads(propose(caller, quote, format="json")["content"])
    assert (data["totals"]["net"], data["totals"]["total"]) == (net, total)
    assert [each["sku"] for each in data["lines"]] == ["VX-2000", "CARE-PLUS"]
    page = propose(caller, quote, format="html")["content"]
    assert f"${total:,.2f}" in page
    pdf = propose(caller, quote, format="pdf")
    content = base64.b64decode(pdf["content"])
    assert content.startswith(b"%PDF-")
    assert hashlib.sha256(content).hexdigest() == pdf["sha256"]
    root = fromstring(propose(caller, quote, format="ubl")["content"])
    paid = [each.text for each in root.iter() if each.tag.endswith("}PayableAmount")]
    assert [float(each or 0) for each in paid] == [total]


@pytest.mark.parametrize("written_as", ["html", "json", "ubl"])
def test_what_things_cost_leaves_in_no_format(caller: Caller, written_as: str) -> None:
    lines = ({"sku": "VX-2000", "quantity": 3}, {"sku": "CARE-PLUS", "quantity": 3})
    quote = offered(caller, *lines)
    secrets = {quote["totals"]["cost"], quote["totals"]["margin_amount"]}
    for line in quote["lines"]:
        secrets |= {line["cost_total"], line["margin_amount"], line["margin_percent"]}
    rules = {bar["rule"]["id"] for each in get(caller, quote, "?expand=waterfall")["lines"]
             for bar in each["waterfall"] if bar["rule"]}  # fmt: skip
    assert None not in secrets
    assert rules
    content = re.sub("<style>.*</style>", "", propose(caller, quote, format=written_as)["content"],
                     flags=re.DOTALL)  # fmt: skip
    for secret in secrets:
        for digits in (f"{secret:.2f}", f"{secret:,.2f}", f"{secret}"):
            assert digits not in content, digits
    for word in (*rules, "cost", "margin", "floor", "waterfall"):
        assert word not in content, word


def test_only_what_is_offered_can_be_proposed(caller: Caller) -> None:
    quote = make(caller, HOSE)
    assert propose(caller, quote, 409)["code"] == "illegal_transition"
    act(caller, quote, "submit")
    propose(caller, quote)
    act(caller, quote, "send")
    propose(caller, quote)
    act(caller, quote, "hold")
    propose(caller, quote)
    act(caller, quote, "resume")
    act(caller, quote, "accept")
    propose(caller, quote)
    assert len(caller.send("GET", f"/quotes/{quote['id']}/proposals").json()["data"]) == 4
    declined = offered(caller)
    act(caller, declined, "decline")
    assert propose(caller, declined, 409)["code"] == "illegal_transition"
    expired = offered(caller)
    caller.send("PATCH", f"/quotes/{expired['id']}", {"valid_until": "2026-11-20"})
    assert propose(caller, expired, 409)["code"] == "illegal_transition"
    revised = offered(caller)
    act(caller, revised, "revise")
    assert propose(caller, revised, 409)["code"] == "illegal_transition"


def test_older_proposals_stay_as_they_were(caller: Caller) -> None:
    quote = offered(caller)
    first = propose(caller, quote)
    act(caller, quote, "revise")
    line = f"/quotes/{quote['id']}/lines/{quote['lines'][0]['id']}"
    assert caller.send("PATCH", line, {"quantity": 7}).status_code == 200
    act(caller, quote, "submit")
    second = propose(caller, quote, format="json")
    again = caller.send("GET", f"/proposals/{first['id']}").json()
    assert again == first | {"url": None}
    assert (first["version"], second["version"]) == (1, 2)
    page = caller.send("GET", f"/quotes/{quote['id']}/proposals?limit=1").json()
    assert [each["id"] for each in page["data"]] == [second["id"]]
    assert "content" not in page["data"][0]
    rest = caller.send(
        "GET", f"/quotes/{quote['id']}/proposals?limit=1&cursor={page['next_cursor']}"
    ).json()
    assert [each["id"] for each in rest["data"]] == [first["id"]]
    assert rest["next_cursor"] is None


def test_numbers_have_no_gap(program: Caller) -> None:
    quote = offered(program)
    numbers = [propose(program, quote)["number"] for _ in range(3)]
    assert numbers == ["P-2026-000001", "P-2026-000002", "P-2026-000003"]
    propose(program, make(program, HOSE), 409)
    assert propose(program, quote)["number"] == "P-2026-000004"


def test_a_repeated_request_makes_one_proposal(caller: Caller) -> None:
    quote = offered(caller)
    path, key = f"/proposals/{quote['id']}", {"Idempotency-Key": "prp-once"}
    first = caller.send("POST", path, {"format": "pdf"}, **key)
    act(caller, quote, "decline")
    again = caller.send("POST", path, {"format": "pdf"}, **key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.content == first.content
    other = caller.send("POST", path, {"format": "html"}, **key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert len(caller.send("GET", f"/quotes/{quote['id']}/proposals").json()["data"]) == 1


def test_the_secret_of_an_address_is_kept_nowhere(program: Caller, hub: Hub) -> None:
    made = propose(program, offered(program))
    secret = made["url"].rpartition("/")[2]
    with hub.reading("CustDemo") as view:
        kept = view.proposals.get(made["id"])
        said = view.proposals.content(made["id"])
    assert kept.token == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in repr(kept) + said.page + repr(said.content)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"format": "docx"}, 400, "invalid_body"),
        ({"language": "klingon"}, 400, "invalid_body"),
        ({"language": "fi"}, 422, "unknown_language"),
        ({"language": "de-QQ"}, 422, "unknown_language"),
        ({"template": "../../etc/passwd"}, 400, "invalid_body"),
        ({"expires_in_days": 0}, 400, "invalid_body"),
        ({"expires_in_days": 366}, 400, "invalid_body"),
        ({"expires_in_days": 1.5}, 400, "invalid_body"),
        ({"number": "P-1"}, 400, "invalid_body"),
        ({"tenant_id": "CustOther"}, 400, "invalid_body"),
        ({"url": "https://evil.example"}, 400, "invalid_body"),
    ],
)
def test_what_is_wrong_is_named_and_changes_nothing(
    caller: Caller, body: dict[str, object], status: int, code: str
) -> None:
    quote = offered(caller)
    assert propose(caller, quote, status, **body)["code"] == code
    assert caller.send("GET", f"/quotes/{quote['id']}/proposals").json()["data"] == []


def test_another_tenants_proposals_are_not_found(caller: Caller, stranger: Caller) -> None:
    quote = offered(caller)
    made = propose(caller, quote)
    assert propose(stranger, quote, 404)["code"] == "not_found"
    for method, path in (
        ("GET", f"/proposals/{made['id']}"),
        ("GET", f"/quotes/{quote['id']}/proposals"),
        ("POST", f"/proposals/{made['id']}/revoke"),
    ):
        assert stranger.send(method, path).status_code == 404
    assert caller.send("GET", f"/proposals/{made['id']}").json()["revoked_at"] is None
    for path in ("/proposals/prp_none", "/quotes/qte_none/proposals"):
        assert caller.send("GET", path).status_code == 404


def test_the_newest_proposal_of_a_quote_is_known_with_its_hash(program: Caller, hub: Hub) -> None:
    quote = offered(program)
    with hub.reading("CustDemo") as view:
        assert view.proposals.latest_of(quote["id"]) is None
    propose(program, quote)
    newest = propose(program, quote, format="pdf")
    with hub.reading("CustDemo") as view:
        latest = view.proposals.latest_of(quote["id"])
    assert latest is not None
    assert (latest.id, latest.sha256) == (newest["id"], newest["sha256"])
