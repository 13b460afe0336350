"""Rows of signing connections, and of what signing providers said."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import UniqueConstraint

from engine.store.columns import Document, Key, OptionalWords, Words
from engine.store.tables.row import Row, of_tenant, refers, unique


class SigningConnectionRow(Row, table=True):
    """One provider of a tenant. `sealed` holds its secrets, none of them in the clear."""

    __tablename__: ClassVar[str] = "signing_connections"
    __table_args__: ClassVar[Any] = (of_tenant(), UniqueConstraint("digest"))

    tenant_id: Key
    id: Key
    provider: Words
    digest: Words
    sealed: Document
    access: OptionalWords
    api: Words
    created_at: datetime


class SignatureRow(Row, table=True):
    """One callback and what came of it; `key` tells one that comes again."""

    __tablename__: ClassVar[str] = "signatures"
    __table_args__: ClassVar[Any] = (
        refers("quote_id", to="quotes.id"),
        unique("provider", "key"),
        unique("provider", "envelope_id", "id"),
    )

    tenant_id: Key
    id: Key
    key: Words
    quote_id: Words
    proposal_id: OptionalWords
    provider: Words
    envelope_id: Words
    event_id: OptionalWords
    status: Words
    document_sha256: OptionalWords
    signer: Words
    signed_at: datetime | None
    certificate: Words
    raw_sha256: Words
    received_at: datetime
    ignored: OptionalWords
    clash: OptionalWords
