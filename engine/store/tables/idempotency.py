"""Rows of answers that are given again when the same request comes again."""

from datetime import datetime
from typing import Any, ClassVar

from engine.store.columns import Key, Words
from engine.store.tables.row import Row, of_tenant


class IdempotencyRow(Row, table=True):
    """One key a caller chose, the request it stands for, and what that was answered."""

    __tablename__: ClassVar[str] = "idempotency_keys"
    __table_args__: ClassVar[Any] = (of_tenant(),)

    tenant_id: Key
    key: Key
    request: Words
    answer: Words
    created_at: datetime
