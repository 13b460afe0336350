"""The five linked figures of a quote line or an alternative.

Discount amount and percent, earning amount and percent, and the total hang together;
one of them may be fixed by the user (the master), the others follow. Earnings are a
share of the price, not of the cost. After every calculation

    cost + earning = sub_total - discount = total

holds to the last digit: the discount is rounded first and the total is what it leaves.
Formulas: SuperOffice's developer documentation of the quote connector, with its worked
example kept in tests/engine/pricing/test_figures.py.
"""

from decimal import Decimal
from enum import IntEnum
from typing import NamedTuple, Protocol

from engine.kernel.numbers import LARGEST
from engine.pricing.rounding import EXACT, Rounding, percent

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)


class Master(IntEnum):
    """Which figure the user fixed last; the calculation keeps it as it is."""

    NONE = 0
    TOTAL = 1
    DISCOUNT_PERCENT = 2
    DISCOUNT_AMOUNT = 3
    EARNING_PERCENT = 4
    EARNING_AMOUNT = 5


class Suggestion(NamedTuple):
    """The discount the price book suggests, as percent and as an amount for all units."""

    percent: Decimal = _ZERO
    amount: Decimal = _ZERO


class Figures(NamedTuple):
    """Amounts in one currency's major units; percentages 0..100 style."""

    discount_percent: Decimal = _ZERO
    discount_amount: Decimal = _ZERO
    earning_percent: Decimal = _ZERO
    earning_amount: Decimal = _ZERO
    total: Decimal = _ZERO


class Given(Protocol):
    """What a line or an alternative came with: its figures, and which of them is the master."""

    @property
    def master(self) -> Master: ...
    @property
    def discount_percent(self) -> Decimal: ...
    @property
    def discount_amount(self) -> Decimal: ...
    @property
    def earning_percent(self) -> Decimal: ...
    @property
    def earning_amount(self) -> Decimal: ...
    @property
    def total(self) -> Decimal: ...


class OutOfRangeError(ArithmeticError):
    """A figure left the range that amounts are exact in."""


class UnreachableEarningError(ArithmeticError):
    """An earning of 100 percent or more of the price cannot be had while there is a cost.

    `figures` are those around the total that stands.
    """

    def __init__(self, figures: "Figures") -> None:
        super().__init__("such an earning cannot be had")
        self.figures = figures


def share(part: Decimal, whole: Decimal) -> Decimal:
    """`part` as a percentage of `whole`; 0 where there is no whole."""
    if not whole:
        return _ZERO
    return percent(EXACT.divide(EXACT.multiply(part, _HUNDRED), whole))


def fraction(whole: Decimal, rate: Decimal, rounding: Rounding) -> Decimal:
    """`rate` percent of `whole`, rounded to money."""
    return rounding.money(EXACT.divide(EXACT.multiply(whole, rate), _HUNDRED))


def suggestion_of(
    sub_total: Decimal, rate: Decimal, amount: Decimal, rounding: Rounding
) -> Suggestion:
    """Complete a suggestion: the percent decides; where it is 0, the amount does."""
    if not rate and amount:
        rounded = rounding.money(amount)
        return Suggestion(share(rounded, sub_total), rounded)
    return Suggestion(rate, fraction(sub_total, rate, rounding))


def linked(
    sub_total: Decimal, cost: Decimal, given: Given, suggested: Suggestion, rounding: Rounding
) -> Figures:
    """The figures that follow from `sub_total`, `cost` and the master figure in `given`.

    With no master the suggestion becomes the discount. Raises UnreachableEarningError for
    an earning percent of 100 or more over a cost, OutOfRangeError where a figure or the
    suggestion is beyond LARGEST.
    """
    figures = _linked(sub_total, cost, given, suggested, rounding)
    if not -LARGEST <= min(*figures, *suggested) <= max(*figures, *suggested) <= LARGEST:
        raise OutOfRangeError
    if given.master is Master.EARNING_PERCENT and given.earning_percent >= _HUNDRED and cost:
        raise UnreachableEarningError(figures)
    return figures


def _linked(
    sub_total: Decimal, cost: Decimal, given: Given, suggested: Suggestion, rounding: Rounding
) -> Figures:
    master = given.master
    if master is Master.NONE:
        rate, discount = suggested
        total = sub_total - discount
    elif master is Master.DISCOUNT_PERCENT:
        rate = given.discount_percent
        discount = fraction(sub_total, rate, rounding)
        total = sub_total - discount
    elif master is Master.DISCOUNT_AMOUNT:
        discount = given.discount_amount
        rate = share(discount, sub_total)
        total = sub_total - discount
    else:
        total = _total_of(master, cost, given, rounding)
        discount = sub_total - total
        rate = share(discount, sub_total)
    earning = total - cost
    earned = given.earning_percent if master is Master.EARNING_PERCENT else share(earning, total)
    return Figures(rate, discount, earned, earning, total)


def _total_of(master: Master, cost: Decimal, given: Given, rounding: Rounding) -> Decimal:
    if master is Master.TOTAL:
        return given.total
    if master is Master.EARNING_AMOUNT:
        return cost + given.earning_amount
    kept = _HUNDRED - given.earning_percent
    if kept > 0:
        return rounding.money(EXACT.divide(EXACT.multiply(cost, _HUNDRED), kept))
    return given.total
