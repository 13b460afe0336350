"""Calendar arithmetic: months that are anchored to a day, and days that are counted.

A date anchored to the 31st falls on the last day of a shorter month and comes back to the
31st after it. Periods are half-open: their end is the next one's first day.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS_OF_YEAR = 12


@dataclass(frozen=True, slots=True)
class Step:
    """The length of a period: so many months, or so many days."""

    months: int = 0
    days: int = 0


MONTHLY = Step(months=1)


def days_in_month(day: date) -> int:
    """How many days the month of `day` has."""
    return monthrange(day.year, day.month)[1]


def plus_months(day: date, months: int, anchor: int | None = None) -> date:
    """So many months later, on the day of the month `anchor` (that of `day` without it)."""
    years, month = divmod(day.month - 1 + months, _MONTHS_OF_YEAR)
    first = date(day.year + years, month + 1, 1)
    return first.replace(day=min(anchor or day.day, days_in_month(first)))


def after(day: date, step: Step, times: int = 1, anchor: int | None = None) -> date:
    """`day` moved by `times` steps."""
    if step.months:
        return plus_months(day, step.months * times, anchor)
    return day + timedelta(days=step.days * times)


def whole_steps(start: date, end: date, step: Step) -> int:
    """How many whole periods lie between `start` and `end`."""
    if step.days:
        return max((end - start).days // step.days, 0)
    count = ((end.year - start.year) * _MONTHS_OF_YEAR + end.month - start.month) // step.months
    return max(count - (after(start, step, count) > end), 0)


def period_of(anchor: date, step: Step, day: date) -> tuple[date, date]:
    """The first day of the period that holds `day`, and of the next one."""
    count = whole_steps(anchor, day, step)
    return after(anchor, step, count), after(anchor, step, count + 1)


def months_begun(start: date, end: date) -> int:
    """How many months lie between `start` and `end`, a begun one counting whole."""
    whole = whole_steps(start, end, MONTHLY)
    return whole + (after(start, MONTHLY, whole) < end)
