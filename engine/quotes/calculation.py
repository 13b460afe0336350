"""Calculating lines and alternatives: from a price book to the five linked figures."""

from collections.abc import Sequence
from decimal import Decimal

from engine.catalog.charge import Factor
from engine.kernel.finding import Finding, Severity
from engine.kernel.numbers import LARGEST
from engine.pricing.allocation import allocate, settle
from engine.pricing.figures import (
    Figures,
    Master,
    OutOfRangeError,
    Suggestion,
    UnreachableEarningError,
    fraction,
    linked,
    share,
    suggestion_of,
)
from engine.pricing.net import net_of
from engine.pricing.pipeline import UnitPrice
from engine.pricing.rounding import EXACT, Rounding
from engine.quotes.line import Alternative, Line, PricedAlternative, PricedLine

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)
_BY_PERCENT = frozenset({Master.NONE, Master.DISCOUNT_PERCENT})
_OUT_OF_RANGE = Finding(Severity.ERROR, "amount_out_of_range")
_UNREACHABLE = Finding(Severity.ERROR, "earning_unreachable")
INCALCULABLE = frozenset({_OUT_OF_RANGE.code, _UNREACHABLE.code})
"""Codes of findings that say that figures could not be had."""


def price_line(line: Line, unit: UnitPrice | None, rounding: Rounding) -> PricedLine:
    """Calculate one line; `unit` is what the book makes of it, None where none applies.

    The suggested discount comes from the book where one of its rules speaks of the
    product; otherwise the suggestion on the line stands.
    """
    units = line.units
    exact = EXACT.multiply(line.unit_list_price, units)
    exact_cost = EXACT.multiply(line.unit_cost, units)
    if not (-LARGEST <= exact <= LARGEST and -LARGEST <= exact_cost <= LARGEST):
        return _unpriced(line)
    sub_total, cost = rounding.money(exact), rounding.money(exact_cost)
    suggested = _suggested(line, unit, sub_total, rounding)
    waterfall = None if unit is None else unit.waterfall
    try:
        figures = linked(sub_total, cost, line, suggested, rounding)
    except OutOfRangeError:
        return _unpriced(line)
    except UnreachableEarningError as error:
        figures = error.figures
        return PricedLine(line, sub_total, cost, suggested, figures, waterfall, (_UNREACHABLE,))
    return PricedLine(line, sub_total, cost, suggested, figures, waterfall)


def price_alternative(
    alternative: Alternative, lines: Sequence[PricedLine], rounding: Rounding
) -> PricedAlternative:
    """Calculate an alternative over its calculated lines.

    Its sub-total is the sum of the lines' totals; its discount is shared over the lines
    by largest remainder, so that the shares sum to its total; its tax is the sum of the
    lines' taxes on their shares, each rounded.
    """
    totals = [line.total for line in lines]
    sub_total = sum(totals, _ZERO)
    cost = sum((line.cost for line in lines), _ZERO)
    suggested = Suggestion()
    findings: tuple[Finding, ...] = ()
    figures = None
    if -LARGEST <= sub_total <= LARGEST and -LARGEST <= cost <= LARGEST:
        suggested = suggestion_of(
            sub_total, alternative.suggested_percent, alternative.suggested_amount, rounding
        )
        try:
            figures = linked(sub_total, cost, alternative, suggested, rounding)
        except OutOfRangeError:
            findings = (_OUT_OF_RANGE,)
        except UnreachableEarningError as error:
            figures, findings = error.figures, (_UNREACHABLE,)
    else:
        sub_total, findings = _ZERO, (_OUT_OF_RANGE,)
    shares = _shares(alternative, figures, totals, rounding)
    tax = sum(
        (
            fraction(share, line.line.tax_rate, rounding)
            for share, line in zip(shares, lines, strict=True)
            if line.line.tax_rate
        ),
        _ZERO,
    )
    if not (-LARGEST <= min(shares, default=_ZERO) and max(shares, default=_ZERO) <= LARGEST):
        figures, shares, tax, findings = None, totals, _ZERO, (_OUT_OF_RANGE,)
    elif not -LARGEST <= tax <= LARGEST:
        figures, tax, findings = None, _ZERO, (_OUT_OF_RANGE,)
    return PricedAlternative(
        tuple(lines), sub_total, suggested, figures, tuple(shares), tax, findings
    )


def _suggested(
    line: Line, unit: UnitPrice | None, sub_total: Decimal, rounding: Rounding
) -> Suggestion:
    """The discount that leads from the list price to where the book's rules do."""
    if unit is not None and unit.has_rules:
        net = net_of(unit.waterfall, unit.rate, Factor(line.factor), sub_total, rounding)
        discount = sub_total - net
        return Suggestion(share(discount, sub_total) if unit.rate is None else unit.rate, discount)
    return suggestion_of(sub_total, line.suggested_percent, line.suggested_amount, rounding)


def _shares(
    alternative: Alternative, figures: Figures | None, totals: list[Decimal], rounding: Rounding
) -> list[Decimal]:
    """The lines' totals after the alternative's discount: a percentage is each line's own."""
    discount = alternative.discount_amount if figures is None else figures.discount_amount
    if alternative.master in _BY_PERCENT and figures is not None and figures.discount_percent:
        exact = [EXACT.multiply(total, figures.discount_percent / _HUNDRED) for total in totals]
        parts = settle(discount, exact, rounding.unit)
    elif discount:
        parts = allocate(discount, totals, rounding.unit)
    else:
        return totals
    return [total - part for total, part in zip(totals, parts, strict=True)]


def _unpriced(line: Line) -> PricedLine:
    return PricedLine(line, _ZERO, _ZERO, Suggestion(), None, None, (_OUT_OF_RANGE,))
