"""Following: what a system tells of the orders it has becomes reports on them.

A system is asked for what changed since it was asked last. Whatever it says again, or late, is
heard as any report is; amounts that are not those of the order are told, never taken over.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from engine.connections.connection import Connection
from engine.connections.handover import Handover, difference
from engine.events.effect import Effect
from engine.kernel.errors import Conflict, Invalid
from engine.orders.lifecycle import WITH_CUSTOMER
from engine.orders.order import LineStatus, Order, OrderLine
from engine.ports.erp import Changes, LineState, OrderState, Stage
from engine.services import fulfilling
from engine.services.fulfilling import LineWord, StatusReport
from engine.services.handing_over import tell_difference
from engine.store.unit_of_work import UnitOfWork

EVERY = timedelta(minutes=1)
"""So often a system is asked, unless its connection says otherwise."""
_SECONDS = "poll_seconds"
_SHORTEST, _LONGEST = 5, 86_400
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


def hear(uow: UnitOfWork, system: str, state: OrderState) -> str:
    """What a system says of one order is heard; what is wrong with it, or an empty text.

    Nothing is changed by what is said of an order that was never handed over to it, or that
    stands there under another number than ours.
    """
    known = uow.handovers.find(system, state.reference)
    if known is None:
        return "an order that was never handed over"
    order = uow.orders.get(known.order_id, lock=True)
    if state.key != order.number:
        return f"{order.number} stands there as {state.key[:_EXCERPT]}"
    trouble = ""
    for said in _reports(order, known, state):
        try:
            fulfilling.report(uow, order.id, said, None)
        except (Conflict, Invalid) as error:
            trouble = error.detail
    _compare(uow, known, state)
    return trouble


def followed(uow: UnitOfWork, effect: Effect, connection: Connection, changes: Changes) -> None:
    """A system was asked: it is asked again in a while, from where it has come to."""
    uow.connections.move_mark(connection.id, changes.mark)
    uow.effects.put_off(effect, uow.clock.now() + _pause(connection))


def put_off(uow: UnitOfWork, effect: Effect) -> None:
    """A system did not answer: it is asked again in a while, however often that was."""
    uow.effects.put_off(effect, uow.clock.now() + EVERY)


def _pause(connection: Connection) -> timedelta:
    written = connection.options.get(_SECONDS, "")
    if not (written.isascii() and written.isdecimal()):
        return EVERY
    return timedelta(seconds=min(max(int(written), _SHORTEST), _LONGEST))


def _reports(order: Order, known: Handover, state: OrderState) -> Iterator[StatusReport]:
    """What the system's word means for the order's lines."""
    by_ref = {ref: line_id for line_id, ref in known.lines.items()}
    lines = {each.id: each for each in order.lines}
    shipped = tuple(
        word
        for each in state.lines
        if each.external_ref in by_ref
        for word in _more_of(lines.get(by_ref[each.external_ref]), each)
    )
    mark = state.changed_at.isoformat() if state.changed_at is not None else ""
    if shipped:
        yield _said(state, known.system, LineStatus.SHIPPED, f"{mark}:shipped", shipped)
    status = _STATUS.get(state.stage)
    if status is not None and not (shipped and status is LineStatus.IN_PROGRESS):
        yield _said(state, known.system, status, f"{mark}:{state.stage.value}", None)


def _more_of(line: OrderLine | None, told: LineState) -> Iterator[LineWord]:
    """How many more units of a line have left the house than was known."""
    if line is None:
        return
    more = told.shipped - line.units(*WITH_CUSTOMER, LineStatus.RETURNED)
    if more > 0:
        yield LineWord(line_id=line.id, quantity=more)


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
    found = replace(found, difference=difference(known.net, found.net_there))
    uow.handovers.put(found)
    if found.difference and found.difference != known.difference:
        tell_difference(uow, found)
