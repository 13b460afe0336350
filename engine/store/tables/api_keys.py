"""Rows of API keys."""

from datetime import datetime
from typing import Any, ClassVar

from engine.store.columns import Key, OptionalWords, Words
from engine.store.tables.row import Row, of_tenant


class ApiKeyRow(Row, table=True):
    """One API key; of its secret there is a digest only."""

    __tablename__: ClassVar[str] = "api_keys"
    __table_args__: ClassVar[Any] = (of_tenant(),)

    tenant_id: Key
    id: Key
    name: Words
    digest: Words
    created_at: datetime
    revoked_at: datetime | None
    system: OptionalWords
