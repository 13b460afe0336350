"""Opening: lines that were sold for a term, or by use, become items, and items contracts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from engine.catalog.charge import ChargeType
from engine.catalog.service_policy import ServicePolicy
from engine.contracts.charge import BillingTime, Charge
from engine.contracts.contract import Item
from engine.contracts.splitting import Custom, split
from engine.kernel import calendar
from engine.kernel.calendar import MONTHLY
from engine.pricing.rounding import EXACT, Rounding, unit_price
from engine.pricing.totals import PricedLine
from engine.quotes.version import QuoteLine

_ZERO = Decimal(0)
_SERVED = frozenset({ChargeType.RECURRING, ChargeType.USAGE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Items that run for the same term; one that never ends has no `end`."""

    start: date
    end: date | None
    months: Decimal | None
    items: tuple[Item, ...]


def items_of(
    lines: Iterable[QuoteLine], starts: date, policy: ServicePolicy, rounding: Rounding
) -> tuple[Item, ...]:
    """The items that lines become; `starts` is the first day of those that name none.

    Lines that are charged once become none. Invalid where a term is beyond the calendar.
    """
    served = [each for each in lines if _is_served(each.price)]
    time = BillingTime.IN_ARREARS if policy.in_arrears else BillingTime.IN_ADVANCE
    splits = split(served, starts, Custom(time=time, billing_day=policy.billing_day), rounding)
    return tuple(
        item_of(line.price, each.charge) for line, each in zip(served, splits, strict=True)
    )


def _is_served(price: PricedLine) -> bool:
    """Whether there is anything to be charged again: some units, for some time."""
    months = price.charge.term_months
    has_term = months is None or months > 0
    return price.charge.type in _SERVED and price.ask.quantity > 0 and has_term


def item_of(price: PricedLine, charge: Charge, credit: Decimal = _ZERO) -> Item:
    """The item that a priced line becomes; `credit` is what its discount gives back."""
    if charge.billing_day is None and charge.type is ChargeType.RECURRING:
        charge = replace(charge, billing_day=charge.start_date.day)
    return Item(
        charge=charge,
        unit=price.unit,
        unit_price=_unit_price(price, credit),
        list_unit_price=price.list_unit_price,
        anchor=charge.start_date,
        chosen=price.ask.configuration,
        build=tuple((each.variable, each.value) for each in price.ask.options if not each.is_rule),
    )


def terms_of(items: Sequence[Item], policy: ServicePolicy) -> tuple[Term, ...]:
    """The items by their terms, in the order they were sold.

    What is charged by use has no term of its own, and runs with the first of the others.
    """
    terms: dict[tuple[date, date | None], list[Item]] = {}
    for item in items:
        if item.recurs:
            terms.setdefault((item.charge.start_date, item.charge.end_date), []).append(item)
    used = [each for each in items if not each.recurs]
    if not terms and used:
        terms[used[0].charge.start_date, None] = []
    found = [_term(start, end, each, policy) for (start, end), each in terms.items()]
    if used:
        first = found[0]
        ending = [replace(each, charge=_until(each.charge, first.end)) for each in used]
        found[0] = replace(first, items=(*first.items, *ending))
    return tuple(found)


def months_between(start: date, end: date) -> Decimal:
    """The months of a term, a begun one by its days."""
    whole = calendar.whole_steps(start, end, MONTHLY)
    rest = calendar.after(start, MONTHLY, whole)
    days = (calendar.after(start, MONTHLY, whole + 1) - rest).days
    part = EXACT.divide(Decimal((end - rest).days), Decimal(days))
    return unit_price(whole + part)


def _term(start: date, end: date | None, items: list[Item], policy: ServicePolicy) -> Term:
    months = None if end is None else months_between(start, end)
    runs_on = policy.evergreen
    kept = [replace(each, charge=_until(each.charge, None)) for each in items] if runs_on else items
    return Term(start=start, end=None if runs_on else end, months=months, items=tuple(kept))


def _until(charge: Charge, end: date | None) -> Charge:
    return replace(charge, end_date=end)


def _unit_price(price: PricedLine, credit: Decimal) -> Decimal:
    """What a unit costs for a period after every discount, and before a credit is taken off."""
    if not credit:
        return price.net_unit_price
    factor = price.charge.factor
    units = EXACT.multiply(price.ask.quantity, factor.due)
    whole = EXACT.multiply(EXACT.add(price.net_total, credit), factor.whole)
    return unit_price(EXACT.divide(whole, units))
