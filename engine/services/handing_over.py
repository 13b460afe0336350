"""Handing over: the lines of an order go to the system that fulfils them, once.

A push is made under the effect's own id as its key. What it reaches there is kept step by step,
and whoever comes after a lost answer looks first what there is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.catalog.routing import CONTRACTS
from engine.connections.connection import ConnectionKind
from engine.connections.handover import Handover, handover_of
from engine.customers.account import Account, AddressKind
from engine.events.effect import Attempt, Effect
from engine.events.types import EventType
from engine.kernel.currency import currency
from engine.kernel.failpoints import failpoint
from engine.orders.amounts import part, ratio
from engine.orders.lifecycle import LOST
from engine.orders.order import LineStatus, Order, OrderLine
from engine.ports.connections import Steps
from engine.ports.effects import EffectKind
from engine.ports.erp import (
    Customer,
    Erp,
    OrderDocument,
    OrderedLine,
    PostalAddress,
    Receipt,
    Stage,
)
from engine.ports.ports import Ports
from engine.pricing.rounding import Rounding
from engine.pricing.snapshot import Snapshot
from engine.pricing.totals import PricedLine
from engine.services import drafting, fulfilling, relaying
from engine.services.reaching import Reach, adapters_of
from engine.store.unit_of_work import Reading, UnitOfWork

_CONFIRM, _NO = "confirm", "no"
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What the system took, and how far it has brought it."""

    document: OrderDocument
    receipt: Receipt
    stage: Stage


def order_document(
    reading: Reading, data: Snapshot, effect: Effect, gone: frozenset[LineStatus] = LOST
) -> OrderDocument:
    """The part of an order that one system fulfils, without the units that are `gone`."""
    order = reading.orders.get(effect.subject)
    version = drafting.get(reading, order.quote_id).version
    rounding = Rounding.of(currency(order.currency), version.terms.policy)
    sold = {each.origin_key or each.id: each.price for each in version.offered.lines}
    return OrderDocument(
        tenant=reading.tenant_id,
        system=effect.target,
        order_id=order.id,
        order_number=order.number,
        account=order.account,
        currency=order.currency,
        purchase_order=order.purchase_order,
        customer=_customer(data, order),
        placed_on=order.placed_at.astimezone(data.zone).date(),
        requested_date=order.requested_date,
        comment=order.comment,
        lines=tuple(
            _line(order, each, None if each.parent else sold.get(each.line_ref), rounding, gone)
            for each in _mine(order, effect.target)
            if _is_coming(each, gone)
        ),
    )


def hand_over(
    ports: Ports, document: OrderDocument, reach: Reach, effect: Effect, steps: Steps
) -> HandedOver | None:
    """Have an order taken; None where nobody takes orders for its system."""
    if not document.lines:
        return None
    if document.system == CONTRACTS:
        return HandedOver(document, Receipt(reference=document.order_number), Stage.CONFIRMED)
    erp = _erp(ports, document, reach)
    if erp is None:
        return None
    failpoint("before_erp")
    is_new = effect.generation <= 1 and erp.capabilities().is_idempotent
    receipt = None if is_new else erp.find(document, effect.id)
    receipt = receipt or erp.create(document, effect.id, steps)
    if reach.access is None or reach.access.options.get(_CONFIRM) == _NO:
        return HandedOver(document, receipt, Stage.DRAFT)
    state = erp.advance(receipt, Stage.CONFIRMED, steps)
    told = replace(
        receipt,
        number=state.number or receipt.number,
        net=receipt.net if state.net is None else state.net,
        tax=receipt.tax if state.tax is None else state.tax,
        total=receipt.total if state.total is None else state.total,
    )
    return HandedOver(document, told, state.stage)


def handed_over(
    uow: UnitOfWork, effect: Effect, handed: HandedOver | None, attempt: Attempt
) -> None:
    """A system has taken its part of an order over."""
    uow.orders.get(effect.subject, lock=True)  # before what is owed about it
    uow.effects.settle(effect, attempt, **relaying.done())
    failpoint("push_settled")
    if handed is None:
        return
    if handed.document.system != CONTRACTS:
        _keep(uow, handed)
    fulfilling.acknowledged(uow, effect.subject, effect.target, handed.receipt)
    order = uow.orders.get(effect.subject)
    if any(each.units(LineStatus.CANCEL_REQUESTED) for each in _mine(order, effect.target)):
        owe_changes(uow, order, {effect.target}, attempt.at.isoformat())


def owe_changes(uow: UnitOfWork, order: Order, systems: Iterable[str], cause: str) -> None:
    """Owe connected systems what has become of their part of an order; `cause` tells when."""
    for system in sorted(set(systems)):
        connection = uow.connections.find(system)
        if connection is not None and connection.kind is ConnectionKind.ERP:
            uow.effects.owe_one(EffectKind.ERP_CHANGE, system, order.id, {"cause": cause})


def _keep(uow: UnitOfWork, handed: HandedOver) -> None:
    found = handover_of(handed.document, handed.receipt, handed.stage, uow.clock.now())
    uow.handovers.put(found)
    if found.difference:
        tell_difference(uow, found)


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


def _line(
    order: Order,
    line: OrderLine,
    priced: PricedLine | None,
    rounding: Rounding,
    gone: frozenset[LineStatus],
) -> OrderedLine:
    units = line.quantity - line.units(*gone)
    net = part(line, line.total, units, rounding) if line.total else line.total
    if priced is not None and priced.net_total == line.total:
        unit_price = priced.net_unit_price
    else:
        unit_price = ratio(line.total, _ONE, line.quantity)
    return OrderedLine(
        line_id=line.id,
        sku=line.sku,
        name=line.name,
        quantity=units,
        unit=line.unit,
        net=net,
        unit_price=unit_price,
        tax_rate=None if priced is None else priced.tax.rate,
        configuration=dict(line.configuration),
        requested_date=line.requested_date or order.requested_date,
    )


def _customer(data: Snapshot, order: Order) -> Customer | None:
    if order.account is None:
        return None
    account = data.accounts.get(order.account)
    if account is None:
        return Customer(id=order.account, name=order.account)
    return Customer(
        id=account.id,
        name=account.name,
        contact_id=account.crm_contact_id,
        invoice=_address(data, account, AddressKind.INVOICE),
        delivery=_address(data, account, AddressKind.DELIVERY),
    )


def _address(data: Snapshot, account: Account, kind: AddressKind) -> PostalAddress | None:
    known = data.addresses.get(account.crm_contact_id or 0, ())
    found = next((each for each in known if each.kind is kind), None)
    if found is None:
        return None
    return PostalAddress(
        lines=tuple(each for each in found.lines if each),
        city=found.city,
        zip_code=found.zip_code,
        country_code=found.country_code,
    )


def _mine(order: Order, system: str) -> list[OrderLine]:
    """The lines that a system fulfils."""
    return [each for each in order.fulfilled if each.system == system]


def _is_coming(line: OrderLine, gone: frozenset[LineStatus]) -> bool:
    """Whether any of it is still to be fulfilled."""
    return any(LineStatus(each) not in gone for each in line.progress.quantities)
