"""What is billed of an order is what its customer gets, from the day its contract begins.

Four VX-2000 are sold for 40 000, four CARE-PLUS for a year for 1 200, which is 100 a month.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adapters.billing.simulated import SimulatedBilling
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.ports.ports import Ports
from engine.services import charging
from tests.connector.superoffice.conftest import KEYRING
from tests.connector.vektra.changes import change, later, line, report
from tests.connector.vektra.conftest import NOW, Caller
from tests.connector.vektra.quotes import act, make
from tests.connector.vektra.test_bundles import BUNDLE, PRICE, imported

Json = dict[str, Any]
UNITS = {"sku": "VX-2000", "quantity": 4, "total": 40000}
CARE = {"sku": "CARE-PLUS", "quantity": 4, "term_months": 12, "total": 1200}


@pytest.fixture
def hub(seeded_url: str, tmp_path: Path) -> Iterator[Hub]:
    """A hub with a billing system."""
    ports = Ports(billing={"simulated": SimulatedBilling(tmp_path / "billing")})
    with closing(Hub(seeded_url, clock=FixedClock(NOW), keyring=KEYRING, ports=ports)) as hub:
        yield hub


def accepted(caller: Caller, *lines: Json) -> Json:
    quote = make(caller, *lines)
    if act(caller, quote, "submit")["status"] == "in_approval":
        act(caller, quote, "approve")
    return act(caller, quote, "accept")


def placed(caller: Caller, quote: Json, **members: object) -> Json:
    return caller.post("/orders", {"quote_id": quote["id"], **members}, 201)


def billed(caller: Caller, quote: Json, status: int = 202, **members: object) -> Json:
    return caller.post("/billing", {"quote_id": quote["id"], **members}, status)


def dues(found: Json) -> list[tuple[str, float]]:
    return [(each["date"], each["amount"]) for each in found["schedule"]]


def test_what_recurs_is_billed_from_the_day_its_contract_begins(program: Caller) -> None:
    quote = accepted(program, UNITS, CARE)
    order = placed(program, quote, requested_date="2027-06-15")
    contract = program.send("GET", f"/services/{order['contracts'][0]}").json()
    assert (contract["start_date"], contract["end_date"]) == ("2027-06-15", "2028-06-15")
    found = billed(program, quote)
    once, again = found["charges"]
    assert once["start_date"] == "2026-11-21"
    assert (again["start_date"], again["end_date"]) == ("2027-06-15", "2028-06-15")
    assert dues(found) == [
        ("2026-11-21", 40000),
        *((f"2027-{month:02}-15", 100) for month in range(6, 13)),
        *((f"2028-{month:02}-15", 100) for month in range(1, 6)),
    ]
    assert found["total"] == 41200


def test_a_line_with_a_day_of_its_own_keeps_it(program: Caller) -> None:
    quote = accepted(program, CARE | {"start_date": "2027-01-01"})
    placed(program, quote, requested_date="2027-06-15")
    found = billed(program, quote)
    assert found["charges"][0]["start_date"] == "2027-01-01"
    assert dues(found)[0] == ("2027-01-01", 100)


def test_without_a_requested_day_it_begins_when_it_was_ordered(program: Caller, hub: Hub) -> None:
    quote = accepted(program, UNITS, CARE)
    later(hub, 3)
    placed(program, quote)
    later(hub, 5)
    assert dues(billed(program, quote))[:3] == [
        *(("2026-11-21", 40000), ("2026-11-24", 100), ("2026-12-24", 100)),
    ]


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_cancelled_order_is_not_billed(program: Caller, dry_run: bool) -> None:
    quote = accepted(program, UNITS, CARE)
    order = placed(program, quote)
    done = change(program, order, type="cancel")["order"]
    assert (done["status"], done["totals"]["net"]) == ("cancelled", 0)
    refused = billed(program, quote, 409, dry_run=dry_run)
    assert refused["code"] == "illegal_transition"
    assert pushes(program, quote) == []


def pushes(caller: Caller, quote: Json) -> list[Json]:
    found: list[Json] = caller.send("GET", f"/quotes/{quote['id']}/billing").json()["data"]
    return found


@pytest.mark.parametrize(
    ("kind", "quantity", "left", "net"),
    [("cancel", 1, 3, 30000), ("revise", 3, 3, 30000), ("revise", 5, 5, 50000)],
)
def test_a_changed_order_is_billed_as_it_stands(
    program: Caller, kind: str, quantity: int, left: int, net: int
) -> None:
    quote = accepted(program, UNITS, CARE)
    order = placed(program, quote)
    done = change(program, order, type=kind, lines=[line(order, quantity=quantity)])
    assert done["order"]["totals"]["net"] == net + 1200
    dry = billed(program, quote, 200, dry_run=True)
    found = billed(program, quote)
    assert (found["total"], found["schedule"]) == (net + 1200, dry["schedule"])
    once, again = found["charges"]
    assert (once["quantity"], once["amount"], again["amount"]) == (left, net, 100)
    assert dues(found)[:2] == [("2026-11-21", net), ("2026-11-21", 100)]


def test_what_a_change_costs_is_billed_with_the_rest(program: Caller, hub: Hub) -> None:
    quote = accepted(program, UNITS, CARE)
    order = placed(program, quote)
    later(hub, 4)
    asked: Json = {"type": "cancel", "lines": [line(order, quantity=1)]}
    quoted = change(program, order, **asked)["fee_quote_id"]
    done = change(program, order, **asked, fee_quote_id=quoted)
    assert [each["amount"] for each in done["order"]["fees"]] == [500]  # 5 % of 10 000
    found = billed(program, quote)
    fee = found["charges"][-1]
    assert (fee["id"], fee["sku"], fee["type"]) == (f"chg_{quoted}_1", "CHANGE-FEE", "one_time")
    assert (fee["amount"], fee["quantity"], fee["start_date"]) == (500, 1, "2026-11-25")
    assert found["total"] == 31700
    assert dues(found)[:3] == [("2026-11-21", 30000), ("2026-11-21", 100), ("2026-11-25", 500)]


def test_of_a_cancelled_order_the_fee_is_billed(program: Caller, hub: Hub) -> None:
    quote = accepted(program, UNITS)
    order = placed(program, quote)
    later(hub, 4)
    quoted = change(program, order, type="cancel")["fee_quote_id"]
    change(program, order, type="cancel", fee_quote_id=quoted)
    found = billed(program, quote)
    assert (found["total"], dues(found)) == (2000, [("2026-11-25", 2000)])
    assert [each["sku"] for each in found["charges"]] == ["CHANGE-FEE"]


@pytest.mark.parametrize("dry_run", [False, True])
def test_what_may_still_be_stopped_is_not_billed_yet(program: Caller, dry_run: bool) -> None:
    quote = accepted(program, UNITS)
    order = placed(program, quote)
    report(program, order, "acknowledged")
    change(program, order, type="cancel", lines=[line(order, quantity=1)])
    assert billed(program, quote, 409, dry_run=dry_run)["code"] == "order_changed"
    assert pushes(program, quote) == []
    report(program, order, "cancelled", quantity=1)
    assert billed(program, quote)["total"] == 30000


def test_another_day_of_delivery_is_billed_as_before(program: Caller) -> None:
    quote = accepted(program, UNITS)
    order = placed(program, quote)
    lines = [line(order, requested_date="2027-02-01")]
    assert change(program, order, type="revise", lines=lines)["applied"]
    assert dues(billed(program, quote)) == [("2026-11-21", 40000)]


def test_what_was_begun_stays_and_what_failed_is_not_tried_again(program: Caller, hub: Hub) -> None:
    quote = accepted(program, UNITS)
    order = placed(program, quote)
    begun = billed(program, quote)
    change(program, order, type="cancel")
    assert billed(program, quote, 200) == begun
    with hub.unit_of_work("CustDemo") as uow:
        charging.failed(uow, begun["id"], "closed for the night")
    assert billed(program, quote, 409)["code"] == "illegal_transition"
    assert pushes(program, quote)[0]["status"] == "failed"


def test_what_failed_and_was_changed_since_is_not_tried_again(program: Caller, hub: Hub) -> None:
    quote = accepted(program, UNITS)
    order = placed(program, quote)
    begun = billed(program, quote)
    with hub.unit_of_work("CustDemo") as uow:
        charging.failed(uow, begun["id"], "closed for the night")
    change(program, order, type="cancel", lines=[line(order, quantity=1)])
    assert billed(program, quote, 409)["code"] == "order_changed"
    assert pushes(program, quote)[0]["status"] == "failed"


@pytest.mark.parametrize("status", ["rejected", "returned"])
def test_what_will_not_come_or_came_back_is_not_billed(program: Caller, status: str) -> None:
    quote = accepted(program, UNITS)
    order = placed(program, quote)
    if status == "returned":
        report(program, order, "delivered")
    told = report(program, order, status, quantity=1)["order"]
    assert told["totals"]["net"] == 30000
    found = billed(program, quote, 200, dry_run=True)
    assert (found["total"], found["charges"][0]["quantity"]) == (30000, 3)
    report(program, order, status)
    assert billed(program, quote, 422)["code"] == "no_lines"


def test_a_bundle_that_goes_on_after_all_is_billed(program: Caller) -> None:
    """Its parts were asked back, and their systems delivered them all the same."""
    imported(program, {"products": [BUNDLE], "entries": [PRICE]})
    quote = accepted(program, {"sku": "VX-STARTER", "quantity": 1, "total": 6000})
    order = placed(program, quote)
    path = f"/orders/{order['id']}/status"
    for system in ("ERP-MFG", "FIELD-SERVICE"):
        program.post(path, {"fulfillment_system": system, "status": "acknowledged"})
    gone = change(program, order, type="cancel", lines=[line(order)])["order"]
    assert gone["totals"]["net"] == 0
    for system in ("ERP-MFG", "FIELD-SERVICE"):
        done = program.post(path, {"fulfillment_system": system, "status": "delivered"})["order"]
    assert (done["status"], done["totals"]["net"]) == ("completed", 6000)
    assert billed(program, quote)["total"] == 6000


@pytest.mark.parametrize("day", ["9999-12-31", "9999-12-30"])
def test_a_day_beyond_the_calendar_is_refused(program: Caller, day: str) -> None:
    quote = accepted(program, CARE)
    body = {"quote_id": quote["id"], "requested_date": day}
    refused = program.post("/orders", body, 422)
    assert refused["code"] == "term_beyond_calendar"
