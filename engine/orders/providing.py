"""Providing: what a contract serves is provided once its first day is over and the rest is there.

Until its first day is over it can still be cancelled; and an order is not partly shipped because
a contract of it has begun.
"""

from datetime import datetime

from engine.catalog.routing import CONTRACTS
from engine.orders.lifecycle import ARRIVED, LOST
from engine.orders.order import LineStatus, Order, OrderLine

_L = LineStatus
_TAKEN_UP = (_L.ACKNOWLEDGED, _L.IN_PROGRESS, _L.READY, _L.SHIPPED)


def provided_lines(order: Order) -> tuple[OrderLine, ...]:
    """The lines of contracts with units that were taken up and are not provided yet."""
    mine = (each for each in order.fulfilled if each.system == CONTRACTS)
    return tuple(each for each in mine if each.units(*_TAKEN_UP))


def provided_at(order: Order) -> datetime | None:
    """When all that is left of an order is provided by itself; None while other things are open."""
    lines = provided_lines(order)
    days = [each.begun_at for each in lines if each.begun_at is not None]
    if not lines or len(days) < len(lines):
        return None
    over = (*ARRIVED, *LOST)
    for each in order.fulfilled:
        taken_up = each.units(*_TAKEN_UP) if each in lines else 0
        if each.units(*over) + taken_up != each.quantity:
            return None
    return max(days)
