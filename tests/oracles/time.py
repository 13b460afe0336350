"""Cases about time: parts of periods, changes in the middle of them, what is missing or back."""

from datetime import date, timedelta
from decimal import Decimal

from engine.catalog.charge import Factor
from engine.catalog.product import TaxKind
from engine.catalog.service_policy import Dialect
from engine.contracts.billing import true_up
from engine.contracts.change import days_bought, prorated
from engine.contracts.prorating import Grid, part_of, prorate
from engine.kernel import calendar
from engine.kernel.calendar import MONTHLY, Step
from engine.pricing import proration
from engine.pricing.net import times
from engine.pricing.proration import Part
from engine.pricing.rounding import EXACT, decimals
from engine.pricing.tax_rules import TaxRule, exactly_taxed
from tests.oracles.reading import Case, Seen

_ONE = Decimal(1)
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_SOME_DAY = date(2026, 1, 1)
_STEPS = {
    "DAILY": Step(days=1),
    "WEEKLY": Step(days=7),
    "BIWEEKLY": Step(days=14),
    "THIRTY_DAYS": Step(days=30),
    "MONTHLY": MONTHLY,
    "QUARTERLY": Step(months=3),
    "BIANNUAL": Step(months=6),
    "ANNUAL": Step(months=12),
}
_DIALECTS = {
    "actual": Dialect.ACTUAL,
    "30": Dialect.ACTUAL_THIRTY,
    "assume_30": Dialect.ACTUAL_THIRTY,
    "assume_30_actual": Dialect.ACTUAL_THIRTY,
    "strict_30": Dialect.THIRTY,
    "30/30": Dialect.THIRTY,
}
_OF_FIXED_DAYS = {30: Dialect.THIRTY}


def date_arith(case: Case) -> Seen:
    seen: Seen = {}
    if "end_inclusive" in case:
        seen["term_months"] = calendar.months_begun(case.day("start"), case.end())
        return seen
    step = _STEPS[case.raw("period")]
    if "end" in case:
        seen["whole_periods"] = calendar.whole_steps(case.day("start"), case.day("end"), step)
    if "n" in case:
        seen["date"] = calendar.after(case.day("start"), step, case.whole("n")).isoformat()
    if "anchor" in case:
        held = case.day("as_of") if "as_of" in case else case.day("period_opened")
        opens, closes = calendar.period_of(case.day("anchor"), step, held)
        seen["period_start"] = opens.isoformat()
        seen["period_last_day"] = (closes - _DAY).isoformat()
    return seen


def day_count(case: Case) -> Seen:
    start, end = case.day("start"), case.end()
    return {
        "actual": str(part_of(Dialect.ACTUAL, start, end, _month_of(start))),
        "assume_30_actual": str(proration.actual_of_thirty(start, end)),
        "strict_30": str(proration.strict_thirty(start, end)),
    }


def proration_factor(case: Case) -> Seen:
    factor, scale = _factor(case), case.policy.get("scale")
    return {"factor": factor if scale is None else decimals(factor, int(scale))}


def proration_amount(case: Case) -> Seen:
    rounding = case.rounding()
    if "price_cents" in case:
        return _in_cents(case)
    if "period_start_day" in case:
        start, end = case.day("effective_from"), case.end("effective_to_inclusive", "effective_to")
        months = prorate(Dialect.ACTUAL, _months(start, case.whole("period_start_day")), start, end)
        count = decimals(months.factor, int(case.policy.get("factor_scale", 12)))
        return {"term_count": count, "amount": prorated(_price(case), count, rounding)}
    if "rate" in case:
        quantity = decimals(_factor(case), 4)
        return {"quantity": quantity, "amount": prorated(case.number("rate"), quantity, rounding)}
    price, factor = _price(case), _factor(case)
    billed = prorated(price, factor, rounding)
    return {
        "amount": EXACT.multiply(price, factor) if "price_per_month" in case else billed,
        "billed": billed,
        "cancelled": price - billed,
    }


def plan_change(case: Case) -> Seen:
    rounding, (old, new) = case.rounding(), _prices_of_change(case)
    seen: Seen = {}
    if "fraction_remaining" in case:
        left = case.number("fraction_remaining")
    else:
        part, days = _left(case)
        left = part.factor
        seen["days"] = days_bought(old, part, new, part, days)
    credit, charge = -prorated(old, left, rounding), prorated(new, left, rounding)
    return seen | {
        "used": old + credit,
        "credit": credit,
        "charge": charge,
        "net": charge + credit,
        "next_charge": new + charge + credit,
    }


def termination_credit(case: Case) -> Seen:
    if "unused_days" in case:
        part = Part(case.whole("unused_days"), case.whole("days_in_period"))
    else:
        closes = case.end("period_end_inclusive", "period_end")
        opens = closes - timedelta(days=case.whole("days_in_period"))
        part = part_of(Dialect.ACTUAL, case.day("terminated") + _DAY, closes, (opens, closes))
    return _cents(case, part)


def commitment(case: Case) -> Seen:
    charged = [case.number("subscription_cents", "0"), *case.numbers("usage_cents")]
    missing = true_up(case.number("commitment_cents"), charged)
    return {"true_up_cents": missing, "total_cents": missing + sum(charged, Decimal(0))}


def _factor(case: Case) -> Decimal:
    """The part of a period a case is about, in the dialect its members and policy name."""
    if "previous_bill_through" in case:
        through, step = case.day("previous_bill_through"), _STEPS[case.raw("period")]
        following = through, calendar.after(through, step)
        return part_of(Dialect.ACTUAL, through, case.end(), following).factor
    for count, usual in (
        ("days", "default_term_days"),
        ("months", "default_term_months"),
        ("term_months", "default_term_months"),
    ):
        if count in case and usual in case:
            return times(_ONE, Factor(case.number(count), case.number(usual)))
    if "stub_days" in case:
        return _with_stub(case)
    start = case.day("start")
    return prorate(_dialect(case), _months(start), start, case.end()).factor


def _dialect(case: Case) -> Dialect:
    if "fixed_days" in case:
        return _OF_FIXED_DAYS[case.whole("fixed_days")]
    return _DIALECTS.get(case.raw("day_count", case.policy.get("day_count", "")), Dialect.ACTUAL)


def _months(day: date, opening: int = 1) -> Grid:
    """Months that begin on a day of the month, long before `day`."""
    return Grid(anchor=date(day.year - 1, 12, opening), months=1)


def _month_of(day: date) -> tuple[date, date]:
    return calendar.period_of(day.replace(day=1), MONTHLY, day)


def _with_stub(case: Case) -> Decimal:
    """Whole periods and the days before or after them."""
    stub = timedelta(days=case.whole("stub_days"))
    if "full_weeks" in case:
        week = _SOME_DAY, _SOME_DAY + _WEEK
        part = part_of(Dialect.ACTUAL, _SOME_DAY, _SOME_DAY + stub, week)
        return case.number("full_weeks") + part.factor
    start = case.day("start")
    part = part_of(_dialect(case), start, start + stub, _month_of(start))
    return case.number("full_months", "0") + part.factor


def _price(case: Case) -> Decimal:
    names = ("price", "price_per_month", "price_per_week", "list_price", "list_price_per_month")
    return next(case.number(name) for name in names if name in case)


def _in_cents(case: Case) -> Seen:
    if "days" in case:
        part = Part(case.whole("days"), _days_in_period(case))
    else:
        start, end = case.day("from_"), case.end("to_inclusive", "to")
        opens = case.day("period_start") if "period_start" in case else start
        closes = opens + timedelta(days=_days_in_period(case))
        part = part_of(Dialect.ACTUAL, start, end, (opens, closes))
    found = _cents(case, part)
    with_tax = case.raw("kind", "").endswith("with_tax")
    return {**found, "amount_cents": found["total_cents"] if with_tax else found["net_cents"]}


def _days_in_period(case: Case) -> int:
    if "period_start" not in case:
        return case.whole("days_in_period")
    closes = case.end("period_end_inclusive", "period_end")
    return (closes - case.day("period_start")).days


def _cents(case: Case, part: Part) -> Seen:
    """That part of a price in cents, with the tax of what was rounded."""
    rounding = case.rounding(0)
    net = prorated(case.number("price_cents"), part.factor, rounding)
    rule = TaxRule(TaxKind.PERCENT, case.number("tax_percent", "0"))
    [exact] = exactly_taxed(net, [rule]).taxes
    tax = rounding.money(exact)
    return {"net_cents": net, "tax_cents": tax, "total_cents": net + tax}


def _left(case: Case) -> tuple[Part, int]:
    """The part of the period that is left, and how many days that is."""
    if "amend" in case:
        start, end = case.day("amend"), case.end("period_end_inclusive", "period_end")
        months = prorate(_dialect(case), _months(start), start, end).part
        return Part(months.days, months.of * 12), (end - start).days
    if "days_in_period" in case:
        whole = case.whole("days_in_period")
        left = whole - case.whole("days_used")
        return Part(left, whole), left
    opens, closes = case.day("period_start"), case.end("period_end_inclusive", "period_end")
    part = part_of(_dialect(case), case.day("change"), closes, (opens, closes))
    return part, (closes - case.day("change")).days


def _prices_of_change(case: Case) -> tuple[Decimal, Decimal]:
    if "unit_price" in case:
        unit = case.number("unit_price")
        return unit * case.number("old_qty"), unit * case.number("new_qty")
    if "old_price_year" in case:
        return case.number("old_price_year"), case.number("new_price_year")
    return case.number("old_price"), case.number("new_price")
