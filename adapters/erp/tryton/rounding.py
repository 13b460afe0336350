"""What Tryton makes of a quantity and a price: it keeps few digits and rounds each line.

A line comes to its quantity times its price, rounded half to even to the currency's smallest
amount. Where that is not what the line was sold for, the difference is booked as well.
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Context, Decimal

_WIDE = Context(prec=80, rounding=ROUND_HALF_EVEN)
_EXACT = 15
"""Digits of a quantity that survive as a binary fraction."""


def to_multiple(value: Decimal, of: Decimal) -> Decimal:
    """The nearest multiple of `of`; the even one of two that are as near."""
    if not of:
        return value
    times = _WIDE.to_integral_value(_WIDE.divide(value, of))
    return _WIDE.multiply(times, of)


def line_amount(quantity: Decimal, price: Decimal, rounding: Decimal) -> Decimal:
    """What a line of this quantity and price comes to there."""
    return to_multiple(_WIDE.multiply(quantity, price), rounding)


def price_for(
    net: Decimal, quantity: Decimal, unit_price: Decimal, digits: int, rounding: Decimal
) -> Decimal:
    """The price of so many digits that brings the line nearest to what it was sold for."""
    step = Decimal(1).scaleb(-digits)
    return min(
        (to_multiple(each, step) for each in _candidates(net, quantity, unit_price)),
        key=lambda price: abs(line_amount(quantity, price, rounding) - net),
    )


def is_kept(quantity: Decimal, digits: int, rounding: Decimal) -> bool:
    """Whether a quantity is there what it is here."""
    exponent = quantity.normalize(_WIDE).as_tuple().exponent
    fits = isinstance(exponent, int) and -exponent <= digits
    written = len(quantity.normalize(_WIDE).as_tuple().digits)
    return fits and written <= _EXACT and to_multiple(quantity, rounding) == quantity


def _candidates(net: Decimal, quantity: Decimal, unit_price: Decimal) -> Iterator[Decimal]:
    yield unit_price
    if quantity:
        yield _WIDE.divide(net, quantity)
