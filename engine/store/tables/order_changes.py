"""Rows of changes to orders: quoted, and made or not."""

from datetime import datetime
from typing import Any, ClassVar

from engine.store.columns import Exact, Key, Words
from engine.store.tables.row import Row, refers


class OrderChangeRow(Row, table=True):
    """One change with its fee; `rows` say how the fee came about."""

    __tablename__: ClassVar[str] = "order_changes"
    __table_args__: ClassVar[Any] = (refers("order_id", to="orders.id"),)

    tenant_id: Key
    id: Key
    order_id: Words
    type: Words
    content: Words
    order_revision: int
    quoted_at: datetime
    expires_at: datetime
    by: Words
    reason: Words
    currency: Words
    rows: Words
    price_delta: Exact
    applied_at: datetime | None
    answer: Words
