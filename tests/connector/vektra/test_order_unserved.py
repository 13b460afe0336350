"""What a contract serves that was ended before it began is cancelled, and never provided.

It is the 21st of November 2026, half past nine, where the tenant is.
"""

from typing import Any

import pytest

from connector.worker.chores import Chores
from engine.hub import Hub
from tests.connector.vektra.changes import HOSE, later, read, report
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import CARE
from tests.connector.vektra.test_order_provided import care, happened, said, taken_up

Json = dict[str, Any]


def ended(caller: Caller, order: Json, on: str) -> Json:
    body = {"action": "terminate", "effective_date": on, "reason": "The plant is closed"}
    return caller.post(f"/services/{order['contracts'][0]}", body)


@pytest.mark.parametrize("status", ["acknowledged", "in_progress", "shipped", "held"])
def test_it_is_cancelled_once(program: Caller, hub: Hub, status: str) -> None:
    order = taken_up(program, CARE, requested_date="2026-12-15")
    said(program, order, status)
    ended(program, order, "2026-12-15")
    after = read(program, order)
    assert (after["status"], care(after), after["totals"]["net"]) == (
        *("cancelled", {"cancelled": 4}),
        0,
    )
    assert happened(hub, order)[-3:] == [
        *("fulfillment.updated", "order.status_changed", "order.cancelled"),
    ]
    entry = after["history"][-1]
    assert (entry["what"], entry["details"]["reason"]) == ("reported", "The plant is closed")
    told = len(happened(hub, order))
    later(hub, 40)
    Chores(hub).do()
    assert (read(program, order), len(happened(hub, order))) == (after, told)


def test_the_rest_of_the_order_goes_on(program: Caller) -> None:
    order = taken_up(program, HOSE, CARE, requested_date="2026-12-15")
    ended(program, order, "2026-12-15")
    assert care(read(program, order)) == {"cancelled": 4}
    done = report(program, order, "delivered")["order"]
    assert done["status"] == "completed_partially"
    assert done["totals"]["net"] == order["lines"][0]["net_total"]


def test_what_is_heard_late_does_not_bring_it_back(program: Caller, hub: Hub) -> None:
    order = taken_up(program, CARE, requested_date="2026-12-15")
    later(hub, 1)
    ended(program, order, "2026-12-15")
    late = {"occurred_at": "2026-11-21T12:00:00Z", "status": "shipped"}
    told = program.post(
        f"/orders/{order['id']}/status", {"fulfillment_system": "CONTRACTS", **late}
    )
    assert told["applied"] is False
    later(hub, 60)
    Chores(hub).do()
    assert care(read(program, order)) == {"cancelled": 4}


def test_on_its_first_day_it_never_was(program: Caller) -> None:
    order = taken_up(program, CARE)
    ended(program, order, "2026-11-21")
    assert read(program, order)["status"] == "cancelled"


def test_a_contract_that_had_a_day_was_provided(program: Caller, hub: Hub) -> None:
    order = taken_up(program, CARE)
    ended(program, order, "2026-11-22")
    assert care(read(program, order)) == {"acknowledged": 4}
    later(hub, 1)
    Chores(hub).do()
    assert read(program, order)["status"] == "completed"
    assert care(read(program, order)) == {"completed": 4}


def test_what_was_ended_before_that_was_known_is_cancelled_when_it_is_due(
    program: Caller, hub: Hub
) -> None:
    """Contracts that were ended before orders heard of it."""
    order = taken_up(program, CARE, requested_date="2026-12-15")
    with hub.unit_of_work("CustDemo") as uow:
        kept = uow.orders.get(order["id"])
    ended(program, order, "2026-12-15")
    with hub.unit_of_work("CustDemo") as uow:
        uow.orders.save(kept)
    later(hub, 40)
    Chores(hub).do()
    after = read(program, order)
    assert (after["status"], care(after)) == ("cancelled", {"cancelled": 4})
