"""Rows of proposals: what is known of each, and what each says."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import UniqueConstraint

from engine.store.columns import Key, Words
from engine.store.tables.row import Row, of_tenant, refers, unique


class ProposalRow(Row, table=True):
    """A proposal without its content. No two have one token, whoever they are of."""

    __tablename__: ClassVar[str] = "proposals"
    __table_args__: ClassVar[Any] = (
        of_tenant(),
        refers("quote_id", to="quotes.id"),
        unique("number"),
        unique("quote_id", "id"),
        UniqueConstraint("token"),
    )

    tenant_id: Key
    id: Key
    number: Words
    quote_id: Words
    version: int
    offer: Words
    format: Words
    language: Words
    template: Words
    sha256: Words
    fingerprint: Words
    token: Words
    made_at: datetime
    made_by: Words
    expires_at: datetime
    revoked_at: datetime | None
    views: int
    first_viewed_at: datetime | None
    last_viewed_at: datetime | None
    told_at: datetime | None


class ProposalContentRow(Row, table=True):
    """What a proposal says; rows are added, never changed. Bytes are kept in base 64."""

    __tablename__: ClassVar[str] = "proposal_contents"
    __table_args__: ClassVar[Any] = (refers("proposal_id", to="proposals.id"),)

    tenant_id: Key
    proposal_id: Key
    content: Words
    page: Words
