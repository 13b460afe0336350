"""Altering: what a system has of an order is brought to what has become of the order.

There is one effect for an order and a system, so nobody is told two versions at once; who asks
again while it is carried out has it carried out once more. What nothing is left of is cancelled
there, what is otherwise is changed there, and where the system does not take that, a person is
told what to change, and says when it is done by asking again.

While a system is asked, nobody knows what it has: the handover says so until an answer is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from engine.connections.handover import UNKNOWN, Handover, content_of, difference, units_of
from engine.events.effect import OPEN, Attempt, Effect
from engine.kernel.failpoints import failpoint
from engine.orders.order import LineStatus
from engine.ports.effects import BY_PERSON, EffectKind
from engine.ports.erp import Erp, OrderDocument, OrderState, Stage
from engine.ports.outcomes import Absent, Declined
from engine.ports.ports import Ports
from engine.pricing.rounding import plain
from engine.pricing.snapshot import Snapshot
from engine.services import following, fulfilling, handing_over, relaying
from engine.services.fulfilling import LineWord, StatusReport
from engine.services.order_documents import GIVEN_UP, lines_of, order_document, requested_of
from engine.store.unit_of_work import Reading, UnitOfWork

_AGAIN = timedelta(seconds=10)
"""So long a change waits for the order that it is of to be handed over."""
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """What a system has of an order, and what it should have by now.

    It `waits` while the order itself is still on its way there; `known` is None where the system
    does not have it. `requested` and `pending` are the units, by line, that were to be cancelled
    and that were new when this was read: no answer says anything about others.
    """

    known: Handover | None
    wanted: OrderDocument
    waits: bool = False
    is_repeated: bool = False
    is_by_person: bool = False
    requested: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    pending: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_needed(self) -> bool:
        """Whether the system has anything else than it should, or may have."""
        return self.known is not None and self.known.content != content_of(self.wanted)

    @property
    def fields(self) -> dict[str, str]:
        """What a person has to change, line by line."""
        if self.known is not None and self.known.content == UNKNOWN and not self.known.units:
            return {"lines": "nobody knows which version of it has arrived: compare it"}
        had = {} if self.known is None else self.known.units
        units = units_of(self.wanted)
        names = {each.line_id: each.sku for each in self.wanted.lines}
        found = {
            f"lines/{line}/quantity": f"{names.get(line, 'it')}: {plain(had.get(line, _ZERO)):f} "
            f"were handed over, {plain(units.get(line, _ZERO)):f} are wanted"
            for line in {**had, **units}
            if had.get(line, _ZERO) != units.get(line, _ZERO)
        }
        return found or {"lines": "options, days or prices of the lines are others by now"}


def alteration(reading: Reading, data: Snapshot, effect: Effect) -> Alteration:
    """What is to be altered by an effect."""
    handed = reading.handovers.of_order(effect.subject)
    known = next((each for each in handed if each.system == effect.target), None)
    waits = known is None and any(
        each.kind == EffectKind.ERP and each.target == effect.target and each.status in OPEN
        for each in reading.effects.of_subjects([effect.subject]).get(effect.subject, ())
    )
    order = reading.orders.get(effect.subject)
    mine = lines_of(order, effect.target)
    return Alteration(
        known=known,
        wanted=order_document(reading, data, effect, gone=GIVEN_UP),
        waits=waits,
        is_repeated=effect.generation > 1,
        is_by_person=BY_PERSON in effect.payload,
        requested=requested_of(order, effect.target),
        pending={each.id: each.units(LineStatus.PENDING) for each in mine},
    )


def begin(uow: UnitOfWork, effect: Effect, asked: Alteration, until: datetime) -> None:
    """A system is about to be asked. Conflict where somebody else has claimed the effect."""
    known = _now(uow, asked)
    uow.effects.hold_on(effect, until)
    if known is not None:
        uow.handovers.put(replace(known, content=UNKNOWN))


def alter(erp: Erp, asked: Alteration, key: str) -> OrderState | None:
    """Have a system change or cancel what it has; None where there is nothing to be said of it.

    Declined where it does not take that, with the lines that a person has to change there.
    """
    if asked.known is None or not asked.is_needed:
        return None
    able, reference = erp.capabilities(), asked.known.reference
    if able.looks_up and (asked.is_repeated or asked.is_by_person):
        met = _met(erp, asked, reference, takes_changes=able.takes_changes)
        if met is not None:
            return _named(met, asked.wanted)
    if not asked.wanted.lines and (able.cancels or not asked.is_by_person):
        return _named(erp.cancel(reference), asked.wanted)
    if asked.wanted.lines and able.takes_changes:
        return _named(erp.change(reference, asked.wanted, key), asked.wanted)
    if asked.is_by_person and not able.looks_up:
        return None  # nobody else can say it
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
    is_over = relaying.ended(uow, effect, attempt, **relaying.done())
    failpoint("push_settled")
    known = _now(uow, asked)
    if known is None:
        return ""
    uow.handovers.put(_brought(known, asked.wanted, state, uow.clock.now()))
    _confirm(uow, known, asked, has_grown=is_over)
    return "" if state is None else following.hear(uow, effect.target, state)


def unreached(uow: UnitOfWork, ports: Ports, effect: Effect, attempt: Attempt) -> None:
    """Nobody is connected: what is owed waits for a connection, unless the system is simulated."""
    if ports.erp_of(effect.target) is None:
        uow.effects.wait(effect)
    else:
        relaying.over(uow, effect, attempt)


def left(uow: UnitOfWork, asked: Alteration) -> None:
    """A system does not take a change: what it should come to is kept, to be compared."""
    known = _now(uow, asked)
    if known is not None and asked.known is not None:
        uow.handovers.put(replace(known, net=asked.wanted.net, content=asked.known.content))


def _met(erp: Erp, asked: Alteration, reference: str, *, takes_changes: bool) -> OrderState | None:
    """The order there, where it is already as it should be: by us, or as a person says."""
    is_cancelling = not asked.wanted.lines
    try:
        state = erp.read(reference)
    except Absent:
        was_begun = asked.known is not None and asked.known.content == UNKNOWN
        if is_cancelling and was_begun:  # it was removed, and the answer was lost
            return OrderState(reference=reference, key="", stage=Stage.CANCELLED)
        raise
    if is_cancelling:
        return state if state.stage is Stage.CANCELLED else None
    if takes_changes or not asked.is_by_person:
        return None
    return state if state.net in {None, asked.wanted.net} else None


def _now(uow: UnitOfWork, asked: Alteration) -> Handover | None:
    """What the system has, as it is kept now; its order stays locked."""
    if asked.known is None:
        return None
    uow.orders.get(asked.known.order_id, lock=True)
    return uow.handovers.find(asked.known.system, asked.known.reference)


def _named(state: OrderState, wanted: OrderDocument) -> OrderState:
    """The state, of the order that was asked for where the system does not say so itself."""
    return state if state.key else replace(state, key=wanted.order_number)


def _brought(
    known: Handover, wanted: OrderDocument, state: OrderState | None, now: datetime
) -> Handover:
    """The handover with what is there now; what it comes to is not known before it is told."""
    said = {} if state is None else {each.line_id: each.external_ref for each in state.lines}
    lines = {line: name for line, name in said.items() if line}
    brought = replace(
        known,
        net=wanted.net,
        units=units_of(wanted),
        content=content_of(wanted),
        lines=lines or known.lines,
        altered_at=now,
    )
    if state is None:
        return replace(brought, difference=difference(wanted.net, known.net_there))
    return replace(brought, net_there=None, tax_there=None, total_there=None, difference=None)


def _confirm(uow: UnitOfWork, known: Handover, asked: Alteration, *, has_grown: bool) -> None:
    """What was to be cancelled is, and what came along is known there."""
    handing_over.cancel_requested(uow, known.order_id, known.system, asked.requested)
    lines = lines_of(uow.orders.get(known.order_id), known.system)
    new = tuple(
        LineWord(line_id=each.id)
        for each in lines
        if each.units(LineStatus.PENDING) and asked.pending.get(each.id)
    )
    if has_grown and new:
        status, system = LineStatus.ACKNOWLEDGED, known.system
        said = StatusReport(system=system, status=status, by=system, lines=new)
        fulfilling.report(uow, known.order_id, said, None)
