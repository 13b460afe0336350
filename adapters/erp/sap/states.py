"""What SAP says of an order, in the words that every system's are brought into."""

from collections.abc import Mapping
from decimal import Decimal

from adapters.erp.odata.members import Entity, children, moment, number, word
from adapters.erp.sap.mapping import sku
from adapters.erp.sap.settings import Settings
from engine.ports.connections import Tables
from engine.ports.erp import LineState, OrderDocument, OrderState, Receipt, Stage

_ALL, _PART = "C", "B"
_UNPAID_CREDIT = "B"
Shipped = Mapping[str, Decimal]


def bare(number_of: str) -> str:
    """A number without the zeros it may be filled up with."""
    return number_of.lstrip("0") or number_of


def is_alive(order: Entity) -> bool:
    """Whether not all of it was rejected."""
    return word(order, "OverallSDDocumentRejectionSts") != _ALL


def is_delivered(order: Entity) -> bool:
    """Whether there is a delivery of some of it."""
    return word(order, "OverallDeliveryStatus") in {_ALL, _PART}


def items_of(order: Entity) -> tuple[Entity, ...]:
    """The items that were ordered, without those SAP has added below them, in their order."""
    found = [each for each in children(order, "to_Item") or () if not _is_below(each)]
    return tuple(sorted(found, key=lambda each: bare(word(each, "SalesOrderItem")).zfill(6)))


def receipt(
    order: Entity,
    document: OrderDocument,
    tables: Tables,
    settings: Settings,
    notes: tuple[str, ...] = (),
) -> Receipt:
    """What SAP calls the order and its lines; lines that were changed there are nobody's."""
    items = items_of(order)
    ours = [sku(line, tables) for line in document.lines]
    lines = {}
    if [word(item, "Material") for item in items] == ours:
        names = [word(item, "SalesOrderItem") for item in items]
        lines = {line.line_id: name for line, name in zip(document.lines, names, strict=True)}
    reference = word(order, "SalesOrder")
    net, tax, total = _totals(order, settings)
    return Receipt(
        reference=reference,
        number=bare(reference),
        lines=lines,
        net=net,
        tax=tax,
        total=total,
        notes=notes,
    )


def state(order: Entity, shipped: Shipped, settings: Settings) -> OrderState:
    """Where the order is; `shipped` is how much of each item has left the house."""
    lines = tuple(_line(item, shipped) for item in items_of(order))
    net, tax, total = _totals(order, settings)
    reference = word(order, "SalesOrder")
    return OrderState(
        reference=reference,
        number=bare(reference),
        key=word(order, "PurchaseOrderByCustomer"),
        stage=_stage(order, lines),
        state="/".join(
            (word(order, "OverallSDProcessStatus"), word(order, "OverallDeliveryStatus"))
        ),
        currency=word(order, "TransactionCurrency"),
        net=net,
        tax=tax,
        total=total,
        lines=lines,
        changed_at=moment(order, settings.changed_member),
    )


def _stage(order: Entity, lines: tuple[LineState, ...]) -> Stage:
    if not is_alive(order):
        return Stage.CANCELLED
    if word(order, "OverallSDProcessStatus") == _ALL:
        return Stage.DONE
    if word(order, "OverallOrdReltdBillgStatus") == _ALL:
        return Stage.INVOICED
    return _shipping(order, lines) or _waiting(order)


def _shipping(order: Entity, lines: tuple[LineState, ...]) -> Stage | None:
    wanted = {
        word(each, "SalesOrderItem"): number(each, "RequestedQuantity") or Decimal(0)
        for each in items_of(order)
    }
    if lines and all(each.shipped + each.cancelled >= wanted[each.external_ref] for each in lines):
        return Stage.SHIPPED
    if any(each.shipped for each in lines):
        return Stage.PARTLY_SHIPPED
    return None


def _waiting(order: Entity) -> Stage:
    if word(order, "TotalCreditCheckStatus") == _UNPAID_CREDIT:
        return Stage.TROUBLED
    if word(order, "DeliveryBlockReason"):
        return Stage.DRAFT
    if is_delivered(order) or word(order, "OverallSDProcessStatus") == _PART:
        return Stage.IN_PROGRESS
    return Stage.CONFIRMED


def _line(item: Entity, shipped: Shipped) -> LineState:
    name = word(item, "SalesOrderItem")
    sent = shipped.get(bare(name), Decimal(0))
    wanted = number(item, "RequestedQuantity") or Decimal(0)
    rejected = bool(word(item, "SalesDocumentRjcnReason"))
    return LineState(
        external_ref=name,
        shipped=sent,
        cancelled=max(wanted - sent, Decimal(0)) if rejected else Decimal(0),
    )


def _totals(
    order: Entity, settings: Settings
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Net, tax and both, as far as SAP says."""
    if not settings.keeps_totals:
        return None, None, None
    net = number(order, "TotalNetAmount")
    taxes = [number(each, "TaxAmount") for each in children(order, "to_Item") or ()]
    if net is None or not taxes or None in taxes:
        return net, None, None
    tax = sum((each for each in taxes if each is not None), Decimal(0))
    return net, tax, net + tax


def _is_below(item: Entity) -> bool:
    return bool(word(item, "HigherLevelItem").strip("0"))
