"""Rows of tenants."""

from typing import ClassVar

from engine.store.columns import Key, OptionalWords, Words
from engine.store.tables.row import Row


class TenantRow(Row, table=True):
    """A tenant; `revision` moves with its catalogue."""

    __tablename__: ClassVar[str] = "tenants"

    tenant_id: Key
    name: Words
    sign_in: Words
    sealed_secret: OptionalWords
    disabled: bool
    credentials_version: int
    revision: int
