"""Rows of what a catalogue's rows were before they changed."""

from typing import Annotated, Any, ClassVar

from sqlmodel import Field

from engine.store.columns import Key, OptionalWords
from engine.store.tables.row import Row, of_tenant

RevisionKey = Annotated[int, Field(primary_key=True)]


class HistoryRow(Row, table=True):
    """A row as it was until the tenant's `revision`; `body` is null where it was not there."""

    __tablename__: ClassVar[str] = "catalogue_history"
    __table_args__: ClassVar[Any] = (of_tenant(),)

    tenant_id: Key
    revision: RevisionKey
    table_name: Key
    row_key: Key
    body: OptionalWords
