"""What Tryton says of a sale, in the words of the port."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from adapters.erp.tryton.records import known
from adapters.erp.tryton.wire import (
    Row,
    amount_of,
    id_of,
    moment_of,
    row_of,
    rows_of,
    text_of,
)
from engine.ports.erp import LineState, OrderDocument, OrderState, Receipt, Stage

DATES = ("create_date", "write_date")
FIELDS = (
    *("number", "state", "reference", "company.id", "party.id", "currency.code"),
    *("untaxed_amount", "tax_amount", "total_amount", "invoice_state", "shipment_state"),
    *("shipments.number", "shipments.state"),
    *("lines.sequence", "lines.type", "lines.quantity", "lines.movable", "lines.unit.id"),
    *("lines.moves_progress", "lines.product.id"),
    *("lines.moves.state", "lines.moves.quantity", "lines.moves.unit.id"),
    *("lines.write_date", "lines.moves.write_date", *DATES),
)
_UNMOVED = {"draft": Stage.DRAFT, "quotation": Stage.DRAFT, "confirmed": Stage.CONFIRMED}
_OVER = {"done": Stage.DONE, "cancelled": Stage.CANCELLED}
_INVOICED = frozenset({"awaiting payment", "partially paid", "paid"})
_GONE = frozenset({Stage.SHIPPED, Stage.INVOICED, Stage.DONE})


def receipt(row: Row, document: OrderDocument, notes: Iterable[str] = ()) -> Receipt:
    """What a sale is called; its lines are ours by the sequence they were given."""
    places = {id_of(each.get("sequence")): str(known(each)) for each in rows_of(row.get("lines"))}
    return Receipt(
        reference=str(known(row)),
        lines={
            line.line_id: places[place]
            for place, line in enumerate(document.lines, 1)
            if place in places
        },
        number=text_of(row.get("number")),
        net=_amount(row.get("untaxed_amount")),
        tax=_amount(row.get("tax_amount")),
        total=_amount(row.get("total_amount")),
        notes=tuple(notes),
    )


def order_state(row: Row) -> OrderState:
    """Where a sale is."""
    at = stage(row)
    words = [text_of(row.get("state"))]
    if at not in _UNMOVED.values():
        words += [text_of(row.get(each)) for each in ("shipment_state", "invoice_state")]
    shipments = rows_of(row.get("shipments"))
    return OrderState(
        reference=str(known(row)),
        key=text_of(row.get("reference")),
        stage=at,
        number=text_of(row.get("number")),
        state=", ".join(word for word in words if word not in {"", "none"}),
        currency=text_of(row_of(row.get("currency")).get("code")),
        net=_amount(row.get("untaxed_amount")),
        tax=_amount(row.get("tax_amount")),
        total=_amount(row.get("total_amount")),
        lines=tuple(_line(each, at) for each in rows_of(row.get("lines")) if _is_sold(each)),
        tracking=tuple(
            text_of(each.get("number"))
            for each in shipments
            if each.get("state") == "done" and each.get("number")
        ),
        changed_at=changed_at(row),
    )


def stage(row: Row) -> Stage:
    """How far a sale is, by its own state and those of its shipments and invoices."""
    state, shipped = text_of(row.get("state")), text_of(row.get("shipment_state"))
    invoiced = text_of(row.get("invoice_state"))
    if known_stage := _UNMOVED.get(state) or _OVER.get(state):
        return known_stage
    if state != "processing" or "exception" in {shipped, invoiced}:
        return Stage.TROUBLED
    if shipped == "partially shipped":
        return Stage.PARTLY_SHIPPED
    if shipped == "sent" or (shipped == "none" and not _awaits_goods(row)):
        if invoiced in _INVOICED:
            return Stage.INVOICED
        return Stage.SHIPPED if shipped == "sent" else Stage.IN_PROGRESS
    return Stage.IN_PROGRESS


def changed_at(row: Row) -> datetime | None:
    """When the sale, a line of it or a movement of goods last changed."""
    lines = rows_of(row.get("lines"))
    moves = [move for line in lines for move in rows_of(line.get("moves"))]
    dates = [moment_of(row.get(each)) for each in DATES]
    dates += [moment_of(each.get("write_date")) for each in (*lines, *moves)]
    return max((each for each in dates if each is not None), default=None)


def _awaits_goods(row: Row) -> bool:
    return any(each.get("movable") for each in rows_of(row.get("lines")))


def _is_sold(line: Row) -> bool:
    return line.get("type", "line") == "line" and bool(line.get("product"))


def _line(line: Row, at: Stage) -> LineState:
    quantity = amount_of(line.get("quantity") or 0)
    shipped = _moved(line, quantity)
    if at in _GONE and not line.get("movable"):
        shipped = quantity
    return LineState(
        external_ref=str(known(line)),
        shipped=shipped,
        cancelled=quantity - shipped if at is Stage.CANCELLED else Decimal(0),
    )


def _moved(line: Row, quantity: Decimal) -> Decimal:
    """What has left the house; by its share of the whole where it left in other units."""
    unit = id_of(line.get("unit"))
    done = [each for each in rows_of(line.get("moves")) if each.get("state") == "done"]
    if all(id_of(each.get("unit")) == unit for each in done):
        return sum((amount_of(each.get("quantity")) for each in done), Decimal(0))
    return quantity * amount_of(line.get("moves_progress") or 0)


def _amount(value: object) -> Decimal | None:
    return None if value is None else amount_of(value)
