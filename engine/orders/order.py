"""An order and its lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class OrderStatus(StrEnum):
    """Where an order is."""

    PLACED = "placed"
    IN_PROGRESS = "in_progress"
    PARTIALLY_SHIPPED = "partially_shipped"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One line as sold. Amounts are in the order's currency; `line_ref` is the quote's line."""

    id: str
    line_ref: str
    sku: str
    name: str
    quantity: Decimal
    unit: str
    unit_list_price: Decimal
    discount: Decimal
    total: Decimal
    delivered: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order of one tenant, at most one per quote.

    `number` (`O-2026-000001`) is the key other systems know it by. `alternative_ref`
    names the alternative that was ordered; `document` is the buyer's side of it as it
    was handed in, kept for reading back.
    """

    id: str
    number: str
    quote_id: str
    alternative_ref: str
    currency: str
    total: Decimal
    placed_at: datetime
    lines: tuple[OrderLine, ...]
    account: str | None = None
    purchase_order: str = ""
    comment: str = ""
    status: OrderStatus = OrderStatus.PLACED
    document: Mapping[str, object]
