"""Changes in the middle of a period: what a part of a price is, and how far it reaches."""

from decimal import Decimal
from fractions import Fraction
from math import ceil

from engine.pricing.proration import Part
from engine.pricing.rounding import EXACT, Rounding


def prorated(price: Decimal, factor: Decimal, rounding: Rounding) -> Decimal:
    """`factor` of a price, rounded."""
    return rounding.money(EXACT.multiply(price, factor))


def days_bought(old: Decimal, gone: Part, new: Decimal, come: Part, days: int) -> int | None:
    """How many days of a new price the rest of the old one pays for; a begun one is whole.

    The `days` that are left are `gone` of the old price's periods and `come` of the new one's.
    None where a day costs nothing.
    """
    costs = Fraction(new) * Fraction(come.days, come.of)
    if not costs:
        return None
    return ceil(Fraction(old) * Fraction(gone.days, gone.of) / costs * days)
