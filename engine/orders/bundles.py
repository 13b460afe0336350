"""Bundles: a unit of one is given up where all of its components are."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from engine.orders.lifecycle import LOST
from engine.orders.order import LineStatus, OrderLine

_L = LineStatus
_GIVEN_UP = (*LOST, _L.CANCEL_REQUESTED)


def with_bundles(lines: tuple[OrderLine, ...]) -> tuple[OrderLine, ...]:
    """The lines of an order, its bundles as far given up as their components."""
    return tuple(_as_its_parts(each, lines) if each.is_bundle else each for each in lines)


def _as_its_parts(bundle: OrderLine, lines: Iterable[OrderLine]) -> OrderLine:
    parts = [each for each in lines if each.parent == bundle.id and each.quantity]
    if not parts or not bundle.quantity:
        return bundle
    gone = min(
        (each.units(*_GIVEN_UP) * bundle.quantity / each.quantity for each in parts),
        default=Decimal(0),
    )
    if gone == bundle.units(*_GIVEN_UP):
        return bundle
    counted = {_L.PENDING.value: bundle.quantity - gone, _L.CANCELLED.value: gone}
    quantities = {status: units for status, units in counted.items() if units}
    return replace(bundle, progress=replace(bundle.progress, quantities=quantities))
