"""The only place that rounds: money to its minor unit, percentages to ten decimals."""

from dataclasses import dataclass, field
from decimal import (
    MAX_EMAX,
    MIN_EMIN,
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
)
from functools import lru_cache

from engine.catalog.settings import PricingPolicy, RoundingLevel, RoundingMode
from engine.kernel.currency import Currency

EXACT = Context(prec=60, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""Amounts stay below 10^15 and carry at most 12 decimals, so no product or quotient of a
price calculation loses a digit that rounding could see."""

_PLAIN = Context(prec=60, Emax=59, Emin=-999, clamp=1)
"""As exact as EXACT for numbers below 10^59; `clamp` writes out the zeros of 1E+3."""
_PERCENT = Decimal("1e-10")
_WHOLE = Decimal(1)
_SHOWN = Decimal("1e-4")
_FINEST = Decimal("1e-12")
_PYTHON = {
    RoundingMode.HALF_UP: ROUND_HALF_UP,
    RoundingMode.HALF_EVEN: ROUND_HALF_EVEN,
    RoundingMode.HALF_DOWN: ROUND_HALF_DOWN,
}


@dataclass(frozen=True, slots=True)
class Rounding:
    """How amounts of one currency are rounded for one tenant.

    HALF_UP rounds half a minor unit away from zero, HALF_DOWN towards it.
    """

    digits: int
    mode: RoundingMode = RoundingMode.HALF_UP
    level: RoundingLevel = RoundingLevel.LINE
    _unit: Decimal = field(init=False, repr=False, compare=False)
    _python: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_unit", Decimal(1).scaleb(-self.digits))
        object.__setattr__(self, "_python", _PYTHON[self.mode])

    @classmethod
    def of(cls, currency: Currency, policy: PricingPolicy) -> "Rounding":
        """How amounts of `currency` are rounded by a tenant's policy."""
        return _rounding(currency.digits, policy.rounding_mode, policy.rounding_level)

    @property
    def unit(self) -> Decimal:
        """One minor unit, in major units (0.01 for most currencies)."""
        return self._unit

    def money(self, amount: Decimal) -> Decimal:
        """`amount` in whole minor units."""
        rounded = amount.quantize(self._unit, self._python, EXACT)
        return rounded or abs(rounded)  # never -0


@lru_cache(maxsize=64)
def _rounding(digits: int, mode: RoundingMode, level: RoundingLevel) -> Rounding:
    return Rounding(digits, mode, level)


def kept(amount: Decimal) -> Decimal:
    """`amount` to at most the 12 decimals that prices and quantities may have."""
    rounded = amount.quantize(_FINEST, ROUND_HALF_EVEN, EXACT)
    return amount if rounded == amount else rounded


def unit_price(price: Decimal) -> Decimal:
    """A unit price cut at the 12 decimals that one may have, written without needless zeros."""
    return price.quantize(_FINEST, ROUND_HALF_UP, EXACT).normalize(_PLAIN)


def shown(price: Decimal) -> Decimal:
    """A unit price as people are told it: to at most four decimals."""
    return plain(price.quantize(_SHOWN, ROUND_HALF_UP, EXACT))


def floor(amount: Decimal, unit: Decimal) -> Decimal:
    """The most whole `unit`s that are not above `amount`."""
    return amount.quantize(unit, ROUND_FLOOR, EXACT)


def ceiling(amount: Decimal, unit: Decimal) -> Decimal:
    """The fewest whole `unit`s that are not below `amount`."""
    return EXACT.multiply(EXACT.divide(amount, unit).quantize(_WHOLE, ROUND_CEILING, EXACT), unit)


def nearest(amount: Decimal, multiple: Decimal) -> Decimal:
    """The multiple of `multiple` that is nearest to `amount`; halves go away from zero."""
    return EXACT.multiply(
        EXACT.divide(amount, multiple).quantize(_WHOLE, ROUND_HALF_UP, EXACT), multiple
    )


def decimals(number: Decimal, places: int) -> Decimal:
    """A number to so many decimals; halves go away from zero."""
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EXACT)


def percent(rate: Decimal) -> Decimal:
    """A percentage to ten decimals, written without trailing zeros."""
    rounded = rate.quantize(_PERCENT, ROUND_HALF_UP, EXACT).normalize(_PLAIN)
    return rounded or abs(rounded)


def plain(number: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent."""
    return number.normalize(_PLAIN)
