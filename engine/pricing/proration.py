"""Proration: which part of a period a stretch of days is, in the dialects that are in use.

The denominator is always a full period. Stretches are half-open: `end` is the first day that
no longer belongs. Factors are exact quotients; rounding is the caller's.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from engine.catalog.settings import DayCount
from engine.kernel import calendar
from engine.kernel.calendar import MONTHLY, Step
from engine.pricing.rounding import EXACT

_ZERO = Decimal(0)
_ONE = Decimal(1)
_DAY = timedelta(days=1)
_THIRTY = 30
_MONTHS_OF_YEAR = 12
_DAYS_OF_YEAR = 365


@dataclass(frozen=True, slots=True)
class Part:
    """So many days of a period of so many."""

    days: int
    of: int

    @property
    def factor(self) -> Decimal:
        return EXACT.divide(Decimal(self.days), Decimal(self.of))

    def __str__(self) -> str:
        return f"{self.days}/{self.of}"


def actual(start: date, end: date) -> Part:
    """The days there are, of the month they begin in."""
    return Part((end - start).days, calendar.days_in_month(start))


def actual_of_thirty(start: date, end: date) -> Part:
    """The days there are, of thirty."""
    return Part((end - start).days, _THIRTY)


def strict_thirty(start: date, end: date) -> Part:
    """Days of months that all have thirty: a last day of a month is its thirtieth."""
    last = end - _DAY
    last_day = _THIRTY if last.day == calendar.days_in_month(last) else last.day
    months = (last.year - start.year) * 12 + last.month - start.month
    return Part(months * _THIRTY + last_day - min(start.day, _THIRTY) + 1, _THIRTY)


def fixed_days(start: date, end: date, days: int) -> Part:
    """Days between two dates of a calendar of thirty-day months, of `days`."""
    return Part(calendar.thirty_day_months(start, end), days)


def calendar_months(start: date, end: date) -> Decimal:
    """Every calendar month's own part: a begun month counts by its days, a whole one as one."""
    factor, day = _ZERO, start
    while day < end:
        month_end = calendar.plus_months(day.replace(day=1), 1)
        until = min(end, month_end)
        factor += Part((until - day).days, calendar.days_in_month(day)).factor
        day = until
    return factor


def months_first(start: date, end: date) -> Decimal:
    """Whole months from `start`, then the days that are left, of the month they begin."""
    whole, rest = months_and_days(start, end)
    return whole + rest.factor


def months_and_days(start: date, end: date) -> tuple[int, Part]:
    """Whole months from `start`, and the days that are left as a part of the month they begin."""
    whole = calendar.whole_steps(start, end, MONTHLY)
    stub = calendar.after(start, MONTHLY, whole)
    following = calendar.after(start, MONTHLY, whole + 1)
    return whole, Part((end - stub).days, (following - stub).days)


def months(start: date, end: date, count: DayCount) -> Decimal:
    """How many months a stretch of days is, by a tenant's day count."""
    match count:
        case DayCount.MONTHS_FIRST:
            return months_first(start, end)
        case DayCount.CALENDAR_MONTHS:
            return calendar_months(start, end)
        case DayCount.THIRTY:
            return strict_thirty(start, end).factor
        case DayCount.ACTUAL_THIRTY:
            return actual_of_thirty(start, end).factor
        case DayCount.ACTUAL_365:
            return Part((end - start).days * _MONTHS_OF_YEAR, _DAYS_OF_YEAR).factor


def by_billing_day(start: date, end: date, billing_day: int) -> Decimal:
    """Periods that begin on a day of the month; begun ones by their days."""
    opens = _on_day(start, billing_day)
    if opens > start:
        opens = calendar.plus_months(opens, -1, billing_day)
    factor = _ZERO
    while opens < end:
        closes = calendar.plus_months(opens, 1, billing_day)
        days = (min(end, closes) - max(start, opens)).days
        factor += Part(days, (closes - opens).days).factor
        opens = closes
    return factor


def since_billed_through(through: date, end: date, step: Step) -> Decimal:
    """Days after the last billed one, of the first period that follows it."""
    return Part((end - through).days, (calendar.after(through, step) - through).days).factor


def cycles_in_advance(
    start: date, target: date, billing_day: int, step: Step, end: date | None = None
) -> Decimal:
    """Periods billed in advance up to `target`: a leading part, whole ones, a trailing part.

    Kill Bill's way: billing dates fall on `billing_day`, and a part is measured against the
    period that ends, or begins, with it.
    """
    first = _on_day(start, billing_day)
    if first < start:
        first = calendar.after(first, step, 1, billing_day)
    if end is not None and end <= first:
        return _leading(start, end, first, step)
    cycles = _leading(start, first, first, step)
    opens, count = first, 0
    while opens <= target and (end is None or opens < end):
        count += 1
        closes = calendar.after(first, step, count, billing_day)
        if end is not None and end < closes:
            return cycles + Part((end - opens).days, (closes - opens).days).factor
        cycles += _ONE
        opens = closes
    return cycles


def _leading(start: date, end: date, first: date, step: Step) -> Decimal:
    before = calendar.after(first, step, -1)
    return Part((end - start).days, (first - before).days).factor


def _on_day(day: date, billing_day: int) -> date:
    """The billing day in the month of `day`."""
    return day.replace(day=min(billing_day, calendar.days_in_month(day)))
