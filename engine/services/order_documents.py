"""Order documents: the part of an order that one system fulfils, as it is handed over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from engine.customers.account import Account, AddressKind
from engine.events.effect import Effect
from engine.kernel.currency import currency
from engine.orders.amounts import part, ratio
from engine.orders.lifecycle import LOST
from engine.orders.order import LineStatus, Order, OrderLine
from engine.ports.erp import Customer, OrderDocument, OrderedLine, PostalAddress
from engine.pricing.rounding import Rounding
from engine.pricing.snapshot import Snapshot
from engine.pricing.totals import PricedLine
from engine.services import drafting
from engine.store.unit_of_work import Reading

GIVEN_UP = frozenset({LineStatus.CANCELLED, LineStatus.REJECTED, LineStatus.CANCEL_REQUESTED})
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Documents:
    """An order's part as it may have been sent before, and what is `left` of it by now.

    `requested` are the units, by line, that are to be cancelled; `is_begun` tells that a try
    before has reached something.
    """

    whole: OrderDocument
    left: OrderDocument
    requested: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    is_begun: bool = False


def documents_of(reading: Reading, data: Snapshot, effect: Effect) -> Documents:
    """What a system is handed of an order."""
    whole = order_document(reading, data, effect)
    if effect.generation <= 1:
        return Documents(whole, whole)
    left = order_document(reading, data, effect, GIVEN_UP)
    steps = reading.push_steps.of(effect.id)
    requested = requested_of(reading.orders.get(effect.subject), effect.target)
    return Documents(whole, left, requested, is_begun=any(steps.values()))


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
            for each in lines_of(order, effect.target)
            if _is_coming(each, gone)
        ),
    )


def requested_of(order: Order, system: str) -> Mapping[str, Decimal]:
    """How many units of each line a system is to cancel."""
    mine = lines_of(order, system)
    return {each.id: each.units(LineStatus.CANCEL_REQUESTED) for each in mine}


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


def lines_of(order: Order, system: str) -> list[OrderLine]:
    """The lines that a system fulfils."""
    return [each for each in order.fulfilled if each.system == system]


def _is_coming(line: OrderLine, gone: frozenset[LineStatus]) -> bool:
    """Whether any of it is still to be fulfilled."""
    return any(LineStatus(each) not in gone for each in line.progress.quantities)
