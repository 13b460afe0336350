"""What Business Central says of an order, in the words that every system's are brought into.

Its word `Draft` is an order that people there may still change, and ship and post as it is; its
service has no call that releases one. So it counts as confirmed as soon as it has lines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from adapters.erp.business_central.mapping import COMMENT, ITEM, Entry
from adapters.erp.odata.members import Entity, flag, moment, number, word
from engine.ports.erp import LineState, OrderState, Receipt, Stage
from engine.ports.outcomes import Declined

_IN_REVIEW = "In Review"
_NOTHING = Decimal(0)
_INVOICES = {
    "Paid": Stage.DONE,
    "Open": Stage.INVOICED,
    "Canceled": Stage.TROUBLED,
    "Corrective": Stage.TROUBLED,
}


@dataclass(frozen=True, slots=True)
class Reached:
    """How many of the lines to be made are there, and what they are called by our line ids."""

    entries: int
    lines: dict[str, str]


def reached(rows: Sequence[Entity], entries: Sequence[Entry], number_there: str) -> Reached:
    """How far the lines of an order have been made.

    Texts that Business Central adds to an item by itself are passed over. Declined where the
    order has other lines than ours: somebody has changed it, or it is another order.
    """
    place, lines = 0, {}
    for row in sorted(rows, key=_sequence):
        if place < len(entries) and _is(row, entries[place]):
            if entries[place].line_id:
                lines[entries[place].line_id] = word(row, "id")
            place += 1
        elif word(row, "lineType") != COMMENT:
            raise Declined(f"order {number_there} has lines that are not those of our order")
    return Reached(place, lines)


def receipt(order: Entity, lines: Mapping[str, str], notes: tuple[str, ...] = ()) -> Receipt:
    """What the order and its lines are called there, and what they come to."""
    return Receipt(
        reference=word(order, "id"),
        number=word(order, "number"),
        lines=lines,
        net=number(order, "totalAmountExcludingTax"),
        tax=number(order, "totalTaxAmount"),
        total=number(order, "totalAmountIncludingTax"),
        notes=notes,
    )


def state(order: Entity, rows: Sequence[Entity]) -> OrderState:
    """Where an order is that has not been posted whole."""
    items = [each for each in sorted(rows, key=_sequence) if word(each, "lineType") != COMMENT]
    return OrderState(
        reference=word(order, "id"),
        number=word(order, "number"),
        key=word(order, "externalDocumentNumber"),
        stage=_stage(order, items),
        state=word(order, "status"),
        currency=word(order, "currencyCode"),
        net=number(order, "totalAmountExcludingTax"),
        tax=number(order, "totalTaxAmount"),
        total=number(order, "totalAmountIncludingTax"),
        lines=tuple(
            LineState(external_ref=word(each, "id"), shipped=_amount(each, "shippedQuantity"))
            for each in items
        ),
        changed_at=moment(order, "lastModifiedDateTime"),
    )


def posted(reference: str, invoices: Sequence[Entity]) -> OrderState:
    """Where an order is that was posted whole: it is gone, and its invoices tell of it."""
    stages = [_INVOICES.get(word(each, "status"), Stage.IN_PROGRESS) for each in invoices]
    ranks = [Stage.TROUBLED, Stage.IN_PROGRESS, Stage.INVOICED, Stage.DONE]
    last = invoices[-1]
    return OrderState(
        reference=reference,
        number=word(last, "orderNumber"),
        key=word(last, "externalDocumentNumber"),
        stage=min(stages, key=ranks.index),
        state=word(last, "status"),
        currency=word(last, "currencyCode"),
        net=_sum(invoices, "totalAmountExcludingTax"),
        tax=_sum(invoices, "totalTaxAmount"),
        total=_sum(invoices, "totalAmountIncludingTax"),
        changed_at=max((each for each in map(_changed, invoices) if each), default=None),
    )


def posted_receipt(reference: str, invoices: Sequence[Entity]) -> Receipt:
    """What an order was called that was posted whole."""
    found = posted(reference, invoices)
    return Receipt(
        reference=reference, number=found.number, net=found.net, tax=found.tax, total=found.total
    )


def is_moving(rows: Sequence[Entity]) -> bool:
    """Whether some of it has left the house or was invoiced."""
    members = ("shippedQuantity", "invoicedQuantity")
    return any(_amount(row, member) for row in rows for member in members)


def _stage(order: Entity, items: Sequence[Entity]) -> Stage:
    if not items or word(order, "status") == _IN_REVIEW:
        return Stage.DRAFT
    if all(_is_all(each, "invoicedQuantity") for each in items):
        return Stage.INVOICED
    if flag(order, "fullyShipped") or all(_is_all(each, "shippedQuantity") for each in items):
        return Stage.SHIPPED
    if any(_amount(each, "shippedQuantity") for each in items):
        return Stage.PARTLY_SHIPPED
    return Stage.CONFIRMED


def _is(row: Entity, entry: Entry) -> bool:
    body = entry.body
    if word(row, "lineType") != body["lineType"]:
        return False
    if body["lineType"] != ITEM:
        return word(row, "description") == body["description"]
    return (
        word(row, "lineObjectNumber").lower() == str(body["lineObjectNumber"]).lower()
        and number(row, "quantity") == body["quantity"]
        and number(row, "unitPrice") == body["unitPrice"]
    )


def _sequence(row: Entity) -> Decimal:
    return _amount(row, "sequence")


def _amount(row: Entity, member: str) -> Decimal:
    return number(row, member) or _NOTHING


def _is_all(row: Entity, member: str) -> bool:
    wanted = _amount(row, "quantity")
    return abs(_amount(row, member)) >= abs(wanted) and bool(wanted)


def _changed(entity: Entity) -> datetime | None:
    return moment(entity, "lastModifiedDateTime")


def _sum(invoices: Sequence[Entity], member: str) -> Decimal | None:
    found = [number(each, member) for each in invoices]
    known = [each for each in found if each is not None]
    return sum(known, _NOTHING) if len(known) == len(found) else None
