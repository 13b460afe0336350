"""Rows of events, of who is told of them, and of what the hub owes to systems outside."""

from datetime import date, datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import Index, text
from sqlmodel import Field

from engine.store.columns import Document, Key, Words
from engine.store.tables.row import Row, of_tenant, refers, unique

Place = Annotated[int, Field(primary_key=True)]
_TRUSTED = text("is_open AND unheard < 2")
_SUSPECT = text("is_open AND unheard >= 2")
_TRUSTED_IN_SQLITE = text("is_open = 1 AND unheard < 2")
_SUSPECT_IN_SQLITE = text("is_open = 1 AND unheard >= 2")
"""SQLite takes an index for part of a table only where a query says the same, to the letter."""


class EventRow(Row, table=True):
    """One thing that happened; rows are added, never changed."""

    __tablename__: ClassVar[str] = "events"
    __table_args__: ClassVar[Any] = (
        of_tenant(),
        unique("position"),
        unique("subject", "sequence"),
        Index("ix_events_tenant_id_type_position", "tenant_id", "type", "position"),
    )

    tenant_id: Key
    id: Key
    position: int
    type: Words
    subject: Words
    sequence: int
    occurred_at: datetime
    data: Document
    previous_hash: Words
    hash: Words


class EventHeadRow(Row, table=True):
    """The end of a tenant's chain; whoever adds to the chain holds this row."""

    __tablename__: ClassVar[str] = "event_heads"
    __table_args__: ClassVar[Any] = (of_tenant(),)

    tenant_id: Key
    position: int
    hash: Words


class SubscriptionRow(Row, table=True):
    """An address that is told of events; its secrets are sealed."""

    __tablename__: ClassVar[str] = "webhooks"
    __table_args__: ClassVar[Any] = (of_tenant(),)

    tenant_id: Key
    id: Key
    url: Words
    events: Words
    description: Words
    status: Words
    created_at: datetime
    secret: Words
    failing_since: datetime | None
    reason: Words
    old_secrets: Words


class EffectRow(Row, table=True):
    """Something owed to a system outside; `event_id` is set where it tells of an event."""

    __tablename__: ClassVar[str] = "effects"
    __table_args__: ClassVar[Any] = (
        of_tenant(),
        Index(
            "ix_effects_due",
            "tenant_id",
            "target",
            "due_at",
            sqlite_where=_TRUSTED_IN_SQLITE,
            postgresql_where=_TRUSTED,
        ),
        Index(
            "ix_effects_suspect",
            "tenant_id",
            "target",
            "tries",
            "id",
            sqlite_where=_SUSPECT_IN_SQLITE,
            postgresql_where=_SUSPECT,
        ),
        Index("ix_effects_subject", "tenant_id", "subject"),
        Index("ix_effects_target", "tenant_id", "target", "status"),
    )

    tenant_id: Key
    id: Key
    kind: Words
    target: Words
    subject: Words
    created_at: datetime
    due_at: datetime
    status: Words
    generation: int
    tries: int
    is_open: bool
    payload: Document
    unheard: int


class ChoreRow(Row, table=True):
    """Until which day a chore of a tenant is done."""

    __tablename__: ClassVar[str] = "chores"
    __table_args__: ClassVar[Any] = (of_tenant(),)

    tenant_id: Key
    name: Key
    day: date | None


class AttemptRow(Row, table=True):
    """One try of an effect, and what came of it."""

    __tablename__: ClassVar[str] = "effect_attempts"
    __table_args__: ClassVar[Any] = (refers("effect_id", to="effects.id"),)

    tenant_id: Key
    effect_id: Key
    generation: Place
    at: datetime
    response_status: int | None
    error: Words
    elapsed_ms: int
    answer: Words
