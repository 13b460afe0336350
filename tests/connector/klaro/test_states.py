"""Where a revision is led: the states of the page, by the acts of a quote."""

from typing import Any

import pytest

from tests.connector.klaro.conftest import Reader
from tests.connector.klaro.quotations import UNITS, latest, make, price, put, revision
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import act, get

Json = dict[str, Any]


def test_a_revision_goes_its_way_to_the_order(bo: Reader) -> None:
    quotation = make(bo)
    seen = revision(bo, quotation)
    assert seen["status"] == "in_process"
    assert seen["states"] == {"in_process": "In Process", "active": "Active", "lost": "Lost"}
    assert seen["order_states"] == []
    assert put(bo, quotation, status="active")["status"] == "active"
    assert list(revision(bo, quotation)["states"]) == [
        *("in_process", "active", "hold", "won", "lost"),
    ]
    assert put(bo, quotation, status="hold")["status"] == "hold"
    assert list(revision(bo, quotation)["states"]) == ["in_process", "active", "hold", "lost"]
    put(bo, quotation, 1, 409, status="won")
    assert put(bo, quotation, status="active")["status"] == "active"
    won = put(bo, quotation, status="won", log_message="By phone")
    assert (won["status"], won["order_status"], won["log_message"]) == ("won", None, "By phone")
    seen = revision(bo, quotation)
    assert (seen["won"], seen["final"], seen["order"]) == (True, True, False)
    assert not seen["editable"]
    assert (seen["states"], seen["order_states"]) == ({"won": "Won"}, {"received": "Received"})
    assert put(bo, quotation, order_status="received")["order_status"] == "received"
    seen = revision(bo, quotation)
    assert (seen["won"], seen["final"], seen["order"]) == (True, True, True)
    assert seen["order_states"] == {"received": "Received", "cancelled": "Cancelled"}
    state = bo.get(f"/quotation/{quotation}?state=true")
    assert (state["won"], state["final"], state["order"]) == (True, True, True)


def test_won_and_ordered_in_one_call(bo: Reader, caller: Caller) -> None:
    quotation = make(bo)
    put(bo, quotation, status="active")
    done = put(bo, quotation, status="won", order_status="received", log_message="Go")
    assert (done["status"], done["order_status"]) == ("won", "received")
    whole = get(caller, latest(caller), "?expand=history")
    assert whole["status"] == "ordered"
    assert [each["what"] for each in whole["history"]] == [
        *("created", "submitted", "sent", "accepted", "ordered", "noted"),
    ]
    assert whole["history"][3]["details"]["comment"] == "Go"
    assert whole["history"][3]["by"] == "c_bo"


def test_what_is_taken_back_is_a_new_revision(bo: Reader) -> None:
    quotation = make(bo)
    put(bo, quotation, status="active", qualifiers={"scope": "equipment"})
    back = put(bo, quotation, status="in_process", log_message="Other hoses")
    assert (back["revision_id"], back["status"]) == (2, "in_process")
    assert (back["qualifiers"], back["log_message"]) == ({"scope": "equipment"}, "Other hoses")
    old = revision(bo, quotation, 1)
    assert (old["status"], old["latest"], old["editable"]) == ("active", False, False)
    assert (old["states"], old["order_states"]) == ({"active": "Active"}, [])
    assert bo.get(f"/quotation/{quotation}")["latest_revision"] == 2
    put(bo, quotation, 1, 409, status="won")
    put(bo, quotation, 1, 409, qualifiers={"scope": "spares"})
    assert bo.get(f"/quotation/{quotation}/revision/1")["qualifiers"] == {"scope": "equipment"}


def test_what_needs_an_approval_is_submitted_and_waits(bo: Reader, caller: Caller) -> None:
    quotation = make(bo, UNITS)
    summary = bo.get(f"/quotation/{quotation}/revision/1/summary")
    price(bo, quotation, round(summary["sales_price"] * 0.7))
    refused = put(
        bo, quotation, 1, 409, status="active", qualifiers={"scope": "x"}, log_message="Please"
    )
    assert refused["meta"]["reason"] == "approval_needed"
    assert "sales-leads" in refused["error"]["message"]
    seen = revision(bo, quotation)
    assert (seen["status"], seen["log_message"]) == ("in_process", "Please")
    assert seen["states"] == {"in_process": "In Process", "lost": "Lost"}
    quote = latest(caller)
    assert get(caller, quote)["status"] == "in_approval"
    again = put(bo, quotation, 1, 409, status="active")
    assert again["meta"]["reason"] == "approval_needed"
    assert put(bo, quotation, status="in_process")["revision_id"] == 1
    assert act(caller, quote, "approve")["status"] == "approved"
    assert revision(bo, quotation)["status"] == "active"
    assert put(bo, quotation, status="hold")["status"] == "hold"


def test_a_quote_is_lost_from_wherever_it_is(bo: Reader) -> None:
    for before in ([], ["active"], ["active", "hold"]):
        quotation = make(bo)
        for each in before:
            put(bo, quotation, status=each)
        assert put(bo, quotation, status="lost")["status"] == "lost"
        seen = revision(bo, quotation)
        assert (seen["won"], seen["final"], seen["order"]) == (False, True, False)
        assert (seen["states"], seen["order_states"]) == ({"lost": "Lost"}, [])
        for each in ("in_process", "active", "won"):
            put(bo, quotation, 1, 409, status=each)
        put(bo, quotation, 1, 409, log_message="too late")


def test_the_state_it_is_in_changes_nothing(bo: Reader) -> None:
    quotation = make(bo)
    before = bo.get(f"/quotation/{quotation}/revision/1")
    assert put(bo, quotation, status="in_process") == before


@pytest.mark.parametrize(
    "members",
    [
        {"status": "hold"},
        {"status": "won"},
        {"order_status": "received"},
        {"order_status": "cancelled"},
        {"status": "active", "order_status": "received"},
        {"qualifiers": {"scope": "x"}, "status": "won"},
    ],
)
def test_where_nothing_leads_there_nothing_is_changed(
    bo: Reader, caller: Caller, members: Json
) -> None:
    quotation = make(bo)
    before = get(caller, latest(caller), "?expand=history")
    refused = put(bo, quotation, 1, 409, **members)
    assert refused["meta"]["reason"] == "illegal_transition"
    assert get(caller, before, "?expand=history") == before


@pytest.mark.parametrize("step", ["confirmed", "in_production", "delivered", "closed"])
def test_how_far_an_order_is_its_systems_tell(bo: Reader, step: str) -> None:
    quotation = make(bo)
    put(bo, quotation, status="active")
    put(bo, quotation, status="won", order_status="received")
    put(bo, quotation, 1, 409, order_status=step)
    assert put(bo, quotation, order_status="received")["order_status"] == "received"


def ordered(bo: Reader, caller: Caller) -> tuple[int, Json]:
    """An ordered quotation, and its order as `/api/v1` shows it."""
    quotation = make(bo)
    put(bo, quotation, status="active")
    put(bo, quotation, status="won", order_status="received")
    order: Json = caller.send("GET", "/orders?limit=1").json()["data"][0]
    return quotation, order


def report(caller: Caller, order: Json, status: str) -> None:
    said = {"fulfillment_system": "ERP-MFG", "status": status}
    caller.post(f"/orders/{order['id']}/status", said)


def test_an_order_is_as_far_as_its_systems_say(bo: Reader, caller: Caller) -> None:
    quotation, order = ordered(bo, caller)
    for status, step in (
        ("acknowledged", "confirmed"),
        ("in_progress", "in_production"),
        ("shipped", "delivered"),
        ("completed", "closed"),
    ):
        report(caller, order, status)
        assert revision(bo, quotation)["order_status"] == step
    assert revision(bo, quotation)["order_states"] == {"closed": "Closed"}
    put(bo, quotation, 1, 409, order_status="cancelled")


def test_an_order_that_costs_nothing_to_cancel_is_cancelled(bo: Reader, caller: Caller) -> None:
    quotation, order = ordered(bo, caller)
    done = put(bo, quotation, order_status="cancelled")
    assert (done["status"], done["order_status"]) == ("won", "cancelled")
    assert caller.send("GET", f"/orders/{order['id']}").json()["status"] == "cancelled"
    seen = revision(bo, quotation)
    assert (seen["order"], seen["order_states"]) == (True, {"cancelled": "Cancelled"})
    assert put(bo, quotation, order_status="cancelled") == done


def test_what_is_ordered_is_told_nothing_more(bo: Reader, caller: Caller) -> None:
    quotation, _ = ordered(bo, caller)
    before = revision(bo, quotation)
    for members in (
        {"qualifiers": {"a": 1}},
        {"log_message": "x"},
        {"qualifiers": {"a": 1}, "order_status": "received"},
        {"status": "lost", "order_status": "received"},
    ):
        put(bo, quotation, 1, 409, **members)
    assert revision(bo, quotation) == before


def test_an_order_that_costs_something_to_cancel_stays(bo: Reader, caller: Caller) -> None:
    quotation, order = ordered(bo, caller)
    report(caller, order, "in_progress")
    before = caller.send("GET", f"/orders/{order['id']}").json()
    refused = put(bo, quotation, 1, 409, order_status="cancelled")
    assert refused["meta"]["reason"] == "not_changeable"
    assert caller.send("GET", f"/orders/{order['id']}").json() == before


def test_what_expired_is_lost(bo: Reader, caller: Caller) -> None:
    quotation = make(bo)
    put(bo, quotation, status="active")
    quote = latest(caller)
    caller.send("PATCH", f"/quotes/{quote['id']}", {"valid_until": "2026-11-20"})
    assert get(caller, quote)["status"] == "expired"
    assert revision(bo, quotation)["states"] == {"lost": "Lost"}
    put(bo, quotation, 1, 409, status="won")
