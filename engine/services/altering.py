"""Altering: what a system has of an order is brought to what has become of the order.

There is one effect for an order and a system, so nobody is told two versions at once; who asks
again while it is carried out has it carried out once more. What nothing is left of is cancelled
there, what is otherwise is changed there, and where the system does not take that, a person is
told what to change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType

from engine.connections.handover import Handover, content_of, units_of
from engine.events.effect import OPEN, Attempt, Effect
from engine.kernel.failpoints import failpoint
from engine.orders.order import LineStatus
from engine.ports.effects import EffectKind
from engine.ports.erp import Erp, OrderDocument, OrderState
from engine.ports.outcomes import Declined
from engine.pricing.rounding import plain
from engine.pricing.snapshot import Snapshot
from engine.services import following, fulfilling, handing_over, relaying
from engine.services.fulfilling import LineWord, StatusReport
from engine.store.unit_of_work import Reading, UnitOfWork

GIVEN_UP = frozenset({LineStatus.CANCELLED, LineStatus.REJECTED, LineStatus.CANCEL_REQUESTED})
_AGAIN = timedelta(seconds=10)
"""So long a change waits for the order that it is of to be handed over."""
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """What a system has of an order, and what it should have by now.

    It `waits` while the order itself is still on its way there; `known` is None where the system
    does not have it.
    """

    known: Handover | None
    wanted: OrderDocument
    waits: bool = False
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_needed(self) -> bool:
        """Whether the system has anything else than it should."""
        return self.known is not None and self.known.content != content_of(self.wanted)


def alteration(reading: Reading, data: Snapshot, effect: Effect) -> Alteration:
    """What is to be altered by an effect."""
    handed = reading.handovers.of_order(effect.subject)
    known = next((each for each in handed if each.system == effect.target), None)
    wanted = handing_over.order_document(reading, data, effect, gone=GIVEN_UP)
    waits = known is None and any(
        each.kind == EffectKind.ERP and each.target == effect.target and each.status in OPEN
        for each in reading.effects.of_subjects([effect.subject]).get(effect.subject, ())
    )
    return Alteration(known=known, wanted=wanted, waits=waits, fields=_differences(known, wanted))


def alter(erp: Erp, asked: Alteration, key: str) -> OrderState | None:
    """Have a system change or cancel what it has; None where there is nothing to do.

    Declined where it does not take that, with the lines that a person has to change there.
    """
    if asked.known is None or not asked.is_needed:
        return None
    reference = asked.known.reference
    if not asked.wanted.lines:
        return _named(erp.cancel(reference), asked.wanted)
    if erp.capabilities().takes_changes:
        return _named(erp.change(reference, asked.wanted, key), asked.wanted)
    if asked.known.units != units_of(asked.wanted) and erp.capabilities().looks_up:
        state = erp.read(reference)
        if state.net == asked.wanted.net:
            return state  # somebody has changed it there
    raise Declined("an order it has is changed there, by a person", asked.fields)


def altered(
    uow: UnitOfWork,
    effect: Effect,
    asked: Alteration,
    state: OrderState | None,
    attempt: Attempt,
) -> str:
    """A system has what it should; what is wrong with what it says of it, or an empty text."""
    uow.orders.get(effect.subject, lock=True)  # before what is owed about it
    if asked.waits:
        uow.effects.put_off(effect, uow.clock.now() + _AGAIN)
        return ""
    relaying.ended(uow, effect, attempt, **relaying.done())
    failpoint("push_settled")
    if asked.known is None or state is None:
        return ""
    if asked.wanted.lines:
        uow.handovers.put(_brought(asked.known, asked.wanted))
        _confirm(uow, asked.known, asked.wanted)
    return following.hear(uow, effect.target, state)


def left(uow: UnitOfWork, asked: Alteration) -> None:
    """A system does not take a change: what it should come to is kept, to be compared."""
    if asked.known is not None:
        uow.orders.get(asked.known.order_id, lock=True)
        uow.handovers.put(replace(asked.known, net=asked.wanted.net))


def _named(state: OrderState, wanted: OrderDocument) -> OrderState:
    """The state, of the order that was asked for where the system does not say so itself."""
    return state if state.key else replace(state, key=wanted.order_number)


def _brought(known: Handover, wanted: OrderDocument) -> Handover:
    return replace(known, net=wanted.net, units=units_of(wanted), content=content_of(wanted))


def _confirm(uow: UnitOfWork, known: Handover, wanted: OrderDocument) -> None:
    """What was to be cancelled is, and what came along is known there."""
    order = uow.orders.get(known.order_id)
    units = units_of(wanted)
    lines = [each for each in order.fulfilled if each.system == known.system]
    waiting = {each.id: each.units(LineStatus.CANCEL_REQUESTED) for each in lines}
    words = tuple(
        LineWord(line_id=line_id, quantity=count) for line_id, count in waiting.items() if count
    )
    if words:
        _report(uow, known, LineStatus.CANCELLED, words)
    grown = tuple(
        LineWord(line_id=each.id)
        for each in lines
        if each.units(LineStatus.PENDING) and units.get(each.id)
    )
    if grown:
        _report(uow, known, LineStatus.ACKNOWLEDGED, grown)


def _report(
    uow: UnitOfWork, known: Handover, status: LineStatus, lines: tuple[LineWord, ...]
) -> None:
    said = StatusReport(system=known.system, status=status, by=known.system, lines=lines)
    fulfilling.report(uow, known.order_id, said, None)


def _differences(known: Handover | None, wanted: OrderDocument) -> dict[str, str]:
    """What a person has to change, line by line."""
    if known is None:
        return {}
    units = units_of(wanted)
    names = {each.line_id: each.sku for each in wanted.lines}
    found = {
        f"lines/{line_id}/quantity": f"{names.get(line_id, 'it')}: {plain(had):f} were handed over,"
        f" {plain(has):f} are wanted"
        for line_id in {**known.units, **units}
        if (had := known.units.get(line_id, _ZERO)) != (has := units.get(line_id, _ZERO))
    }
    return found or {"lines": "options, days or prices of the lines are others by now"}
