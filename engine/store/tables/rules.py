"""Rows of pricing rules: agreements, ladders, promotions and what else has days and versions."""

from datetime import date
from typing import Annotated, Any, ClassVar

from sqlmodel import Field

from engine.store.columns import Document, Key
from engine.store.tables.row import Row, of_tenant

VersionKey = Annotated[int, Field(primary_key=True)]


class RuleRow(Row, table=True):
    """One version of one rule. What it says depends on its kind, so it is a document."""

    __tablename__: ClassVar[str] = "rules"
    __table_args__: ClassVar[Any] = (of_tenant(),)

    tenant_id: Key
    kind: Key
    id: Key
    version: VersionKey
    position: int
    starts_on: date | None
    ends_before: date | None
    body: Document
