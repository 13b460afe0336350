"""How a product is charged: once, again and again for a term, or by what is used."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from engine.catalog.product import Product


class ChargeType(StrEnum):
    """When a price is due."""

    ONE_TIME = "one_time"
    RECURRING = "recurring"
    USAGE = "usage"


class ChargePeriod(StrEnum):
    """What a recurring price is for."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        return _MONTHS[self]


_MONTHS = {ChargePeriod.MONTH: 1, ChargePeriod.QUARTER: 3, ChargePeriod.YEAR: 12}

_WORDS = {
    ChargePeriod.QUARTER: "quarter quarters quarterly kvartal kvartaler quartal quartale trimestre",
    ChargePeriod.YEAR: "year years yearly annual år jahr jahre an année années",
}
"""How people write a period in a product's subscription unit; anything else is a month."""
_BY_WORD = {word: period for period, words in _WORDS.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class Factor:
    """How many times a price is due: `due` parts of `whole`, kept apart to stay exact."""

    due: Decimal = Decimal(1)
    whole: Decimal = Decimal(1)


ONCE = Factor()


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """How one line is charged; `period` and `term_months` are of recurring ones."""

    type: ChargeType
    period: ChargePeriod | None = None
    term_months: Decimal | None = None

    @property
    def factor(self) -> Factor:
        """The term in periods."""
        if self.period is None or self.term_months is None:
            return ONCE
        return Factor(self.term_months, Decimal(self.period.months))


def charge_of(product: Product, term_months: Decimal | None = None) -> Charge:
    """How `product` is charged over `term_months`, or over its usual term."""
    if product.is_usage:
        return Charge(type=ChargeType.USAGE)
    if not product.is_subscription:
        return Charge(type=ChargeType.ONE_TIME)
    period = _BY_WORD.get(product.subscription_unit.strip().lower(), ChargePeriod.MONTH)
    usual = (product.default_subscription_quantity or Decimal(1)) * period.months
    return Charge(
        type=ChargeType.RECURRING,
        period=period,
        term_months=usual if term_months is None else term_months,
    )
