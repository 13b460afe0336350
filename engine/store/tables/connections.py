"""Rows of connections, of what was handed over through them, and how far a push has come."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index

from engine.store.columns import Document, Key, Words
from engine.store.tables.row import Row, of_tenant, refers, unique

_READ = ("tenant_id", "system", "is_open", "read_at")


class ConnectionRow(Row, table=True):
    """One system of a tenant. `sealed` holds its credentials, none of them in the clear."""

    __tablename__: ClassVar[str] = "connections"
    __table_args__: ClassVar[Any] = (of_tenant(), unique("system"))

    tenant_id: Key
    id: Key
    kind: Words
    system: Words
    adapter: Words
    url: Words
    sealed: Words
    options: Document
    tables: Document
    status: Words
    reason: Words
    mark: Words
    created_at: datetime
    updated_at: datetime
    revision: int


class HandoverRow(Row, table=True):
    """A system's part of an order, the whole of it in `body`."""

    __tablename__: ClassVar[str] = "handovers"
    __table_args__: ClassVar[Any] = (
        refers("order_id", to="orders.id"),
        unique("system", "reference"),
        Index("ix_handovers_tenant_id_system_is_open_read_at", *_READ),
    )

    tenant_id: Key
    order_id: Key
    system: Key
    reference: Words
    is_open: bool
    body: Words
    read_at: datetime


class StepRow(Row, table=True):
    """Something that a push has reached, whoever goes on with it."""

    __tablename__: ClassVar[str] = "effect_steps"
    __table_args__: ClassVar[Any] = (refers("effect_id", to="effects.id"),)

    tenant_id: Key
    effect_id: Key
    name: Key
    reached: Words
