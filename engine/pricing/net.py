"""From a unit price to what a line comes to: one way for every surface.

Where only percentages led to the price, the line's discount is that percentage of its list
total, rounded, and the net is what it leaves: so a percentage that people see always
reproduces the amount they see. Where a rule set a price, the net is rounded and the
discount is what it leaves.
"""

from decimal import Decimal

from engine.catalog.charge import Factor
from engine.catalog.settings import RoundingLevel
from engine.pricing.figures import fraction, share
from engine.pricing.rounding import EXACT, Rounding
from engine.pricing.waterfall import AdjustmentKind, StepCode, Waterfall

_ZERO = Decimal(0)


def percent_off(price: Waterfall) -> Decimal | None:
    """The discount off the list price in percent; None where a rule or an option set a price."""
    acted = False
    for bar in price.bars:
        if bar.code is StepCode.OPTIONS and bar.skipped_because is None:
            return None
        if bar.adjustment is not None:
            if bar.adjustment.kind is not AdjustmentKind.PERCENT:
                return None
            acted = True
    if not acted:
        return _ZERO
    whole = price.bars[0].amount
    return share(EXACT.subtract(whole, price.amount), whole)


def times(amount: Decimal, factor: Factor) -> Decimal:
    """`amount`, `factor` times, exactly as far as a quotient can be."""
    return EXACT.divide(EXACT.multiply(amount, factor.due), factor.whole)


def net_of(
    price: Waterfall, rate: Decimal | None, factor: Factor, list_total: Decimal, rounding: Rounding
) -> Decimal:
    """What `price` comes to, `factor` times its quantity; `rate` is its `percent_off`."""
    if rate is not None and rounding.level is not RoundingLevel.UNIT:
        return list_total - fraction(list_total, rate, rounding)
    if rounding.level is RoundingLevel.UNIT:
        whole = EXACT.multiply(rounding.money(price.unit), price.quantity)
        return rounding.money(times(whole, factor))
    return rounding.money(times(price.amount, factor))
