"""What a revision says may be done with it is taken, and nothing else is."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from engine.orders.steps import Step
from engine.quotes.stages import Stage
from tests.connector.klaro.conftest import Reader
from tests.connector.klaro.quotations import CARE, HOSE, UNITS, latest, make, price, put, revision
from tests.connector.klaro.test_states import ordered, report
from tests.connector.superoffice.conftest import Crm
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import act

Json = dict[str, Any]
STATES = [each.value for each in Stage]
STEPS = [each.value for each in Step]


class Hands(NamedTuple):
    """Who leads a quotation where it shall be."""

    bo: Reader
    caller: Caller
    seller: Crm


Way = Callable[[Hands], int]


@pytest.fixture
def hands(bo: Reader, caller: Caller, seller: Crm) -> Hands:
    return Hands(bo, caller, seller)


def through(*states: str) -> Way:
    """A quotation that was led through these states."""

    def lead(hands: Hands) -> int:
        quotation = make(hands.bo)
        for state in states:
            put(hands.bo, quotation, status=state)
        return quotation

    return lead


def empty(hands: Hands) -> int:
    made = hands.bo.post("/quotations/vacuums", {"account": "ACME", "lines": []}, 201)
    return int(made["quotation_id"])


def over(hands: Hands) -> int:
    """A draft whose last day is over."""
    quotation = make(hands.bo)
    quote = latest(hands.caller)
    day = {"valid_until": "2026-11-20"}
    assert hands.caller.send("PATCH", f"/quotes/{quote['id']}", day).status_code == 200
    return quotation


def expired(hands: Hands) -> int:
    quotation = through("active")(hands)
    hands.caller.send(
        "PATCH", f"/quotes/{latest(hands.caller)['id']}", {"valid_until": "2026-11-20"}
    )
    return quotation


def waiting(hands: Hands) -> int:
    """A quotation that waits for an approval."""
    quotation = make(hands.bo, UNITS)
    price(hands.bo, quotation, 1)
    put(hands.bo, quotation, 1, 409, status="active")
    return quotation


def approved(hands: Hands) -> int:
    quotation = waiting(hands)
    assert act(hands.caller, latest(hands.caller), "approve")["status"] == "approved"
    return quotation


def rejected(hands: Hands) -> int:
    """A draft again, that still needs the approval."""
    quotation = waiting(hands)
    assert act(hands.caller, latest(hands.caller), "reject")["status"] == "draft"
    return quotation


def kept_elsewhere(hands: Hands) -> int:
    """A quotation that SuperOffice has taken over."""
    quotation = make(hands.bo)
    quote = latest(hands.caller)
    act(hands.caller, quote, "submit")
    body = hands.seller.order_body(quote_id=780_000 + quotation)
    body["Context"]["CRMQuote"]["ERPQuoteKey"] = quote["id"]
    hands.seller.call("ValidateQuoteVersion", {"Context": body["Context"], "Action": "Validate"})
    return quotation


def an_order(*statuses: str) -> Way:
    """An ordered quotation whose system reported these statuses."""

    def lead(hands: Hands) -> int:
        quotation, order = ordered(hands.bo, hands.caller)
        for status in statuses:
            report(hands.caller, order, status)
        return quotation

    return lead


def partly_shipped(hands: Hands) -> int:
    quotation, order = ordered(hands.bo, hands.caller)
    line = order["lines"][0]["id"]
    said = {
        "fulfillment_system": "ERP-MFG",
        "status": "shipped",
        "lines": [{"line_id": line, "quantity": 1}],
    }
    hands.caller.post(f"/orders/{order['id']}/status", said)
    return quotation


def a_service(hands: Hands) -> int:
    """An ordered quotation of what is served under a contract alone."""
    quotation = make(hands.bo, CARE, line="services")
    put(hands.bo, quotation, status="active")
    put(hands.bo, quotation, status="won", order_status="received")
    return quotation


def cancelled(hands: Hands) -> int:
    quotation, _ = ordered(hands.bo, hands.caller)
    put(hands.bo, quotation, order_status="cancelled")
    return quotation


WAYS: dict[str, Way] = {
    "in process": through(),
    "without lines": empty,
    "its day is over": over,
    "in approval": waiting,
    "approved": approved,
    "rejected": rejected,
    "active": through("active"),
    "hold": through("active", "hold"),
    "resumed": through("active", "hold", "active"),
    "lost": through("lost"),
    "expired": expired,
    "won": through("active", "won"),
    "kept elsewhere": kept_elsewhere,
    "received": an_order(),
    "confirmed": an_order("acknowledged"),
    "in production": an_order("acknowledged", "in_progress"),
    "shipped": an_order("acknowledged", "in_progress", "shipped"),
    "partly shipped": partly_shipped,
    "closed": an_order("acknowledged", "in_progress", "shipped", "completed"),
    "of a service": a_service,
    "cancelled": cancelled,
}
EACH = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


def attempt(hands: Hands, quotation: int, **members: object) -> tuple[int, str]:
    """The status of what setting these members answers, with its reason where it is refused."""
    newest = hands.bo.get(f"/quotation/{quotation}")["latest_revision"]
    answer = hands.bo.send("PUT", f"/quotation/{quotation}/revision/{newest}", members)
    return answer.status_code, answer.json().get("meta", {}).get("reason", "")


def newest(hands: Hands, quotation: int) -> Json:
    number = hands.bo.get(f"/quotation/{quotation}")["latest_revision"]
    return revision(hands.bo, quotation, number)


@EACH
def test_what_is_offered_is_taken_and_nothing_else_is(hands: Hands, way: Way) -> None:
    quotation = way(hands)
    shown = newest(hands, quotation)
    offered = [("status", each) for each in shown["states"]]
    offered += [("order_status", each) for each in shown["order_states"]]
    others = {("status", each) for each in STATES} | {("order_status", each) for each in STEPS}
    for name, value in sorted(others - set(offered)):
        status, _ = attempt(hands, quotation, **{name: value})
        assert status in {400, 409}, (name, value)
        after = newest(hands, quotation)
        assert after == shown, (name, value)
    for name, value in offered:
        told = attempt(hands, way(hands), **{name: value})
        waits = value == "active" and told == (409, "approval_needed")
        assert told == (200, "") or waits, (name, value)


@EACH
def test_what_is_editable_takes_qualifiers(hands: Hands, way: Way) -> None:
    quotation = way(hands)
    is_editable = newest(hands, quotation)["editable"]
    status, _ = attempt(hands, quotation, qualifiers={"scope": "equipment"})
    assert (status == 200) is is_editable
    status, _ = attempt(hands, quotation, log_message="A word")
    assert (status == 200) is is_editable


def test_an_older_revision_is_not_editable(hands: Hands) -> None:
    quotation = through("active", "in_process")(hands)
    old = revision(hands.bo, quotation, 1)
    assert (old["editable"], old["states"]) == (False, {"active": "Active"})
    put(hands.bo, quotation, 1, 409, qualifiers={"a": "b"})


def test_an_order_offers_its_end_while_that_costs_nothing(hands: Hands) -> None:
    offered = {
        name: "cancelled" in newest(hands, WAYS[name](hands))["order_states"]
        for name in ("received", "confirmed", "in production", "shipped", "partly shipped")
    }
    assert offered == {
        "received": True,
        "confirmed": True,
        "in production": False,
        "shipped": False,
        "partly shipped": False,
    }


def test_a_draft_that_cannot_be_submitted_offers_no_active(hands: Hands) -> None:
    assert list(newest(hands, empty(hands))["states"]) == ["in_process", "lost"]
    assert list(newest(hands, over(hands))["states"]) == ["in_process", "lost"]


def test_what_is_printed_has_lines_and_nothing_wrong(hands: Hands) -> None:
    """What was not chosen of a build is its default: nothing of one is left open."""
    assert not newest(hands, empty(hands))["printable"]
    unit = {"sku": "VX-2000", "quantity": 1}
    for lines in ([HOSE], [HOSE, unit], [unit | {"configuration": {"Belt": "Antistatic"}}]):
        assert newest(hands, make(hands.bo, *lines))["printable"]
    half = unit | {"configuration": {"Operating Environment": "ATEX Zone 22"}}
    refused = hands.bo.post("/quotations/vacuums", {"account": "ACME", "lines": [half]}, 400)
    assert refused["meta"]["errors"][0]["pointer"] == "/lines/0/configuration"
