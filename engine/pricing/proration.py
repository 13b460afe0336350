"""Proration: which part of a period a stretch of days is, in the dialects that are in use.

The denominator is always a full period. Stretches are half-open: `end` is the first day that
no longer belongs. Factors are exact quotients; rounding is the caller's.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from engine.catalog.settings import DayCount
from engine.kernel import calendar
from engine.kernel.calendar import MONTHLY
from engine.pricing.rounding import EXACT

_ZERO = Decimal(0)
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


def actual_of_thirty(start: date, end: date) -> Part:
    """The days there are, of thirty."""
    return Part((end - start).days, _THIRTY)


def strict_thirty(start: date, end: date) -> Part:
    """Days of months that all have thirty: a last day of a month is its thirtieth."""
    last = end - _DAY
    last_day = _THIRTY if last.day == calendar.days_in_month(last) else last.day
    months = (last.year - start.year) * 12 + last.month - start.month
    return Part(months * _THIRTY + last_day - min(start.day, _THIRTY) + 1, _THIRTY)


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


def months_and_days(start: date, end: date, anchor: int | None = None) -> tuple[int, Part]:
    """Whole months from `start`, and the days that are left as a part of the month they begin.

    They begin on the day of the month `anchor` (that of `start` without it).
    """
    whole = calendar.whole_steps(start, end, MONTHLY)
    if whole and calendar.after(start, MONTHLY, whole, anchor) > end:
        whole -= 1
    stub = calendar.after(start, MONTHLY, whole, anchor) if whole else start
    following = calendar.after(start, MONTHLY, whole + 1, anchor)
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
