"""Rows of quotes, their versions and what happened to them."""

from datetime import date, datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from engine.store.columns import Document, Key, OptionalWords, Words
from engine.store.tables.row import Row, of_tenant, refers, unique

Place = Annotated[int, Field(primary_key=True)]


class QuoteRow(Row, table=True):
    """A quote, known by its number and by its key where it was made.

    `search` holds the texts people look for it by, in one case; `owner` is 0 where it has none.
    """

    __tablename__: ClassVar[str] = "quotes"
    __table_args__: ClassVar[Any] = (
        of_tenant(),
        refers("account", to="accounts.id"),
        unique("number"),
        unique("origin", "origin_key"),
        unique("serial"),
        Index("ix_quotes_line", "tenant_id", "line", "serial"),
        Index("ix_quotes_line_owner", "tenant_id", "line", "owner", "serial"),
        Index("ix_quotes_line_created_at", "tenant_id", "line", "created_at", "serial"),
        Index("ix_quotes_line_updated_at", "tenant_id", "line", "updated_at", "serial"),
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
    title: Words
    opportunity_id: OptionalWords
    product_line: OptionalWords
    valid_until: date | None
    version: int
    search: Words
    serial: int
    owner: int
    line: Words


class QuoteVersionRow(Row, table=True):
    """One version of a quote: the whole of it, and the same without lines, for lists."""

    __tablename__: ClassVar[str] = "quote_versions"
    __table_args__: ClassVar[Any] = (refers("quote_id", to="quotes.id"),)

    tenant_id: Key
    quote_id: Key
    number: Place
    head: Words
    body: Words


class QuoteHistoryRow(Row, table=True):
    """One thing that happened to a quote; rows are added, never changed."""

    __tablename__: ClassVar[str] = "quote_history"
    __table_args__: ClassVar[Any] = (refers("quote_id", to="quotes.id"),)

    tenant_id: Key
    quote_id: Key
    sequence: Place
    at: datetime
    by: Words
    what: Words
    version: int
    details: Document
