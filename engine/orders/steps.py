"""Steps: how far an order is, in six words, by the least advanced of what will come."""

from collections.abc import Mapping
from enum import StrEnum

from engine.orders.lifecycle import LOST
from engine.orders.order import LineStatus, Order

_L = LineStatus


class Step(StrEnum):
    """How far an order is, seen from afar."""

    RECEIVED = "received"
    CONFIRMED = "confirmed"
    IN_PRODUCTION = "in_production"
    DELIVERED = "delivered"
    CLOSED = "closed"
    CANCELLED = "cancelled"


_STEPS: Mapping[LineStatus, Step] = {
    _L.PENDING: Step.RECEIVED,
    _L.ACKNOWLEDGED: Step.CONFIRMED,
    _L.IN_PROGRESS: Step.IN_PRODUCTION,
    _L.READY: Step.IN_PRODUCTION,
    _L.SHIPPED: Step.DELIVERED,
    _L.DELIVERED: Step.DELIVERED,
    _L.COMPLETED: Step.CLOSED,
}
OVER = frozenset({Step.CLOSED, Step.CANCELLED})


def step_of(order: Order) -> Step:
    """How far an order is: as far as the unit that is least far of those that will come.

    What is held, awaited, failed or to be cancelled has been begun. Where nothing comes any more
    the order is closed if something came back, otherwise cancelled.
    """
    found = {LineStatus(each) for line in order.fulfilled for each in line.progress.quantities}
    coming = found - LOST
    if not coming:
        if not found:
            return Step.RECEIVED
        return Step.CLOSED if _L.RETURNED in found else Step.CANCELLED
    steps = [_STEPS.get(each, Step.IN_PRODUCTION) for each in coming]
    return min(steps, key=list(Step).index)
