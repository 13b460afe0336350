"""Amounts: what of an order counts when some of it is given up.

What a line was sold for is a copy and stays. What of it counts is the part of the units that are
not given up, so amounts that go away step by step add up to what was there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.catalog.charge import ChargePeriod, ChargeType
from engine.orders.lifecycle import LOST
from engine.orders.order import LineStatus, Order, OrderLine
from engine.pricing.net import times
from engine.pricing.rounding import EXACT, Rounding
from engine.pricing.totals import PricedLine, Totals

_ZERO = Decimal(0)
_YEAR = Decimal(12)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """What a line adds to the totals of its order."""

    list: Decimal
    discount: Decimal
    net: Decimal
    tax: Decimal
    tax_added: Decimal
    cost: Decimal
    recurring: Decimal
    yearly: Decimal
    period: ChargePeriod | None
    of_period: Decimal


def alive(line: OrderLine) -> Decimal:
    """How many units of a line count: all that have come or are to come.

    What is cancelled, about to be, rejected or sent back does not.
    """
    return line.quantity - line.units(*LOST, LineStatus.CANCEL_REQUESTED)


def part(line: OrderLine, amount: Decimal, units: Decimal, rounding: Rounding) -> Decimal:
    """What `units` of a line have of an amount that all of it has."""
    return rounding.money(ratio(amount, units, line.quantity))


def ratio(amount: Decimal, units: Decimal, whole: Decimal) -> Decimal:
    """`amount` times `units` over `whole`, as exactly as a quotient can be."""
    return EXACT.divide(EXACT.multiply(amount, units), whole)


def net_of(lines: Iterable[OrderLine], rounding: Rounding) -> Decimal:
    """What lines come to, without what was given up."""
    return sum((part(each, each.total, alive(each), rounding) for each in lines), _ZERO)


def settled(
    before: Order, after: Order, sold: Mapping[str, PricedLine], rounding: Rounding
) -> Order:
    """`after` with the totals of `before`, moved by what its lines have moved.

    `sold` are the lines as they were priced, by their refs; taxes follow them.
    """
    totals = before.totals
    for old, new in zip(before.lines, after.lines, strict=True):
        if old != new:
            priced = sold.get(old.line_ref)
            totals = _plus(totals, _counted(old, priced, rounding), -1)
            totals = _plus(totals, _counted(new, priced, rounding), 1)
    return replace(after, totals=totals, total=net_of(after.lines, rounding))


def _counted(line: OrderLine, priced: PricedLine | None, rounding: Rounding) -> _Counted:
    units, charge = alive(line), line.charge
    net = part(line, line.total, units, rounding)
    tax = _ZERO
    if priced is not None and priced.net_total and line.parent is None:
        tax = rounding.money(ratio(priced.tax.amount, net, priced.net_total))
    recurs = charge.type is ChargeType.RECURRING and charge.period is not None
    factor = charge.factor
    return _Counted(
        list=rounding.money(times(EXACT.multiply(line.unit_list_price, units), factor)),
        discount=part(line, line.discount, units, rounding),
        net=net,
        tax=tax,
        tax_added=_ZERO if priced is not None and priced.tax.included else tax,
        cost=part(line, line.cost or _ZERO, units, rounding),
        recurring=net if recurs else _ZERO,
        yearly=rounding.money(ratio(net, _YEAR, charge.term_months or _YEAR)) if recurs else _ZERO,
        period=charge.period if recurs else None,
        of_period=rounding.money(ratio(net, factor.whole, factor.due)),
    )


def _plus(totals: Totals, one: _Counted, sign: int) -> Totals:
    """Totals with what a line counts for added to them, or taken off."""
    return replace(
        totals,
        list=totals.list + sign * one.list,
        discount=totals.discount + sign * one.discount,
        net=totals.net + sign * one.net,
        tax=totals.tax + sign * one.tax,
        total=totals.total + sign * (one.net + one.tax_added),
        cost=None if totals.cost is None else totals.cost + sign * one.cost,
        one_time=totals.one_time + sign * (one.net - one.recurring),
        recurring=_periods(totals, one, sign),
        tcv=totals.tcv + sign * one.net,
        acv=totals.acv + sign * one.yearly,
    )


def _periods(totals: Totals, one: _Counted, sign: int) -> tuple[tuple[ChargePeriod, Decimal], ...]:
    nets = dict(totals.recurring)
    if one.period is not None:
        nets[one.period] = nets.get(one.period, _ZERO) + sign * one.of_period
    return tuple((each, nets[each]) for each in ChargePeriod if nets.get(each))
