"""What a contract serves is provided once its first day is over and all else has arrived.

It is the 21st of November 2026, half past nine, where the tenant is.
"""

from datetime import datetime
from typing import Any

import pytest

from connector.worker.chores import Chores
from engine.events.event import EventSearch
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from tests.connector.vektra.changes import change, later, line, order_of, read, report
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import CARE, UNITS, act, make

Json = dict[str, Any]
CONTRACTS = {"fulfillment_system": "CONTRACTS"}


def taken_up(caller: Caller, *lines: Json, **members: object) -> Json:
    """An order whose contract lines were taken up."""
    quote = make(caller, *lines)
    if act(caller, quote, "submit")["status"] == "in_approval":
        act(caller, quote, "approve")
    act(caller, quote, "accept")
    order = caller.post("/orders", {"quote_id": quote["id"], **members}, 201)
    return said(caller, order, "acknowledged")


def said(caller: Caller, order: Json, status: str) -> Json:
    """The order after a word about all its contract lines."""
    told = caller.post(f"/orders/{order['id']}/status", {**CONTRACTS, "status": status})
    found: Json = told["order"]
    return found


def happened(hub: Hub, order: Json) -> list[str]:
    with hub.reading("CustDemo") as view:
        found = view.events.search(EventSearch(subject=order["id"]), 100)
    return [each.type for each in reversed(found)]


def care(order: Json) -> Json:
    found: Json = order["lines"][-1]["quantity_by_status"]
    return found


def test_on_its_first_day_it_can_still_be_cancelled(program: Caller, hub: Hub) -> None:
    order = taken_up(program, UNITS, CARE)
    report(program, order, "delivered")
    Chores(hub).do()
    assert (read(program, order)["status"], care(read(program, order))) == (
        *("partially_shipped", {"acknowledged": 4}),
    )
    lines = [{"line_id": order["lines"][1]["id"]}]
    after = change(program, order, type="cancel", lines=lines)["order"]
    assert (after["status"], care(after)) == ("completed_partially", {"cancelled": 4})


def test_the_day_after_it_is_provided(program: Caller, hub: Hub) -> None:
    order = taken_up(program, UNITS, CARE)
    report(program, order, "delivered")
    Chores(hub).do()
    later(hub, 1)
    Chores(hub).do()
    after = read(program, order)
    assert (after["status"], care(after)) == ("completed", {"completed": 4})
    assert happened(hub, order)[-2:] == ["fulfillment.updated", "order.status_changed"]
    entry = after["history"][-1]
    assert (entry["what"], entry["by"]) == ("reported", "CONTRACTS")
    later(hub, 1)
    Chores(hub).do()
    assert read(program, order) == after


def test_it_is_provided_with_the_last_of_what_is_shipped(program: Caller, hub: Hub) -> None:
    order = taken_up(program, UNITS, CARE)
    later(hub, 3)
    Chores(hub).do()
    assert care(read(program, order)) == {"acknowledged": 4}
    some = report(program, order, "delivered", quantity=3)["order"]
    assert (some["status"], care(some)) == ("partially_shipped", {"acknowledged": 4})
    done = report(program, order, "delivered")["order"]
    assert (done["status"], care(done)) == ("completed", {"completed": 4})


def test_what_nothing_was_shipped_with_is_provided_when_it_is_taken_up_late(
    program: Caller, hub: Hub
) -> None:
    order = order_of(program, CARE)
    later(hub, 1)
    assert said(program, order, "acknowledged")["status"] == "completed"


def test_a_contract_that_begins_later_is_waited_for(program: Caller, hub: Hub) -> None:
    order = taken_up(program, CARE, requested_date="2027-06-15")
    clock = hub.clock
    assert isinstance(clock, FixedClock)
    clock.instant = datetime.fromisoformat("2027-06-15T23:59:59+00:00")
    Chores(hub).do()
    assert read(program, order)["status"] == "placed"
    clock.instant = datetime.fromisoformat("2027-06-16T00:00:00+00:00")
    Chores(hub).do()
    assert read(program, order)["status"] == "completed"


@pytest.mark.parametrize("status", ["held", "backordered"])
def test_what_somebody_has_stopped_waits_for_them(program: Caller, hub: Hub, status: str) -> None:
    order = taken_up(program, CARE)
    said(program, order, status)
    later(hub, 2)
    Chores(hub).do()
    assert care(read(program, order)) == {status: 4}
    assert said(program, order, "in_progress")["status"] == "completed"


def test_where_the_rest_is_cancelled_it_is_provided_alone(program: Caller, hub: Hub) -> None:
    order = taken_up(program, UNITS, CARE)
    later(hub, 2)
    change(program, order, type="cancel", lines=[line(order)])
    Chores(hub).do()
    after = read(program, order)
    assert (after["status"], care(after)) == ("completed_partially", {"completed": 4})
