"""Schedules: which amount of which charge falls due on which day, adding up to what was sold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from engine.catalog.charge import ChargePeriod, ChargeType
from engine.catalog.service_policy import Dialect
from engine.contracts.charge import BillingTime, Charge
from engine.contracts.prorating import part_of
from engine.contracts.splitting import Split
from engine.kernel import calendar
from engine.kernel.calendar import Step
from engine.kernel.errors import Invalid
from engine.kernel.finding import Finding, Severity
from engine.pricing.proration import Part, months_and_days
from engine.pricing.rounding import EXACT, Rounding

MOST_DUES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An amount of the charge called `charge` that falls due on `day`.

    `opens` and `closes` bound the period it is for, half-open; `part` says which part of a full
    period that is, where it is no full one. What is `estimated` depends on what will be used.
    """

    day: date
    amount: Decimal
    charge: str
    opens: date | None = None
    closes: date | None = None
    part: Part | None = None
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A billed period: a full one, or the `part` of one before or after them."""

    opens: date
    closes: date
    part: Part | None = None

    @property
    def weight(self) -> Fraction:
        return Fraction(1) if self.part is None else Fraction(self.part.days, self.part.of)


def schedule(splits: Sequence[Split], dialect: Dialect, rounding: Rounding) -> tuple[Due, ...]:
    """What falls due when, by day; `dialect` says which part of a period some days are.

    Each amount is what has come due by then less what fell due before, and the last one of a
    charge is all that is left of it: so they add up to the charges' totals. Nothing falls due
    where an amount is 0. Invalid where there are more than 100,000.
    """
    if sum(_about(each.charge) for each in splits) > MOST_DUES:
        finding = Finding(Severity.ERROR, "schedule_too_long", {"most": MOST_DUES})
        raise Invalid("the schedule is too long", [finding])
    ends = [each.charge.end_date for each in splits if each.charge.end_date is not None]
    dues: list[Due] = []
    for each in splits:
        charge = each.charge
        if charge.type is ChargeType.RECURRING:
            dues += _recurring(each, dialect, rounding)
        elif charge.type is ChargeType.USAGE:
            day = max([charge.start_date, *ends])
            dues.append(Due(day=day, amount=charge.total, charge=charge.id, estimated=True))
        else:
            dues.append(Due(day=charge.start_date, amount=charge.total, charge=charge.id))
    return tuple(sorted((due for due in dues if due.amount), key=lambda due: due.day))


def _about(charge: Charge) -> int:
    """How many periods a charge is billed for, or one or two more."""
    if charge.end_date is None or charge.period is None:
        return 1
    steps = calendar.whole_steps(charge.start_date, charge.end_date, _step(charge.period))
    return steps + 2


def _recurring(split: Split, dialect: Dialect, rounding: Rounding) -> Iterator[Due]:
    charge, factor = split.charge, split.factor
    billed, reached = Decimal(0), Fraction(0)
    stretches = list(_stretches(split, dialect))
    for place, each in enumerate(stretches, 1):
        reached += each.weight
        due = charge.total
        if place < len(stretches):
            so_many = reached * Fraction(factor.whole) / Fraction(factor.due)
            if so_many < 1:
                part = EXACT.multiply(charge.total, Decimal(so_many.numerator))
                due = rounding.money(EXACT.divide(part, Decimal(so_many.denominator)))
        yield Due(
            day=each.opens if charge.time is BillingTime.IN_ADVANCE else each.closes,
            amount=due - billed,
            charge=charge.id,
            opens=each.opens,
            closes=each.closes,
            part=each.part,
        )
        billed = due


def _stretches(split: Split, dialect: Dialect) -> Iterator[_Stretch]:
    """The periods of a charge: those between its billing days, and what is before and after."""
    charge = split.charge
    start, end, period = charge.start_date, charge.end_date, charge.period
    if end is None or period is None or end <= start:
        yield _Stretch(start, start if end is None else end)
        return
    step, day = _step(period), (split.anchor or start).day
    if split.anchor is None:
        day = charge.billing_day or day
        before, first = _around(start, step, day)
    else:
        before, first = calendar.period_of(split.anchor, step, start)
    if before == start:
        first = start
    elif start < first:
        until = min(end, first)
        yield _Stretch(start, until, _part(start, until, (before, first), day, dialect))
    opens, count = first, 0
    while opens < end:
        count += 1
        closes = calendar.after(first, step, count, day)
        if closes <= end:
            yield _Stretch(opens, closes)
        else:
            yield _Stretch(opens, end, _part(opens, end, (opens, closes), day, dialect))
        opens = closes


def _around(start: date, step: Step, billing_day: int) -> tuple[date, date]:
    """The first day of billing on or after `start`, and the day a period before it.

    That is the billing day of the month it begins in, or where that is over, a period later.
    """
    first = start.replace(day=min(billing_day, calendar.days_in_month(start)))
    if first < start:
        first = calendar.after(first, step, 1, billing_day)
    return calendar.after(first, step, -1), first


def _part(
    start: date, end: date, whole: tuple[date, date], billing_day: int, dialect: Dialect
) -> Part:
    """Which part of the full period `whole` the days from `start` to `end` are.

    Months that begin with it begin on the billing day, or the last one of a shorter month.
    """
    if dialect is not Dialect.MONTHS_FIRST:
        return part_of(dialect, start, end, whole)
    opens, closes = whole
    months = (closes.year - opens.year) * 12 + closes.month - opens.month
    anchor = billing_day if start == opens else None
    begun, rest = months_and_days(start, end, anchor)
    return Part(min(begun * rest.of + rest.days, rest.of * months), rest.of * months)


def _step(period: ChargePeriod) -> Step:
    return Step(months=period.months)
