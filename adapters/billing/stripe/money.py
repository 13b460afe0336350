"""Amounts as Stripe writes them: whole minor units, and prices of a unit with decimals."""

from decimal import Decimal

_NO_DECIMALS = frozenset(
    {
        *("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG"),
        *("RWF", "VND", "VUV", "XAF", "XOF", "XPF"),
    }
)
_THREE_DECIMALS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
_TEN = Decimal(10)
_DECIMALS = 12
"""After the point of a minor unit."""
_FINEST = 10**_DECIMALS


def digits(currency: str) -> int:
    """How many decimals a minor unit has there; the króna of Iceland is told with two."""
    if currency in _NO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


def minor(amount: Decimal, currency: str) -> Decimal:
    """An amount in minor units, exactly; it may have a fraction."""
    return amount.scaleb(digits(currency))


def unexpressed(amount: Decimal, currency: str) -> Decimal:
    """What of an amount cannot be told: fractions of a minor unit, and of three digits the last."""
    units = minor(amount, currency)
    step = _TEN if currency in _THREE_DECIMALS else Decimal(1)
    return (units % step).scaleb(-digits(currency))


def whole(amount: Decimal, currency: str) -> int:
    """An amount that can be told, in minor units."""
    return int(minor(amount, currency))


def major(units: Decimal, currency: str) -> Decimal:
    """An amount out of minor units."""
    return units.scaleb(-digits(currency))


def each(amount: Decimal, quantity: int, currency: str) -> str:
    """The price of one of so many units that come to `amount` together, in minor units.

    With twelve decimals: as many units as there may be come to it again once they are rounded.
    """
    parts = _parts(amount, currency)
    return _decimal((2 * parts + quantity) // (2 * quantity))


def unit(price: Decimal, currency: str) -> str:
    """The price of one unit, in minor units."""
    return _decimal(_parts(price, currency))


def is_exact(price: Decimal, currency: str) -> bool:
    """Whether a price of one unit can be told to its last digit."""
    finest = price.scaleb(digits(currency) + _DECIMALS)
    return finest == finest.to_integral_value()


def _parts(amount: Decimal, currency: str) -> int:
    return int(amount.scaleb(digits(currency) + _DECIMALS))


def _decimal(parts: int) -> str:
    units, rest = divmod(parts, _FINEST)
    return f"{units}.{rest:0{_DECIMALS}d}".rstrip("0").rstrip(".")
