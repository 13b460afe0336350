"""Rows of orders and their lines."""

from datetime import datetime
from typing import Any, ClassVar

from engine.store.columns import Document, Exact, Key, OptionalWords, Words
from engine.store.tables.row import Row, of_tenant, refers, unique


class OrderRow(Row, table=True):
    """An order; the schema itself keeps a quote from having two."""

    __tablename__: ClassVar[str] = "orders"
    __table_args__: ClassVar[Any] = (
        of_tenant(),
        refers("quote_id", to="quotes.id"),
        refers("account", to="accounts.id"),
        unique("quote_id"),
        unique("number"),
    )

    tenant_id: Key
    id: Key
    number: Words
    quote_id: Words
    alternative_ref: Words
    account: OptionalWords
    currency: Words
    total: Exact
    placed_at: datetime
    purchase_order: Words
    comment: Words
    status: Words
    document: Document


class OrderLineRow(Row, table=True):
    """One line as sold."""

    __tablename__: ClassVar[str] = "order_lines"
    __table_args__: ClassVar[Any] = (
        refers("order_id", to="orders.id"),
        unique("order_id", "position"),
    )

    tenant_id: Key
    order_id: Key
    id: Key
    position: int
    line_ref: Words
    sku: Words
    name: Words
    quantity: Exact
    unit: Words
    unit_list_price: Exact
    discount: Exact
    total: Exact
    delivered: Exact
