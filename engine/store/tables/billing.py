"""Rows of what is pushed to billing systems."""

from datetime import datetime
from typing import Any, ClassVar

from engine.store.columns import Document, Key, Words
from engine.store.tables.row import Row, of_tenant, refers, unique


class BillingPushRow(Row, table=True):
    """The charges of a quote for a system; the schema itself keeps it from having two."""

    __tablename__: ClassVar[str] = "billing_pushes"
    __table_args__: ClassVar[Any] = (
        of_tenant(),
        refers("quote_id", to="quotes.id"),
        unique("quote_id", "system"),
    )

    tenant_id: Key
    id: Key
    quote_id: Words
    system: Words
    status: Words
    document: Words
    losses: Words
    external_ids: Document
    reason: Words
    created_at: datetime
    updated_at: datetime
