"""A quote line and an alternative, as handed in for calculation and as calculated."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from engine.kernel.finding import Finding
from engine.pricing.figures import Figures, Master, Suggestion
from engine.pricing.waterfall import Waterfall

_ZERO = Decimal(0)
_ONE = Decimal(1)


class Line(NamedTuple):
    """What a calculation reads from a quote line.

    Amounts are in the quote's currency, per unit where the name says so. `tax_rate` and
    all percents are 0..100 style. `minimum_price` and `cost` are 0 where not given.
    `product_key` is empty on a line typed by hand.
    """

    product_key: str = ""
    price_list_key: str = ""
    name: str = ""
    quantity: Decimal = _ONE
    is_subscription: bool = False
    subscription_quantity: Decimal = _ZERO
    unit_list_price: Decimal = _ZERO
    unit_cost: Decimal = _ZERO
    unit_minimum_price: Decimal = _ZERO
    tax_rate: Decimal = _ZERO
    suggested_percent: Decimal = _ZERO
    suggested_amount: Decimal = _ZERO
    master: Master = Master.NONE
    discount_percent: Decimal = _ZERO
    discount_amount: Decimal = _ZERO
    earning_percent: Decimal = _ZERO
    earning_amount: Decimal = _ZERO
    total: Decimal = _ZERO

    @property
    def factor(self) -> Decimal:
        """How many times the price is due: a subscription's units, otherwise once.

        A subscription with no quantity counts once.
        """
        if self.is_subscription and self.subscription_quantity:
            return self.subscription_quantity
        return _ONE

    @property
    def units(self) -> Decimal:
        """How many times the unit price is due: quantity times factor."""
        if self.is_subscription and self.subscription_quantity:
            return self.quantity * self.subscription_quantity
        return self.quantity


class PricedLine(NamedTuple):
    """A line calculated. `figures` is None when they could not be: findings say why."""

    line: Line
    sub_total: Decimal
    cost: Decimal
    suggested: Suggestion
    figures: Figures | None
    waterfall: Waterfall | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def total(self) -> Decimal:
        """The line's total, or the one it came with when it could not be calculated."""
        return self.line.total if self.figures is None else self.figures.total


class Alternative(NamedTuple):
    """What a calculation reads from an alternative besides its lines."""

    suggested_percent: Decimal = _ZERO
    suggested_amount: Decimal = _ZERO
    master: Master = Master.NONE
    discount_percent: Decimal = _ZERO
    discount_amount: Decimal = _ZERO
    earning_percent: Decimal = _ZERO
    earning_amount: Decimal = _ZERO
    total: Decimal = _ZERO


@dataclass(frozen=True, slots=True)
class PricedAlternative:
    """An alternative calculated with its lines, in their order.

    `shares` are the lines' totals after the alternative's discount; they sum to
    `figures.total`. `tax` is an amount. `figures` is None when they could not be had.
    """

    lines: tuple[PricedLine, ...]
    sub_total: Decimal
    suggested: Suggestion
    figures: Figures | None
    shares: tuple[Decimal, ...] = ()
    tax: Decimal = _ZERO
    findings: tuple[Finding, ...] = ()
