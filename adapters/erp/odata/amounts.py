"""Rounding, as the systems here do it: half a unit goes away from zero."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

from engine.kernel.currency import currency

_EXACT = Context(prec=60)
_USUAL = 2


def rounded(amount: Decimal, digits: int) -> Decimal:
    """An amount with at most `digits` after the point."""
    return _at(amount, digits, ROUND_HALF_UP)


def raised(amount: Decimal, digits: int) -> Decimal:
    """The smallest with at most `digits` after the point that is not below `amount`."""
    return _at(amount, digits, ROUND_CEILING)


def lowered(amount: Decimal, digits: int) -> Decimal:
    """The largest with at most `digits` after the point that is not above `amount`."""
    return _at(amount, digits, ROUND_FLOOR)


def fits(amount: Decimal, digits: int) -> bool:
    """Whether it has no more than `digits` after the point."""
    return rounded(amount, digits) == amount


def digits_of(code: str) -> int:
    """The digits of a currency's minor unit; two where nobody knows the currency."""
    try:
        return currency(code).digits
    except ValueError:
        return _USUAL


def product(one: Decimal, other: Decimal) -> Decimal:
    """Both, multiplied without losing a digit."""
    return _EXACT.multiply(one, other)


def ratio(one: Decimal, other: Decimal) -> Decimal:
    """One divided by the other, to more digits than any system keeps."""
    return _EXACT.divide(one, other)


def _at(amount: Decimal, digits: int, rounding: str) -> Decimal:
    units = _EXACT.scaleb(amount, digits).to_integral_value(rounding=rounding)
    return _EXACT.scaleb(units, -digits)
