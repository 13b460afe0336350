"""Fulfilling: systems outside say how far the lines of an order are."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from engine.kernel.errors import Invalid, NotChangeable, StaleRevision
from engine.kernel.failpoints import failpoint
from engine.kernel.finding import Finding, Severity
from engine.orders.history import OrderHappening
from engine.orders.lifecycle import TERMINAL
from engine.orders.order import LineStatus, Order, OrderLine
from engine.orders.reporting import Heard, Ignored, LineReport, counted, hear
from engine.orders.served import would_end
from engine.ports.erp import Receipt
from engine.services.progressing import Reported, Word, kept, note, provided
from engine.store.unit_of_work import UnitOfWork

_MOST_UNITS = Decimal(1_000_000_000)
_FAST_CLOCK = timedelta(minutes=5)
"""So far another system's clock may be ahead of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWord:
    """What a report says of one line, named by our id or by the name it has there."""

    line_id: str | None = None
    external_ref: str | None = None
    quantity: Decimal | None = None
    status: LineStatus | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    """What a fulfilment system says: its open lines, or some of them, have reached `status`.

    `event_id` names the message; one that comes again is heard once. `occurred_at` is when it
    happened there, now where it is not said.
    """

    system: str
    status: LineStatus
    by: str
    lines: tuple[LineWord, ...] | None = None
    tracking: str = ""
    event_id: str | None = None
    occurred_at: datetime | None = None
    reason: str = ""


def report(uow: UnitOfWork, order_id: str, said: StatusReport, seen: int | None) -> Reported:
    """The order after what a system says of it.

    Invalid names a system or line that the order does not have, NotChangeable one that is given
    up although its contract goes on. What is no news is kept in the order's history and changes
    nothing else.
    """
    order = uow.orders.get(order_id, lock=True)
    if seen is not None and seen != order.revision:
        raise StaleRevision(f"order {order.number} is at revision {order.revision}")
    named = _named(order, said)
    now = uow.clock.now()
    at = now if said.occurred_at is None else said.occurred_at
    if at > now + _FAST_CLOCK:
        raise _wrong("in_the_future", "occurred_at")
    key = _key(said)
    if key and not uow.order_reports.hear(order.id, key, now, _words(said, at)):
        return Reported(order, Ignored.REPLAY)
    _check_served(named, said)
    failpoint("report_heard")
    heard: list[Heard] = []
    lines = {line.id: line for line, _ in named}
    for line, each in _line_reports(named, said, at):
        heard.append(hear(lines[line.id], each))
        lines[line.id] = heard[-1].line
    word = Word(
        system=said.system,
        status=said.status,
        by=said.by,
        tracking=said.tracking,
        reason=said.reason,
    )
    reported = kept(uow, order, word, heard)
    return replace(reported, order=provided(uow, reported.order))


def acknowledged(
    uow: UnitOfWork, order_id: str, system: str, receipt: Receipt, units: Mapping[str, Decimal]
) -> None:
    """A system has taken its lines over, so many `units` of each, and gave them names."""
    order = uow.orders.get(order_id, lock=True)
    now = uow.clock.now()
    heard = [
        hear(
            line,
            LineReport(
                status=LineStatus.ACKNOWLEDGED,
                at=now,
                quantity=counted(line, LineStatus.ACKNOWLEDGED, units[line.id]),
                external_ref=receipt.lines.get(line.id, receipt.reference),
            ),
        )
        for line in order.fulfilled
        if line.system == system and line.id in units
    ]
    word = Word(system=system, status=LineStatus.ACKNOWLEDGED, by=system)
    told: dict[str, object] = {"reference": receipt.reference}
    if receipt.notes:
        told["notes"] = list(receipt.notes)
    taken = kept(uow, order, word, heard, OrderHappening.PUSHED, **told)
    provided(uow, taken.order)


def refused(uow: UnitOfWork, order_id: str, system: str, reason: str) -> None:
    """A system will not take its lines over; somebody has to look at it."""
    order = uow.orders.get(order_id, lock=True)
    details = {"system": system, "reason": reason}
    note(uow, order, system, OrderHappening.PUSH_FAILED, details)


def _named(order: Order, said: StatusReport) -> list[tuple[OrderLine, LineWord]]:
    """The lines a report speaks of; all open ones of its system where it names none."""
    mine = [each for each in order.fulfilled if each.system == said.system]
    if not mine:
        raise _wrong("unknown_system", "fulfillment_system")
    if said.lines == ():
        raise _wrong("no_lines", "lines")
    if said.lines is None:
        open_ones = [each for each in mine if not _is_over(each)]
        return [(line, LineWord()) for line in open_ones or mine]
    found = []
    for place, word in enumerate(said.lines):
        line = _line(mine, word)
        if line is None:
            raise _wrong("unknown_order_line", f"lines/{place}")
        if word.quantity is not None and not 0 < word.quantity <= _MOST_UNITS:
            raise _wrong("quantity_out_of_range", f"lines/{place}/quantity")
        found.append((line, word))
    return found


def _check_served(named: Sequence[tuple[OrderLine, LineWord]], said: StatusReport) -> None:
    """Contracts are ended as services, not by what is said of their lines."""
    findings = [
        Finding(
            Severity.ERROR, "contract_line", where="" if said.lines is None else f"lines/{place}"
        )
        for place, (line, word) in enumerate(named)
        if would_end(line, word.status or said.status)
    ]
    if findings:
        raise NotChangeable("the contract goes on", findings)


def _line(lines: Sequence[OrderLine], word: LineWord) -> OrderLine | None:
    if word.line_id is not None:
        return next((each for each in lines if each.id == word.line_id), None)
    named = [each for each in lines if each.progress.external_ref == word.external_ref]
    return named[0] if len(named) == 1 and word.external_ref else None


def _is_over(line: OrderLine) -> bool:
    return all(LineStatus(each) in TERMINAL for each in line.progress.quantities)


def _line_reports(
    named: Sequence[tuple[OrderLine, LineWord]], said: StatusReport, at: datetime
) -> list[tuple[OrderLine, LineReport]]:
    tracking = (said.tracking,) if said.tracking else ()
    return [
        (
            line,
            LineReport(
                status=word.status or said.status,
                at=at,
                quantity=word.quantity,
                tracking=tracking,
                external_ref=word.external_ref or "" if word.line_id is not None else "",
            ),
        )
        for line, word in named
    ]


def _key(said: StatusReport) -> str:
    """What tells a message that comes again: its id, else all it says if it says when."""
    if said.event_id is not None:
        return f"{said.system}\n{said.event_id}"
    if said.occurred_at is None:
        return ""
    words = _encode(_words(said, said.occurred_at))
    return hashlib.sha256(words).hexdigest()


def _words(said: StatusReport, at: datetime) -> dict[str, object]:
    return {
        "system": said.system,
        "status": said.status.value,
        "at": at.isoformat(),
        "tracking": said.tracking,
        "lines": [
            [each.line_id, each.external_ref, each.quantity, each.status]
            for each in said.lines or ()
        ],
        "reason": said.reason,
    }


def _wrong(code: str, where: str, **params: object) -> Invalid:
    return Invalid("the report cannot be heard", [Finding(Severity.ERROR, code, params, where)])


_encode = msgspec.json.Encoder(order="sorted").encode
