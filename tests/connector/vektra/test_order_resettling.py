"""What an order comes to follows units that are cancelled, or made after all."""

from dataclasses import replace
from decimal import Decimal as D

from engine.hub import Hub
from engine.orders.order import Order, Progress
from engine.services.resettling import resettled
from tests.connector.vektra.changes import change, order_of, report
from tests.connector.vektra.conftest import Caller


def with_units(order: Order, **units: int) -> Order:
    """The order with so many units of its first line in each status."""
    first, *others = order.lines
    there = {status: D(count) for status, count in units.items()}
    changed = replace(first, progress=Progress(quantities=there))
    return replace(order, lines=(changed, *others))


def test_units_that_are_made_after_all_count_again(program: Caller, hub: Hub) -> None:
    placed = order_of(program)
    report(program, placed, "acknowledged")
    done = change(program, placed, type="cancel")
    assert (done["order"]["totals"]["net"], done["order"]["status"]) == (0, "in_progress")
    with hub.reading("CustDemo") as view:
        order = view.orders.get(placed["id"])
        some = resettled(view, order, with_units(order, cancelled=3, in_progress=1))
        whole = resettled(view, some, with_units(some, shipped=4))
        same = resettled(view, order, with_units(order, cancelled=4))
    # one unit of 10 708.80 with a quarter of it for tax
    assert (some.totals.net, some.totals.tax, some.total) == (
        D("10708.80"),
        D("2677.20"),
        D("10708.80"),
    )
    assert whole.total == D("42835.20")
    assert whole.totals.total == D("53544.00")
    assert same.totals == order.totals
