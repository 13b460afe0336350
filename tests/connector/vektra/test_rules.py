"""Accounts, agreements and promotions: put, read and deleted, and prices that follow at once."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from starlette.testclient import TestClient

from connector.assembly import assemble
from connector.cli import demo
from connector.keys import KeyAuthenticator, PublicKeys
from connector.surfaces import vektra
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from tests.connector.vektra.conftest import NOW, ROOT, Caller

Json = dict[str, Any]
UNIT = {"lines": [{"sku": "VX-2000", "quantity": 1}]}
FAIR = {"name": "Winter fair", "code": "WINTER", "value": 25, "sku": "VX-2000"}


@pytest.fixture
def client(seeded_url: str) -> Iterator[TestClient]:
    with closing(Hub(seeded_url, clock=FixedClock(NOW))) as hub:
        keys = KeyAuthenticator(hub, hub.clock, public=PublicKeys(demo.KEYS))
        with TestClient(assemble(hub, [vektra(ROOT / "openapi")], keys, keys=keys)) as client:
            yield client


@pytest.fixture
def program(client: TestClient) -> Caller:
    return Caller(client)


def answered(program: Caller, method: str, path: str, body: Json | None, status: int) -> Json:
    answer = program.send(method, path, body)
    assert answer.status_code == status, answer.text
    read: Json = answer.json() if answer.content else {}
    return read


def net(program: Caller, **members: object) -> float:
    found: float = program.post("/pricing", {**UNIT, **members})["totals"]["net"]
    return found


def test_an_account_is_made_changed_and_buys_under_its_parent(program: Caller) -> None:
    made = answered(program, "PUT", "/accounts/ACME-WEST", {"name": "West", "parent": "ACME"}, 201)
    assert answered(program, "GET", "/accounts/ACME-WEST", None, 200) == made
    assert net(program, account_id="ACME-WEST") == 11040
    changed = answered(program, "PUT", "/accounts/ACME-WEST", {"name": "West"}, 200)
    assert changed["parent"] is None
    assert net(program, account_id="ACME-WEST") == 12000


def test_an_agreement_is_put_and_prices_follow_at_once(program: Caller) -> None:
    asked = {"name": "Nordic", "region": "nordic", "terms": [{"kind": "percent", "value": "12.5"}]}
    made = answered(program, "PUT", "/agreements/AGR-N", asked, 201)
    assert answered(program, "GET", "/agreements/AGR-N", None, 200) == made
    assert made["terms"][0]["value"] == 12.5
    answered(program, "PUT", "/accounts/FJORD", {"region": "nordic"}, 201)
    assert net(program, account_id="FJORD") == 10500
    answered(program, "DELETE", "/agreements/AGR-N", None, 204)
    assert net(program, account_id="FJORD") == 12000
    answered(program, "GET", "/agreements/AGR-N", None, 404)
    answered(program, "DELETE", "/agreements/AGR-N", None, 404)


def test_a_promotion_is_put_replaced_and_deleted(program: Caller) -> None:
    answered(program, "PUT", "/promotions/WINTER", FAIR, 201)
    assert net(program, promotions=["WINTER"]) == 9000
    answered(program, "PUT", "/promotions/WINTER", {**FAIR, "value": 50}, 200)
    assert net(program, promotions=["WINTER"]) == 6000
    before = program.post("/pricing", {**UNIT, "promotions": ["WINTER"]})
    answered(program, "DELETE", "/promotions/WINTER", None, 204)
    refused = program.post("/pricing", {**UNIT, "promotions": ["WINTER"]}, 422)
    assert refused["code"] == "unknown_promotion"
    then = {"promotions": ["WINTER"], "rule_set_version": before["rule_set_version"]}
    assert program.post("/pricing", {**UNIT, **then}) == before


def test_two_promotions_that_nothing_sets_apart_are_refused(program: Caller) -> None:
    answered(program, "PUT", "/promotions/ONE", FAIR, 201)
    refused = answered(program, "PUT", "/promotions/TWO", FAIR, 409)
    assert "ONE" in refused["detail"]
    answered(program, "GET", "/promotions/TWO", None, 404)
    answered(program, "PUT", "/promotions/TWO", {**FAIR, "priority": 1}, 201)


def test_two_versions_never_hold_on_the_same_day(program: Caller) -> None:
    answered(program, "PUT", "/promotions/ONE", {**FAIR, "valid_to": "2026-12-31"}, 201)
    later = {**FAIR, "version": 2, "valid_from": "2026-12-31"}
    refused = answered(program, "PUT", "/promotions/ONE", later, 422)
    assert refused["errors"][0]["pointer"] == "/valid_from"
    answered(program, "PUT", "/promotions/ONE", {**later, "valid_from": "2027-01-01"}, 201)
    assert answered(program, "GET", "/promotions/ONE", None, 200)["version"] == 2


def agreed(account: str, **term: object) -> Json:
    return {"account": account, "terms": [{"kind": "percent", **term}]}


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/accounts/NEW", {"parent": "NOBODY"}, "/parent"),
        ("/accounts/NEW", {"parent": "NEW"}, "/parent"),
        ("/accounts/NEW", {"crm_contact_id": 2}, "/crm_contact_id"),
        ("/agreements/A", {"terms": [{"kind": "percent", "value": 1}]}, "/account"),
        ("/agreements/A", agreed("NOBODY", value=1), "/account"),
        ("/agreements/A", agreed("ACME", value=101), "/terms/0/value"),
        ("/agreements/A", agreed("ACME", value=1, sku="NOPE"), "/terms/0/sku"),
        ("/promotions/P", {"value": 5, "sku": "NOPE"}, "/sku"),
        ("/promotions/P", {"value": 5, "benefit": "amount"}, "/currency"),
        ("/promotions/P", {"value": -5}, "/value"),
        ("/promotions/P", {"value": 5, "valid_from": "2026-13-01"}, "/valid_from"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_named_and_nothing_is_kept(
    program: Caller, path: str, body: Json, pointer: str
) -> None:
    refused = answered(program, "PUT", path, body, 422)
    assert refused["errors"][0]["pointer"] == pointer
    answered(program, "GET", path, None, 404)


def test_rules_of_one_tenant_are_not_there_for_another(client: TestClient, program: Caller) -> None:
    stranger = Caller(client, "other-key")
    answered(program, "PUT", "/promotions/ONE", FAIR, 201)
    for method in ("GET", "DELETE"):
        answered(stranger, method, "/promotions/ONE", None, 404)
    refused = stranger.post("/pricing", {**UNIT, "promotions": ["WINTER"]}, 422)
    assert refused["code"] == "unknown_promotion"
    assert net(program, promotions=["WINTER"]) == 9000


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/agreements/X", "DELETE, GET, HEAD, PUT"),
        ("OPTIONS", "/accounts/X", "GET, HEAD, PUT"),
        ("GET", "/pricing", "POST"),
        ("DELETE", "/products", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    program: Caller, method: str, path: str, allowed: str
) -> None:
    answer = program.send(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
