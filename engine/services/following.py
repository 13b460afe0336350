"""Following: what a system tells of the orders it has becomes reports on them.

A system is asked for what changed since it was asked last. Whatever it says again, or late, is
heard as any report is; amounts that are not those of the order are told, never taken over.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from engine.connections.connection import Connection
from engine.connections.handover import Handover, difference
from engine.events.effect import Effect
from engine.kernel.errors import Conflict, Invalid
from engine.orders.lifecycle import WITH_CUSTOMER
from engine.orders.order import LineStatus, Order, OrderLine
from engine.orders.reporting import counted
from engine.ports.erp import Changes, ErpCapabilities, LineState, OrderState, Stage
from engine.services import fulfilling
from engine.services.fulfilling import LineWord, StatusReport
from engine.services.handing_over import tell_difference
from engine.store.unit_of_work import Reading, UnitOfWork

EVERY = timedelta(minutes=1)
"""So often a system is asked, unless its connection says otherwise."""
_AT_ONCE = timedelta(0)
_SECONDS = "poll_seconds"
_SHORTEST, _LONGEST, _DIGITS = 5, 86_400, 9
_READ_EVERY = timedelta(hours=1)
"""So often an open order is read by itself, unless its connection says otherwise."""
_READ_SECONDS = "read_seconds"
_SHORTEST_READ = 60
_MOST_READ = 20
"""Orders that are read before something else may have its turn."""
_EXCERPT = 100
_STATUS = {
    Stage.CONFIRMED: LineStatus.ACKNOWLEDGED,
    Stage.IN_PROGRESS: LineStatus.IN_PROGRESS,
    Stage.SHIPPED: LineStatus.SHIPPED,
    Stage.INVOICED: LineStatus.COMPLETED,
    Stage.DONE: LineStatus.COMPLETED,
    Stage.CANCELLED: LineStatus.CANCELLED,
    Stage.TROUBLED: LineStatus.HELD,
}
_OVER = frozenset({Stage.DONE, Stage.CANCELLED})
_ALL_LEFT = frozenset({Stage.SHIPPED, Stage.INVOICED, Stage.DONE})
_ZERO = Decimal(0)


def hear(uow: UnitOfWork, system: str, state: OrderState, asked: datetime | None = None) -> str:
    """What a system says of one order is heard; what is wrong with it, or an empty text.

    Nothing is changed by what is said of an order that was never handed over to it, or that
    stands there under another number than ours. Amounts that were `asked` for before the order
    was changed there, and those in another currency, say nothing.
    """
    known = uow.handovers.find(system, state.reference)
    if known is None:
        return "an order that was never handed over"
    order = uow.orders.get(known.order_id, lock=True)
    known = uow.handovers.find(system, state.reference) or known  # as it is now
    if state.key != order.number:
        return f"{order.number} stands there as {state.key[:_EXCERPT]}"
    trouble = ""
    for said in _reports(order, known, state):
        try:
            fulfilling.report(uow, order.id, said, None)
        except (Conflict, Invalid) as error:
            trouble = error.detail
    altered = known.altered_at
    is_old = asked is not None and altered is not None and altered > asked
    if state.currency not in {"", order.currency}:
        is_old, trouble = True, f"{order.number} is in {state.currency[:_EXCERPT]} there"
    amounts = replace(state, net=None, tax=None, total=None) if is_old else state
    _compare(uow, known, amounts)
    return trouble


def unread(reading: Reading, connection: Connection, able: ErpCapabilities) -> tuple[Handover, ...]:
    """Some orders that a system is to be asked for one by one: nothing was heard of them lately.

    None where its changes tell everything, unless its connection says how often to ask.
    """
    if not able.looks_up or (able.tells_all and _READ_SECONDS not in connection.options):
        return ()
    every = _option(connection, _READ_SECONDS, _READ_EVERY, shortest=_SHORTEST_READ)
    return reading.handovers.unread(connection.system, reading.clock.now() - every, _MOST_READ)


def was_read(uow: UnitOfWork, known: Handover) -> None:
    """A system was asked for an order, whatever it told: it is asked again in a while."""
    uow.orders.get(known.order_id, lock=True)
    current = uow.handovers.find(known.system, known.reference)
    if current is not None:
        uow.handovers.put(replace(current, read_at=uow.clock.now()))


def moved(
    uow: UnitOfWork, effect: Effect, connection: Connection, changes: Changes, until: datetime
) -> None:
    """A page of changes was heard; Conflict where somebody else has claimed the effect since."""
    uow.effects.hold_on(effect, until)
    uow.connections.move_mark(connection.id, changes.mark)


def followed(
    uow: UnitOfWork, effect: Effect, connection: Connection, changes: Changes, *, more: bool = False
) -> None:
    """A system was asked: it is asked again from where it has come to, now if there is more.

    Who says that there is more and does not get any further is not asked for it again and again.
    """
    goes_on = more or (changes.more and changes.mark != connection.mark)
    uow.effects.put_off(effect, uow.clock.now() + (_AT_ONCE if goes_on else _pause(connection)))


def put_off(uow: UnitOfWork, effect: Effect) -> None:
    """A system did not answer: it is asked again in a while, however often that was."""
    uow.effects.put_off(effect, uow.clock.now() + EVERY)


def _pause(connection: Connection) -> timedelta:
    return _option(connection, _SECONDS, EVERY, shortest=_SHORTEST)


def _option(connection: Connection, name: str, usual: timedelta, *, shortest: int) -> timedelta:
    """A number of seconds that somebody has set, within bounds."""
    written = connection.options.get(name, "")
    if not (written.isascii() and written.isdecimal()) or len(written) > _DIGITS:
        return usual
    return timedelta(seconds=min(max(int(written), shortest), _LONGEST))


def _reports(order: Order, known: Handover, state: OrderState) -> Iterator[StatusReport]:
    """What the system's word means for the order's lines."""
    by_ref = {ref: line_id for line_id, ref in known.lines.items()}
    lines = {each.id: each for each in order.lines}
    told = [
        (line, each)
        for each in state.lines
        if (line := lines.get(each.line_id or by_ref.get(each.external_ref, ""))) is not None
    ]
    mark = state.changed_at.isoformat() if state.changed_at is not None else ""
    shipped = _words((line, _more_shipped(line, each)) for line, each in told)
    if shipped:
        yield _said(state, known.system, LineStatus.SHIPPED, f"{mark}:shipped", shipped)
    is_whole = state.stage is Stage.CANCELLED
    gone = _words((line, _more_gone(known, line, each, state.stage)) for line, each in told)
    if gone and not is_whole:
        yield _said(state, known.system, LineStatus.CANCELLED, f"{mark}:cancelled", gone)
    status = _STATUS.get(state.stage)
    if status is not None and not (shipped and status is LineStatus.IN_PROGRESS):
        words = _of_all(order, known, status)
        if words != ():
            yield _said(state, known.system, status, f"{mark}:{state.stage.value}", words)


def _words(counted: Iterable[tuple[OrderLine, Decimal]]) -> tuple[LineWord, ...]:
    return tuple(LineWord(line_id=line.id, quantity=more) for line, more in counted if more > 0)


def _more_shipped(line: OrderLine, told: LineState) -> Decimal:
    """How many more units of a line have left the house than was known."""
    return told.shipped - line.units(*WITH_CUSTOMER, LineStatus.RETURNED)


def _more_gone(known: Handover, line: OrderLine, told: LineState, stage: Stage) -> Decimal:
    """How many more units of a line will not come than was known.

    What was to be cancelled and has not left with the rest was cancelled.
    """
    more = told.cancelled - line.units(LineStatus.CANCELLED, LineStatus.REJECTED)
    had = known.units.get(line.id)
    if had is None or stage not in _ALL_LEFT:
        return more
    return max(more, min(line.units(LineStatus.CANCEL_REQUESTED), had - told.shipped))


def _of_all(order: Order, known: Handover, status: LineStatus) -> tuple[LineWord, ...] | None:
    """The lines that a word about the whole order is about; None for all open ones.

    Of units that came to a line later the system knows nothing: it speaks of those it has.
    """
    mine = [each for each in order.lines if each.id in known.units]
    meant = {each.id: counted(each, status, known.units[each.id]) for each in mine}
    if all(count is None for count in meant.values()):
        return None
    return tuple(
        LineWord(line_id=line, quantity=count)
        for line, count in meant.items()
        if count is None or count > 0
    )


def _said(
    state: OrderState,
    system: str,
    status: LineStatus,
    mark: str,
    lines: tuple[LineWord, ...] | None,
) -> StatusReport:
    told = "" if lines is None else ",".join(f"{each.line_id}={each.quantity}" for each in lines)
    return StatusReport(
        system=system,
        status=status,
        by=system,
        lines=lines,
        tracking=" ".join(state.tracking),
        event_id=f"{state.reference}:{mark}:{told}",
        reason=state.state if status is LineStatus.HELD else "",
    )


def _compare(uow: UnitOfWork, known: Handover, state: OrderState) -> None:
    """Keep what the order comes to there, and tell where that is another amount than before."""
    found = replace(
        known,
        stage=state.stage,
        state=state.state,
        number=state.number or known.number,
        read_at=uow.clock.now(),
        net_there=state.net if state.net is not None else known.net_there,
        tax_there=state.tax if state.tax is not None else known.tax_there,
        total_there=state.total if state.total is not None else known.total_there,
        is_open=state.stage not in _OVER,
    )
    is_settled = state.stage is Stage.CANCELLED and not known.net
    apart = _ZERO if is_settled else difference(known.net, found.net_there)
    found = replace(found, difference=apart)
    uow.handovers.put(found)
    if found.difference and found.difference != known.difference:
        tell_difference(uow, found)
