"""Rows of quotes."""

from datetime import datetime
from typing import Any, ClassVar

from engine.store.columns import Key, OptionalWords, Words
from engine.store.tables.row import Row, of_tenant, refers, unique


class QuoteRow(Row, table=True):
    """A quote, known by its number and by its key where it was made."""

    __tablename__: ClassVar[str] = "quotes"
    __table_args__: ClassVar[Any] = (
        of_tenant(),
        refers("account", to="accounts.id"),
        unique("number"),
        unique("origin", "origin_key"),
    )

    tenant_id: Key
    id: Key
    number: Words
    origin: Words
    origin_key: Words
    status: Words
    created_at: datetime
    updated_at: datetime
    currency: Words
    account: OptionalWords
    revision: int
