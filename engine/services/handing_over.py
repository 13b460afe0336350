"""Handing over: the lines of an order go to the system that fulfils them, once.

A push is made under the effect's own id as its key. What it reaches there is kept step by step,
and whoever comes after a lost answer looks first what there is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType

from engine.catalog.routing import CONTRACTS
from engine.connections.connection import ConnectionKind
from engine.connections.handover import UNKNOWN, Handover, handover_of, units_of
from engine.events.effect import Attempt, Effect
from engine.events.types import EventType
from engine.kernel.failpoints import failpoint
from engine.orders.history import OrderHappening
from engine.orders.order import LineStatus, Order
from engine.ports.connections import Steps
from engine.ports.effects import EffectKind
from engine.ports.erp import (
    Erp,
    OrderDocument,
    Receipt,
    Stage,
)
from engine.ports.ports import Ports
from engine.services import fulfilling, relaying
from engine.services.fulfilling import LineWord, StatusReport
from engine.services.order_documents import Documents, lines_of
from engine.services.reaching import Reach, adapters_of
from engine.store.unit_of_work import UnitOfWork

_CHANGES = frozenset(
    {OrderHappening.CHANGED, OrderHappening.CHANGE_REQUESTED, OrderHappening.CANCELLED}
)
_CONFIRM, _NO = "confirm", "no"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What the system took, and how far it has brought it; no receipt where nothing was left.

    What `is_found` was made by a try before. Units that are `cancelled`, by line, were not made.
    """

    document: OrderDocument
    receipt: Receipt | None
    stage: Stage
    is_found: bool = False
    cancelled: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))


def hand_over(
    ports: Ports, documents: Documents, reach: Reach, effect: Effect, steps: Steps
) -> HandedOver | None:
    """Have an order taken; None where nobody takes orders for its system.

    What was to be cancelled before it was there is not made; nothing is made of nothing.
    """
    document = documents.whole
    if not document.lines:
        return None
    if document.system == CONTRACTS:
        return HandedOver(document, Receipt(reference=document.order_number), Stage.CONFIRMED)
    erp = _erp(ports, document, reach)
    if erp is None:
        return None
    failpoint("before_erp")
    able = erp.capabilities()
    is_new = effect.generation <= 1 and able.is_idempotent
    receipt = None if is_new else erp.find(document, effect.id)
    is_found = receipt is not None
    if receipt is None:
        if able.is_atomic or not documents.is_begun:
            document = documents.left
        if not document.lines:
            return HandedOver(document, None, Stage.CANCELLED, cancelled=documents.requested)
        receipt = erp.create(document, effect.id, steps)
    cancelled = documents.requested if document is documents.left else {}
    if reach.access is None or reach.access.options.get(_CONFIRM) == _NO:
        return HandedOver(document, receipt, Stage.DRAFT, is_found, cancelled)
    state = erp.advance(receipt, Stage.CONFIRMED, steps)
    told = replace(
        receipt,
        number=state.number or receipt.number,
        net=receipt.net if state.net is None else state.net,
        tax=receipt.tax if state.tax is None else state.tax,
        total=receipt.total if state.total is None else state.total,
    )
    return HandedOver(document, told, state.stage, is_found, cancelled)


def handed_over(
    uow: UnitOfWork, effect: Effect, handed: HandedOver | None, attempt: Attempt
) -> None:
    """A system has taken its part of an order over."""
    uow.orders.get(effect.subject, lock=True)  # before what is owed about it
    uow.effects.settle(effect, attempt, **relaying.done())
    failpoint("push_settled")
    if handed is None:
        return
    if handed.receipt is not None:
        if handed.document.system != CONTRACTS:
            _keep(uow, handed, handed.receipt)
        units = units_of(handed.document)
        fulfilling.acknowledged(uow, effect.subject, effect.target, handed.receipt, units)
    cancel_requested(uow, effect.subject, effect.target, handed.cancelled)
    order = uow.orders.get(effect.subject)
    is_unsure = handed.is_found and _was_changed(uow, order)
    mine = lines_of(order, effect.target)
    if is_unsure or any(each.units(LineStatus.CANCEL_REQUESTED) for each in mine):
        owe_changes(uow, order, {effect.target}, attempt.at.isoformat())


def cancel_requested(
    uow: UnitOfWork, order_id: str, system: str, units: Mapping[str, Decimal]
) -> None:
    """So many units of lines that were to be cancelled are, as far as they still are to be."""
    order = uow.orders.get(order_id)
    words = tuple(
        LineWord(line_id=each.id, quantity=count)
        for each in lines_of(order, system)
        if (count := min(each.units(LineStatus.CANCEL_REQUESTED), units.get(each.id, Decimal(0))))
    )
    if words:
        said = StatusReport(system=system, status=LineStatus.CANCELLED, by=system, lines=words)
        fulfilling.report(uow, order_id, said, None)


def owe_changes(uow: UnitOfWork, order: Order, systems: Iterable[str], cause: str) -> None:
    """Owe systems that have an order what has become of their part; `cause` tells when.

    Systems that are not connected read the order, and report over the API.
    """
    known = {each.system for each in uow.handovers.of_order(order.id)}
    for system in sorted(set(systems)):
        connection = uow.connections.find(system)
        is_erp = connection is not None and connection.kind is ConnectionKind.ERP
        if is_erp or system in known:
            uow.effects.owe_one(EffectKind.ERP_CHANGE, system, order.id, {"cause": cause})


def _keep(uow: UnitOfWork, handed: HandedOver, receipt: Receipt) -> None:
    found = handover_of(handed.document, receipt, handed.stage, uow.clock.now())
    if handed.is_found and _was_changed(uow, uow.orders.get(handed.document.order_id)):
        found = replace(found, content=UNKNOWN, units={})  # it may be there as it was before
    uow.handovers.put(found)
    if found.difference:
        tell_difference(uow, found)


def _was_changed(uow: UnitOfWork, order: Order) -> bool:
    return any(each.what in _CHANGES for each in uow.order_history.of(order.id))


def tell_difference(uow: UnitOfWork, found: Handover) -> None:
    """Tell that an order comes to another amount in the system that has it."""
    told = {
        "system": found.system,
        "reference": found.reference,
        "net": found.net,
        "net_there": found.net_there,
    }
    uow.emit(EventType.FULFILLMENT_DIFFERS, found.order_id, told)


def _erp(ports: Ports, document: OrderDocument, reach: Reach) -> Erp | None:
    if reach.access is None:
        return ports.erp_of(document.system)
    return adapters_of(ports).erp(reach.access)
