"""Cases about what is billed: its cycles, its invoices, and what another term comes to."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from engine.catalog.charge import ChargePeriod, Factor
from engine.catalog.service_policy import Dialect
from engine.contracts.renewal import CoTerm, continuation, spans
from engine.contracts.schedule import Due, schedule
from engine.contracts.splitting import Custom, Split, split
from engine.kernel import calendar
from engine.kernel.calendar import Step
from engine.pricing import chains
from engine.pricing.net import times
from engine.pricing.rounding import decimals
from engine.pricing.totals import totals_of
from tests.engine.contracts.contracts import CENTS, a_contract, an_item
from tests.engine.contracts.lines import recurring
from tests.oracles.reading import Case, Seen

_ZERO = Decimal(0)
_ONE = Decimal(1)
_SOME_DAY = date(2026, 1, 1)
_MANY = Decimal(1_000_000)
_PERIODS = {
    "MONTHLY": ChargePeriod.MONTH,
    "QUARTERLY": ChargePeriod.QUARTER,
    "ANNUAL": ChargePeriod.YEAR,
}
_LONGEST_FIRST = (ChargePeriod.YEAR, ChargePeriod.QUARTER, ChargePeriod.MONTH)
_FOUR_YEARS = 48


def billing_cycles(case: Case) -> Seen:
    """As many periods as fall due up to a day, of a charge that goes on beyond it."""
    start, target, period = case.day("start"), case.day("target"), _PERIODS[case.raw("period")]
    step = Step(months=period.months)
    beyond = calendar.whole_steps(start, target, step) + 2
    end = case.day("end") if "end" in case else calendar.after(start, step, beyond)
    item = an_item(start, end, str(_MANY * beyond), unit=str(_MANY), period=period)
    charge = replace(item.charge, billing_day=case.whole("bcd"))
    sold = Split(charge=charge, factor=Factor(Decimal(beyond)))
    dues = schedule([sold], Dialect.ACTUAL, CENTS)
    parts = (_ONE if each.part is None else each.part.factor for each in dues if each.day <= target)
    cycles, scale = sum(parts, _ZERO), case.policy.get("scale")
    return {"number_of_cycles": cycles if scale is None else decimals(cycles, int(scale))}


def billing_schedule(case: Case) -> Seen:
    """A line of a quote, and its dues gathered into invoices for several periods each."""
    rounding, (price, whole) = case.rounding(), _priced(case)
    months = case.whole("term_months") if "term_months" in case else case.whole("duration_months")
    usual = months if "duration_months" in case else 12
    every = case.whole("billing_every_months", usual)
    period = next(each for each in _LONGEST_FIRST if every % each.months == 0)
    total = rounding.money(times(price, Factor(Decimal(months), whole)))
    line = recurring(str(total), period, str(months), first=_SOME_DAY)
    totals = totals_of([line.price], rounding)
    dues = schedule(split([line], _SOME_DAY, Custom(), rounding), Dialect.ACTUAL, rounding)
    bills = _gathered(dues, months, every)
    [(_, per_period)] = totals.recurring
    return {
        "mrr": rounding.money(per_period / period.months),
        "acv": totals.acv,
        "tcv": totals.tcv,
        "invoices": bills,
        "invoice": bills[0],
    }


def renewal_total(case: Case) -> Seen:
    """A contract that ends where the case begins, going on for as long as the case says."""
    begins = case.day("start") if "start" in case else _SOME_DAY
    opened = calendar.plus_months(begins, -_FOUR_YEARS)
    item = an_item(opened, begins, "0", unit=str(case.number("price_per_month")))
    contract = a_contract(item)
    months = case.number("renewal_months") if "renewal_months" in case else None
    [span] = spans([contract], None, months, CoTerm.LATEST if months else case.end())
    found = continuation(
        span, item, item.unit_price, contract.policy, case.rounding(), charge_id="chg_2"
    )
    return {"total": found.new.charge.total}


def _priced(case: Case) -> tuple[Decimal, Decimal]:
    """A price, and for how many months that is."""
    if "price" in case:
        return case.number("price"), case.number("cadence_months", "1")
    if "mrr" in case:
        return chains.less(case.number("mrr"), case.number("discount_percent", "0")), _ONE
    return case.number("list_price_per_year"), Decimal(12)


def _gathered(dues: Sequence[Due], months: int, every: int) -> list[Decimal]:
    """What falls due within `every` months each."""
    opening = [calendar.plus_months(_SOME_DAY, place) for place in range(0, months + every, every)]
    return [
        sum((each.amount for each in dues if opens <= each.day < closes), _ZERO)
        for opens, closes in pairwise(opening)
    ]
