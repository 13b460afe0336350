"""Changes in the middle of a period: what was used, what comes back, what is due instead."""

from dataclasses import dataclass
from decimal import Decimal

from engine.pricing.rounding import EXACT, Rounding, ceiling

_ONE = Decimal(1)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Change:
    """A price replaced by another while `left` of the period (a fraction) is to come.

    Credits are negative. `net` is what the change costs now; `next_charge` is the next full
    period with that added, where it is settled then.
    """

    used: Decimal
    credit: Decimal
    charge: Decimal
    net: Decimal
    next_charge: Decimal


def change(old: Decimal, new: Decimal, left: Decimal, rounding: Rounding) -> Change:
    """The old price's rest comes back, the new price's is charged."""
    credit = -rounding.money(EXACT.multiply(old, left))
    charge = rounding.money(EXACT.multiply(new, left))
    net = credit + charge
    return Change(old + credit, credit, charge, net, new + net)


def days_bought(old: Decimal, new: Decimal, days: Decimal, used: Decimal) -> Decimal:
    """How many days of the new price the rest of the old one pays for; a begun one is whole."""
    rest = EXACT.divide(EXACT.multiply(old, days - used), days)
    return ceiling(EXACT.divide(EXACT.multiply(rest, days), new), _ONE)


@dataclass(frozen=True, slots=True)
class Prorated:
    """A part of a price, its tax, and both."""

    net: Decimal
    tax: Decimal
    total: Decimal


def prorated(
    price: Decimal, factor: Decimal, rounding: Rounding, tax_rate: Decimal = Decimal(0)
) -> Prorated:
    """`factor` of a price, rounded, with the tax of what was rounded."""
    net = rounding.money(EXACT.multiply(price, factor))
    tax = rounding.money(EXACT.divide(EXACT.multiply(net, tax_rate), _HUNDRED))
    return Prorated(net, tax, net + tax)
