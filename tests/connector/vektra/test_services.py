"""Contracts come of orders; they are read, listed, and belong to their tenant."""

from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.services import (
    PLAN,
    contract_of,
    do,
    make,
    order,
    read,
    wrong,
)

YEARLY = {"sku": "CARE-PLUS", "quantity": 1, "term_months": 24}
VISIT = {"sku": "VX-HOS-50", "quantity": 10}


def test_what_recurs_of_an_order_becomes_a_contract(caller: Caller) -> None:
    """180 a month for each of four, for twelve months from today on, 21 November 2026."""
    contract = contract_of(caller)
    assert (contract["status"], contract["start_date"], contract["end_date"]) == (
        *("active", "2026-11-21"),
        "2027-11-21",
    )
    assert contract["number"].startswith("C-2026-")
    assert contract["attributes"] == {"coverage_level": "Standard", "response": "Next day"}
    [charge] = contract["charges"]
    assert (charge["amount"], charge["period"], charge["quantity"]) == (720, "month", 4)
    assert (charge["unit_price"], charge["total"], charge["billing_day"]) == (180, 8640, 21)
    assert (contract["value"], contract["term_months"], contract["currency"]) == (8640, 12, "USD")
    assert [each["what"] for each in contract["history"]] == ["created"]


def test_lines_of_one_term_are_one_contract_and_what_is_due_once_is_none(caller: Caller) -> None:
    lines = (PLAN, {**PLAN, "quantity": 1}, YEARLY, VISIT)
    placed = order(caller, make(caller, *lines, account_id="HARBOR", currency="USD"))
    contracts = [read(caller, each) for each in placed["contracts"]]
    assert sorted((each["term_months"], len(each["charges"])) for each in contracts) == [
        (12, 2),
        (24, 1),
    ]
    assert {each["order_id"] for each in contracts} == {placed["id"]}
    once = make(caller, VISIT, account_id="HARBOR", currency="USD")
    assert order(caller, once)["contracts"] == []


def test_a_term_begins_when_its_line_does_else_when_it_was_asked_for(caller: Caller) -> None:
    """A month that begins on the 31st ends on the last day of February."""
    line = {**PLAN, "start_date": "2027-01-31", "term_months": 1}
    contract = contract_of(caller, line, PLAN | {"term_months": 1, "start_date": "2027-01-31"})
    assert (contract["start_date"], contract["end_date"], contract["status"]) == (
        *("2027-01-31", "2027-02-28"),
        "pending",
    )
    asked = contract_of(caller, requested_date="2026-12-01")
    assert (asked["start_date"], asked["end_date"]) == ("2026-12-01", "2027-12-01")


def test_the_contracts_of_before_know_leap_years(caller: Caller) -> None:
    answer = caller.send("GET", "/services?account_id=ACME&limit=200")
    [old] = [each for each in answer.json()["data"] if each["start_date"] == "2024-02-29"]
    assert (old["end_date"], old["status"]) == ("2029-02-28", "active")
    answer = caller.send("GET", "/services?account_id=ODDAFAB&limit=200")
    ends = [each["end_date"] for each in answer.json()["data"]]
    assert "2028-02-29" in ends  # 49 months from 31 January 2024 on


def test_contracts_are_listed_by_status_and_account(caller: Caller) -> None:
    active = contract_of(caller)
    pending = contract_of(caller, {**PLAN, "start_date": "2027-03-01"})
    ended = contract_of(caller)
    do(caller, ended, "terminate")
    noticed = contract_of(caller)
    do(caller, noticed, "terminate", effective_date="2027-05-01")
    expired = contract_of(caller, {**PLAN, "start_date": "2024-02-29"})
    for status, contract in (
        ("active", active),
        ("pending", pending),
        ("terminated", ended),
        ("in_notice", noticed),
        ("expired", expired),
    ):
        found = caller.send("GET", f"/services?status={status}&account_id=HARBOR&limit=200").json()
        assert {each["status"] for each in found["data"]} == {status}
        assert contract["id"] in {each["id"] for each in found["data"]}
        assert read(caller, contract["id"])["status"] == status
    page = caller.send("GET", "/services?limit=2").json()
    following = caller.send("GET", f"/services?limit=2&cursor={page['next_cursor']}").json()
    seen = [each["id"] for each in (*page["data"], *following["data"])]
    assert len(set(seen)) == 4
    assert seen == sorted(seen, reverse=True)
    assert caller.send("GET", "/services?cursor=bm9wZQ").status_code == 422


def test_nothing_can_be_done_with_what_is_over(caller: Caller) -> None:
    expired = contract_of(caller, {**PLAN, "start_date": "2024-02-29"})
    ended = contract_of(caller)
    do(caller, ended, "terminate")
    for contract in (expired, ended):
        for action, members in (
            ("renew", {}),
            ("amend", {"changes": {"quantity": 5}}),
            ("terminate", {}),
        ):
            refused = do(caller, contract, action, 409, **members)
            assert refused["code"] == "illegal_transition"


def test_a_contract_is_its_tenants_own(caller: Caller, stranger: Caller) -> None:
    contract = contract_of(caller)
    path = f"/services/{contract['id']}"
    assert stranger.send("GET", path).status_code == 404
    assert stranger.send("GET", f"{path}/simulate?action=terminate").status_code == 404
    for action in ("renew", "amend", "terminate"):
        assert do(stranger, contract, action, 404)["code"] == "not_found"
    listed = stranger.send("GET", "/services?limit=200").json()["data"]
    assert contract["id"] not in {each["id"] for each in listed}
    mine = contract_of(stranger, account="ACME")
    refused = do(caller, contract, "renew", 404, co_term_with=[mine["id"]])
    assert refused["code"] == "not_found"


def test_members_that_say_nothing_about_the_action_are_refused(caller: Caller) -> None:
    contract = contract_of(caller)
    for action, members in (
        ("renew", {"changes": {"quantity": 5}}),
        ("amend", {"term_months": 12}),
        ("terminate", {"uplift_percent": 3}),
    ):
        refused = do(caller, contract, action, 422, **members)
        [name] = members
        assert wrong(refused) == [(f"/{name}", "not_of_this_action")]
    assert do(caller, contract, "terminate", 400, total=0)
    assert do(caller, contract, "cancel", 400)
    assert read(caller, contract["id"]) == contract


def test_who_has_seen_an_older_contract_is_told(caller: Caller) -> None:
    contract = contract_of(caller)
    path = f"/services/{contract['id']}"
    seen = caller.send("GET", path).headers["etag"]
    less = {"action": "amend", "changes": {"quantity": 3}}
    done = caller.send("POST", path, less, **{"If-Match": seen})
    assert done.status_code == 200
    assert done.headers["etag"] != seen
    stale = caller.send("POST", path, {"action": "terminate"}, **{"If-Match": seen})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_revision")


def test_the_same_key_ends_a_contract_once(caller: Caller) -> None:
    contract = contract_of(caller)
    path, key = f"/services/{contract['id']}", {"Idempotency-Key": contract["id"]}
    first = caller.send("POST", path, {"action": "terminate"}, **key)
    again = caller.send("POST", path, {"action": "terminate"}, **key)
    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")
    other = caller.send("POST", path, {"action": "renew"}, **key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
