"""Rows of users, of who handles which quotation, and of how many there are."""

from typing import Annotated, Any, ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from engine.store.columns import Document, Key, Words
from engine.store.tables.row import Row, of_tenant, refers, unique

Member = Annotated[int, Field(primary_key=True)]


class UserRow(Row, table=True):
    """One user; `folded_…` are what it is looked for by, in one case."""

    __tablename__: ClassVar[str] = "users"
    __table_args__: ClassVar[Any] = (of_tenant(), unique("number"), unique("folded_username"))

    tenant_id: Key
    id: Key
    number: int
    username: Words
    folded_username: Words
    first_name: Words
    folded_first_name: Words
    last_name: Words
    folded_last_name: Words
    email: Words
    folded_email: Words
    digest: Words
    rights: Document
    is_privileged: bool
    disabled: bool


class QuoteHandlerRow(Row, table=True):
    """A user that handles a quotation; serial and line are the quotation's."""

    __tablename__: ClassVar[str] = "quote_handlers"
    __table_args__: ClassVar[Any] = (
        refers("quote_id", to="quotes.id"),
        refers("member", to="users.number"),
        Index("ix_quote_handlers_member", "tenant_id", "member", "line", "serial", "quote_id"),
    )

    tenant_id: Key
    quote_id: Key
    member: Member
    line: Words
    serial: int


class QuoteCountRow(Row, table=True):
    """How many quotations of a line a user handles; member 0 is for all there are."""

    __tablename__: ClassVar[str] = "quote_counts"
    __table_args__: ClassVar[Any] = (of_tenant(),)

    tenant_id: Key
    line: Key
    member: Member
    total: int
