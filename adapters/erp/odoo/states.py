"""Where an order is, from what Odoo says of it and of its lines."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from adapters.erp.odoo.amounts import settled
from adapters.erp.odoo.client import Record, is_id
from adapters.erp.odoo.lookups import amount
from engine.kernel.currency import currency
from engine.ports.erp import LineState, OrderDocument, OrderState, Receipt, Stage
from engine.ports.outcomes import Postponed

ORDER = (
    *("name", "client_order_ref", "origin", "partner_id", "state", "invoice_status"),
    *("currency_id", "amount_untaxed", "amount_tax", "amount_total", "write_date"),
)
LINE = ("order_id", "product_id", "product_uom_qty", "qty_delivered")
"""Of lines that stand for goods; sections and notes are left out when they are asked for."""
GOODS = ["display_type", "=", False]
CANCELLED = "cancel"
OPEN = ("draft", "sent")
CONFIRMED = "sale"

_TIME = "%Y-%m-%d %H:%M:%S"
_ZERO = Decimal(0)


def state_of(order: Record, lines: Sequence[Record], rounding_product: str = "") -> OrderState:
    """The state of an order; what rounding is put on is never shipped."""
    goods = [each for each in lines if not _stands_for(each, rounding_product)]
    code = _name(order, "currency_id")
    return OrderState(
        reference=str(order["id"]),
        key=_text(order, "client_order_ref"),
        stage=_stage(order, goods),
        number=_text(order, "name"),
        state=_text(order, "state"),
        currency=code,
        net=_money(order, "amount_untaxed", code),
        tax=_money(order, "amount_tax", code),
        total=_money(order, "amount_total", code),
        lines=tuple(
            LineState(
                external_ref=str(each["id"]), shipped=amount(each.get("qty_delivered")) or _ZERO
            )
            for each in goods
        ),
        changed_at=changed_at(order),
    )


def receipt_of(
    order: Record, lines: Sequence[Record], document: OrderDocument, products: Mapping[str, int]
) -> Receipt:
    """What the order is called; each of our lines is the first of its product that is left."""
    code = _name(order, "currency_id")
    left = sorted(lines, key=lambda each: int(each["id"]))
    named: dict[str, str] = {}
    for line in document.lines:
        wanted = products.get(line.line_id)
        meant = next((each for each in left if number_of(each, "product_id") == wanted), None)
        if meant is not None:
            left.remove(meant)
            named[line.line_id] = str(meant["id"])
    return Receipt(
        reference=str(order["id"]),
        lines=named,
        number=_text(order, "name"),
        net=_money(order, "amount_untaxed", code),
        tax=_money(order, "amount_tax", code),
        total=_money(order, "amount_total", code),
    )


def number_of(record: Record, field: str) -> int | None:
    """The number of what a field leads to: Odoo says a number and a name, or false."""
    value = record.get(field)
    return value[0] if isinstance(value, list) and value and is_id(value[0]) else None


def changed_at(order: Record) -> datetime | None:
    """When it was written last; Odoo speaks of UTC."""
    try:
        return datetime.strptime(_text(order, "write_date"), _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def written(moment: datetime) -> str:
    """An instant as Odoo writes it."""
    return moment.astimezone(UTC).strftime(_TIME)


def _stage(order: Record, goods: Sequence[Record]) -> Stage:
    state = order.get("state")
    if state in OPEN:
        return Stage.DRAFT
    if state == CANCELLED:
        return Stage.CANCELLED
    if state != CONFIRMED:
        return Stage.TROUBLED
    gone = [(amount(each.get("qty_delivered")) or _ZERO, _ordered(each)) for each in goods]
    if not gone or any(shipped < ordered for shipped, ordered in gone):
        is_begun = any(shipped > 0 for shipped, _ in gone)
        return Stage.PARTLY_SHIPPED if is_begun else Stage.CONFIRMED
    return Stage.INVOICED if order.get("invoice_status") == "invoiced" else Stage.SHIPPED


def _ordered(line: Record) -> Decimal:
    return amount(line.get("product_uom_qty")) or _ZERO


def _stands_for(line: Record, product: str) -> bool:
    """Whether a line is of the product with that internal reference, which Odoo shows first."""
    return bool(product) and _name(line, "product_id").startswith(f"[{product}]")


def _money(record: Record, field: str, code: str) -> Decimal | None:
    value = amount(record.get(field))
    if value is None:
        raise Postponed(f"Odoo answered an order without {field}")
    try:
        return settled(value, currency(code).digits)
    except ValueError:
        return value


def _text(record: Record, field: str) -> str:
    value = record.get(field)
    return value if isinstance(value, str) else ""


def _name(record: Record, field: str) -> str:
    value = record.get(field)
    return value[-1] if isinstance(value, list) and value and isinstance(value[-1], str) else ""
