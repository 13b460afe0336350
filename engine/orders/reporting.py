"""What a fulfilment system reports about a line, and what the line makes of it.

Reports may come late and in any order, and lead to the same end: one that tells of something
older than what is known is read in its place, and what came after it is read again. A report of
a number of units counts up how many have reached a status; however many of them are known to be
further on already need not move. A report about a whole line moves every unit for which it is
news. What is no news changes nothing and says why.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from engine.orders.lifecycle import MAIN, RANK, sources
from engine.orders.order import LineStatus, OrderLine, Progress, Told

_ZERO = Decimal(0)
_MOST_TOLD = 100
"""So many reports are kept to be read again; what is older stays as it was read."""


class Ignored(StrEnum):
    """Why a report changes nothing."""

    REPLAY = "replay"
    """it was heard before"""
    BACKWARD = "backward"
    """the line is as far, or further"""
    LATE = "late"
    """something newer is known"""
    NOT_POSSIBLE = "not_possible"
    """where the line is, this cannot follow"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineReport:
    """What is said about one line at `at`: `quantity` units of it, or all of it where None."""

    status: LineStatus
    at: datetime
    quantity: Decimal | None = None
    tracking: tuple[str, ...] = ()
    external_ref: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """A line after a report; `moved` units of it changed their status.

    `ignored` says why nothing moved; `over` is by how many units more were told than there are.
    """

    line: OrderLine
    moved: Decimal | None
    ignored: Ignored | None = None
    over: Decimal = _ZERO
    status: LineStatus = LineStatus.PENDING
    """what was told"""

    @property
    def is_news(self) -> bool:
        return self.ignored is None


def hear(line: OrderLine, report: LineReport) -> Heard:
    """The line after a report."""
    noted = _noted(line, report)
    told = Told(status=report.status, at=report.at, quantity=report.quantity)
    known = line.progress.told
    place = bisect_right(known, told.at, key=lambda each: each.at)
    in_order = (*known[:place], told, *known[place:])
    heard = _read(noted, told) if place == len(known) else _read_again(noted, in_order, place)
    before = line.progress.before or replace(line.progress, told=())
    line = _remembered(heard.line, before, in_order)
    return replace(heard, line=line, status=report.status)


def counted(line: OrderLine, status: LineStatus, had: Decimal) -> Decimal | None:
    """How many more units a word about all of a line is about, by who has `had` of them.

    None for the whole line: nothing came to it since. Of units that did, nobody there knows.
    """
    if line.quantity - line.units(LineStatus.CANCELLED, LineStatus.REJECTED) <= had:
        return None
    there = line.progress.reported if status in RANK else line.progress.quantities
    return had - there.get(status.value, _ZERO)


def _read_again(line: OrderLine, told: tuple[Told, ...], place: int) -> Heard:
    """The line after everything that was told, of which the one at `place` is new."""
    known = line.progress
    before = known.before or known
    start = replace(before, tracking=known.tracking, external_ref=known.external_ref)
    every = [Heard(replace(line, progress=start), None)]
    for each in told:
        every.append(_read(every[-1].line, each))
    here, new = every[-1].line, every[place + 1]
    gone = (
        max(units - here.progress.quantities.get(status, _ZERO), _ZERO)
        for status, units in known.quantities.items()
    )
    moved = sum(gone, _ZERO)
    if moved:
        return Heard(here, moved, None, new.over)
    return Heard(here, None, new.ignored or Ignored.LATE, new.over)


def _remembered(line: OrderLine, before: Progress, told: tuple[Told, ...]) -> OrderLine:
    """The line with what led to where it is."""
    while len(told) > _MOST_TOLD:
        before = _read(replace(line, progress=before), told[0]).line.progress
        told = told[1:]
    return replace(line, progress=replace(line.progress, told=told, before=before))


def _read(line: OrderLine, told: Told) -> Heard:
    """The line after the newest of what is told."""
    return _main(line, told) if told.status in RANK else _side(line, told)


def _main(line: OrderLine, report: Told) -> Heard:
    """Units reach a status of the main way."""
    progress = line.progress
    possible = _still_possible(line)
    told, over = _told(progress, report, possible)
    reached = _reached(told, report.status)
    here = _units(progress, (*MAIN[RANK[report.status] :], LineStatus.RETURNED))
    need = reached - here if report.quantity is not None else possible - here
    if report.quantity is not None:
        line = replace(line, progress=replace(progress, reported=told))
    if need <= 0 and possible > 0:
        return Heard(line, None, Ignored.BACKWARD, over)
    open_ones = _open(progress, report)
    if not open_ones:
        return Heard(line, None, _why(progress, report), over)
    return _moved(line, open_ones, report, None if report.quantity is None else need, over)


def _side(line: OrderLine, report: Told) -> Heard:
    """Units leave the main way, the least advanced first."""
    open_ones = _open(line.progress, report)
    if not open_ones:
        return Heard(line, None, _why(line.progress, report))
    there = _units(line.progress, open_ones)
    over = max((report.quantity or _ZERO) - there, _ZERO)
    return _moved(line, open_ones, report, report.quantity, over)


def _moved(
    line: OrderLine,
    open_ones: Iterable[LineStatus],
    report: Told,
    need: Decimal | None,
    over: Decimal,
) -> Heard:
    """So many units, or all, go from the open statuses to the one that was told."""
    quantities = dict(line.progress.quantities)
    moved = _ZERO
    for status in open_ones:
        there = quantities[status.value]
        part = there if need is None else min(there, need - moved)
        if need is not None and part <= 0:
            break
        quantities[status.value] = there - part
        if there == part:
            del quantities[status.value]
        moved += part
    target = report.status.value
    quantities[target] = quantities.get(target, _ZERO) + moved
    at = dict(line.progress.at)
    known = at.get(target)
    at[target] = report.at if known is None else max(known, report.at)
    progress = replace(line.progress, quantities=quantities, at=at)
    return Heard(replace(line, progress=progress), moved, None, over)


def _open(progress: Progress, report: Told) -> list[LineStatus]:
    """The statuses units may come from: none of which something newer is known.

    Counted units of the main way may come from anywhere on it: how many there are is known.
    """
    is_counted = report.quantity is not None and report.status in RANK
    return [
        status
        for status in sources(report.status)
        if status.value in progress.quantities
        and not _takes_back(status, report)
        and ((is_counted and status in RANK) or _is_newer(progress, status, report.at))
    ]


def _takes_back(status: LineStatus, report: Told) -> bool:
    """Whether units that are to be cancelled would go on although nobody said so of them.

    That a whole line is under way says nothing about them; that it has left the house does.
    """
    before_shipping = RANK.get(report.status, RANK[LineStatus.SHIPPED]) < RANK[LineStatus.SHIPPED]
    return status is LineStatus.CANCEL_REQUESTED and report.quantity is None and before_shipping


def _is_newer(progress: Progress, status: LineStatus, at: datetime) -> bool:
    known = progress.at.get(status.value)
    return known is None or known <= at


def _why(progress: Progress, report: Told) -> Ignored:
    if any(status.value in progress.quantities for status in sources(report.status)):
        return Ignored.LATE
    is_there = report.status.value in progress.quantities
    return Ignored.BACKWARD if is_there or report.status in RANK else Ignored.NOT_POSSIBLE


def _told(
    progress: Progress, report: Told, possible: Decimal
) -> tuple[dict[str, Decimal], Decimal]:
    """How many units were told to have reached each status, and how many too many."""
    told = dict(progress.reported)
    if report.quantity is None:
        return told, _ZERO
    total = told.get(report.status.value, _ZERO) + report.quantity
    told[report.status.value] = min(total, possible)
    return told, max(total - possible, _ZERO)


def _reached(told: Mapping[str, Decimal], status: LineStatus) -> Decimal:
    """How many units are known to have reached `status` at least."""
    further = MAIN[RANK[status] :]
    return max((told.get(each.value, _ZERO) for each in further), default=_ZERO)


def _still_possible(line: OrderLine) -> Decimal:
    """How many units can be on the main way."""
    lost = (LineStatus.CANCELLED, LineStatus.REJECTED)
    return line.quantity - _units(line.progress, lost)


def _units(progress: Progress, statuses: Iterable[LineStatus]) -> Decimal:
    found = progress.quantities
    return sum((found.get(each.value, _ZERO) for each in statuses), _ZERO)


def _noted(line: OrderLine, report: LineReport) -> OrderLine:
    """The line with what a report tells beside the status."""
    known = line.progress.tracking
    tracking = (*known, *(each for each in report.tracking if each not in known))
    reference = line.progress.external_ref or report.external_ref
    progress = replace(line.progress, tracking=tracking, external_ref=reference)
    return replace(line, progress=progress)
