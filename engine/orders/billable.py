"""Billable: what of a quote is charged for as its order stands."""

from collections.abc import Iterable
from dataclasses import replace

from engine.orders.amounts import alive, part
from engine.orders.order import LineStatus, Order, OrderLine
from engine.pricing.rounding import Rounding
from engine.quotes.version import QuoteLine


def billable(order: Order, lines: Iterable[QuoteLine], rounding: Rounding) -> tuple[QuoteLine, ...]:
    """The lines that were accepted, with the units and the amounts that count of them by now.

    What was given up is left out; together they come to the order's total.
    """
    by_ref = {each.line_ref: each for each in order.lines if each.parent is None}
    standing = (_standing(by_ref[each.origin_key or each.id], each, rounding) for each in lines)
    return tuple(each for each in standing if each is not None)


def _standing(sold: OrderLine, line: QuoteLine, rounding: Rounding) -> QuoteLine | None:
    units, price = alive(sold), line.price
    if not units and sold.quantity:
        return None
    net = part(sold, sold.total, units, rounding) if units else sold.total
    if (units, net) == (price.ask.quantity, price.net_total):
        return line
    return replace(
        line, price=replace(price, ask=replace(price.ask, quantity=units), net_total=net)
    )


def is_unsettled(order: Order) -> bool:
    """Whether a system has yet to say if it can still stop units of the order."""
    return any(each.units(LineStatus.CANCEL_REQUESTED) for each in order.lines)
