"""Prices that follow from one another: discounts in a row, margins on top, units, currencies."""

from collections.abc import Sequence
from decimal import Decimal

from engine.pricing.rounding import EXACT, nearest

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)

MASS = {"t": Decimal(1000), "kg": Decimal(1), "g": Decimal("0.001"), "lb": Decimal("0.45359237")}
"""Kilograms in one unit of mass."""


def less(price: Decimal, percent: Decimal) -> Decimal:
    """`price` less a percentage; a negative one is a surcharge."""
    return EXACT.divide(EXACT.multiply(price, _HUNDRED - percent), _HUNDRED)


def compound(discounts: Sequence[Decimal]) -> Decimal:
    """Several discounts, each off what the one before left, as one percentage."""
    left = _HUNDRED
    for discount in discounts:
        left = less(left, discount)
    return _HUNDRED - left


def additive(discounts: Sequence[Decimal]) -> Decimal:
    """Several discounts off the same price, as one percentage."""
    return sum(discounts, _ZERO)


def in_range(quantity: Decimal, ranges: Sequence[tuple[Decimal, Decimal, Decimal]]) -> Decimal:
    """The percentage of the range (first, last, percent) that holds `quantity`; 0 of none."""
    found = (percent for first, last, percent in ranges if first <= quantity <= last)
    return next(found, _ZERO)


def listed(  # noqa: PLR0913 (the steps of a price list, in their order)
    price: Decimal,
    *,
    rate: Decimal = Decimal(1),
    factor: Decimal = Decimal(1),
    percent: Decimal = _ZERO,
    round_to: Decimal | None = None,
    surcharge: Decimal = _ZERO,
) -> Decimal:
    """A unit's price: converted, for the selling unit, discounted, rounded, surcharged."""
    price = less(EXACT.multiply(EXACT.multiply(price, rate), factor), percent)
    return (price if round_to is None else nearest(price, round_to)) + surcharge


def converted(quantity: Decimal, unit: str, to: str) -> Decimal:
    """A mass in another unit; KeyError for a unit nobody knows."""
    return EXACT.divide(EXACT.multiply(quantity, MASS[unit]), MASS[to])
