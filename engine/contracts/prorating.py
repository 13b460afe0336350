"""Prorating: which part of its periods a stretch of a contract is, row by row.

Periods are counted from an anchor, so that one of a 31st ends on the last day of a short month
and the next one on the 31st again. Whole periods count one each; the days before and after them
are parts of a full period, in the dialect of the contract.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.catalog.service_policy import Dialect
from engine.kernel import calendar
from engine.kernel.calendar import Step
from engine.pricing import proration
from engine.pricing.proration import Part

_THIRTY = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The periods of a charge: so many months each, the first one from `anchor` on."""

    anchor: date
    months: int

    @property
    def step(self) -> Step:
        return Step(months=self.months)


@dataclass(frozen=True, slots=True)
class Row:
    """A stretch, and which part of a full period it is; several whole ones are one row."""

    start: date
    end: date
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Proration:
    """A stretch of days as a part of full periods."""

    dialect: Dialect
    rows: tuple[Row, ...]

    @property
    def part(self) -> Part:
        """All rows as one part: so many of a full period's days."""
        days, of = 0, 1
        for place, row in enumerate(self.rows):
            if row.part.of == of or place == 0:
                days, of = days + row.part.days, row.part.of
            else:
                days, of = days * row.part.of + row.part.days * of, of * row.part.of
        return Part(days, of)

    @property
    def factor(self) -> Decimal:
        """How many periods that are."""
        return self.part.factor


def prorate(dialect: Dialect, grid: Grid, start: date, end: date) -> Proration:
    """The days from `start` to `end`, which no longer belongs, as parts of the grid's periods."""
    if dialect is Dialect.MONTHS_FIRST:
        rows: tuple[Row, ...] = (_months_first(grid, start, max(start, end)),)
    else:
        rows = tuple(_rows(dialect, grid, start, max(start, end)))
    return Proration(dialect=dialect, rows=rows)


def part_of(dialect: Dialect, start: date, end: date, whole: tuple[date, date]) -> Part:
    """Which part of the full period `whole` the days from `start` to `end` are."""
    opens, closes = whole
    months = (closes.year - opens.year) * 12 + closes.month - opens.month
    if dialect is Dialect.ACTUAL:
        return Part((end - start).days, (closes - opens).days)
    if dialect is Dialect.THIRTY:
        days = proration.strict_thirty(start, end).days
    else:
        days = proration.actual_of_thirty(start, end).days
    return Part(min(days, _THIRTY * months), _THIRTY * months)


def _rows(dialect: Dialect, grid: Grid, start: date, end: date) -> Iterator[Row]:
    """The days before the first whole period, the whole ones, and the days after them."""
    opens, closes = calendar.period_of(grid.anchor, grid.step, start)
    if end < closes or opens < start:
        until = min(end, closes)
        first = Row(start, until, part_of(dialect, start, until, (opens, closes)))
        yield first
        if until == end:
            return
        start, of = until, first.part.of
    else:
        of = 0
    begun = calendar.whole_steps(grid.anchor, start, grid.step)
    done = calendar.whole_steps(grid.anchor, end, grid.step)
    rest = calendar.after(grid.anchor, grid.step, done)
    following = calendar.after(grid.anchor, grid.step, done + 1)
    last = part_of(dialect, rest, end, (rest, following)) if rest < end else None
    if done > begun:
        opened = rest if last else start
        of = of or part_of(dialect, opened, opened, _period(grid, opened)).of
        yield Row(start, rest, Part((done - begun) * of, of))
    if last:
        yield Row(rest, end, last)


def _period(grid: Grid, day: date) -> tuple[date, date]:
    return calendar.period_of(grid.anchor, grid.step, day)


def _months_first(grid: Grid, start: date, end: date) -> Row:
    whole, rest = proration.months_and_days(start, end)
    return Row(start, end, Part(whole * rest.of + rest.days, rest.of * grid.months))
