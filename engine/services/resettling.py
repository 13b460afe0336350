"""Resettling: what an order comes to follows the units that are given up, and those that are not.

A system that was asked to cancel units may go on with them instead, and one that was not asked
may cancel some.
"""

from engine.kernel.currency import currency
from engine.orders.amounts import alive, settled
from engine.orders.order import Order
from engine.pricing.rounding import Rounding
from engine.services import drafting
from engine.store.unit_of_work import Reading


def resettled(reading: Reading, before: Order, after: Order) -> Order:
    """`after` with the totals that its units call for, if those are not the ones of `before`."""
    pairs = zip(before.lines, after.lines, strict=True)
    if all(alive(old) == alive(new) for old, new in pairs):
        return after
    version = drafting.get(reading, before.quote_id).version
    rounding = Rounding.of(currency(before.currency), version.terms.policy)
    sold = {each.origin_key or each.id: each.price for each in version.offered.lines}
    return settled(before, after, sold, rounding)
