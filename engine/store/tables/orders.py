"""Rows of orders, what happened to them, and what systems outside said about them."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import Index, text
from sqlmodel import Field

from engine.store.columns import Document, Key, OptionalWords, Words
from engine.store.tables.row import Row, of_tenant, refers, unique

Place = Annotated[int, Field(primary_key=True)]
_DUE = text("provided_at IS NOT NULL")


class OrderRow(Row, table=True):
    """An order, the whole of it in `body`; the schema itself keeps a quote from having two.

    `provided_at` is when what contracts serve of it is provided, where nothing else is open.
    """

    __tablename__: ClassVar[str] = "orders"
    __table_args__: ClassVar[Any] = (
        of_tenant(),
        refers("quote_id", to="quotes.id"),
        refers("account", to="accounts.id"),
        unique("quote_id"),
        unique("number"),
        Index(
            "ix_orders_provided_at",
            "tenant_id",
            "provided_at",
            sqlite_where=_DUE,
            postgresql_where=_DUE,
        ),
    )

    tenant_id: Key
    id: Key
    number: Words
    quote_id: Words
    account: OptionalWords
    placed_at: datetime
    status: Words
    document: Document
    body: Words
    revision: int
    provided_at: datetime | None


class OrderHistoryRow(Row, table=True):
    """One thing that happened to an order; rows are added, never changed."""

    __tablename__: ClassVar[str] = "order_history"
    __table_args__: ClassVar[Any] = (refers("order_id", to="orders.id"),)

    tenant_id: Key
    order_id: Key
    sequence: Place
    at: datetime
    by: Words
    what: Words
    details: Document


class OrderReportRow(Row, table=True):
    """What a fulfilment system said once; `key` tells a message that comes again."""

    __tablename__: ClassVar[str] = "order_reports"
    __table_args__: ClassVar[Any] = (refers("order_id", to="orders.id"),)

    tenant_id: Key
    order_id: Key
    key: Key
    received_at: datetime
    body: Document
