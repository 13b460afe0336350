"""Pushes to billing systems, to rows and back."""

from types import MappingProxyType
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, and_, func, insert, select, update
from sqlmodel import Session

from engine.contracts.billing_push import BillingPush, PushStatus
from engine.kernel.errors import NotFound
from engine.ports.billing import BillingDocument, Loss
from engine.store.columns import utc
from engine.store.tables.billing import BillingPushRow
from engine.store.tables.row import table

_PUSHES = table(BillingPushRow)


class BillingPushes:
    """The pushes of one tenant, at most one per quote and system."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def get(self, id: str, *, lock: bool = False) -> BillingPush:
        """The push called `id`; `NotFound` when there is none.

        With `lock`, nobody else changes it before this transaction ends.
        """
        mine = select(_PUSHES).where(_PUSHES.c.tenant_id == self._tenant_id, _PUSHES.c.id == id)
        if lock:
            mine = mine.with_for_update(key_share=True)
        row = self._session.connection().execute(mine).one_or_none()
        if row is None:
            raise NotFound(f"there is no billing push {id}")
        return _push(row)

    def of_quote(self, quote_id: str) -> tuple[BillingPush, ...]:
        """The pushes of a quote, the newest first."""
        mine = select(_PUSHES).where(
            _PUSHES.c.tenant_id == self._tenant_id, _PUSHES.c.quote_id == quote_id
        )
        rows = self._session.connection().execute(mine.order_by(_PUSHES.c.id.desc()))
        return tuple(map(_push, rows))

    def taken(self, system: str, limit: int, after: str = "") -> tuple[str, ...]:
        """The ids of at most `limit` pushes that a system has taken, in order, after one of them.

        What they hold may be large: it is read one by one.
        """
        mine = select(_PUSHES.c.id).where(self._taken(system), _PUSHES.c.id > after)
        rows = self._session.connection().scalars(mine.order_by(_PUSHES.c.id).limit(limit))
        return tuple(rows)

    def count_taken(self, system: str) -> int:
        """How many pushes a system has taken."""
        mine = select(func.count()).select_from(_PUSHES).where(self._taken(system))
        return self._session.connection().scalar(mine) or 0

    def add(self, push: BillingPush) -> None:
        """Keep a new push; `Conflict` when the quote has one for its system.

        The transaction goes on after a `Conflict`.
        """
        values = {
            "tenant_id": self._tenant_id,
            "id": push.id,
            "quote_id": push.quote_id,
            "system": push.system,
            "document": _ENCODER.encode(push.document).decode(),
            "losses": _ENCODER.encode(push.losses).decode(),
            "created_at": push.created_at,
            **_moving(push),
        }
        with self._session.begin_nested():
            self._session.connection().execute(insert(_PUSHES).values(values))

    def save(self, push: BillingPush) -> None:
        """Keep how far a push has come; what it holds stays."""
        mine = update(_PUSHES).where(
            _PUSHES.c.tenant_id == self._tenant_id, _PUSHES.c.id == push.id
        )
        self._session.connection().execute(mine.values(_moving(push)))

    def _taken(self, system: str) -> ColumnElement[bool]:
        return and_(
            _PUSHES.c.tenant_id == self._tenant_id,
            _PUSHES.c.system == system,
            _PUSHES.c.status == PushStatus.PUSHED.value,
        )


def _moving(push: BillingPush) -> dict[str, Any]:
    return {
        "status": push.status.value,
        "external_ids": dict(push.external_ids),
        "reason": push.reason,
        "updated_at": push.updated_at,
    }


def _push(row: Row[Any]) -> BillingPush:
    return BillingPush(
        id=row.id,
        quote_id=row.quote_id,
        system=row.system,
        status=PushStatus(row.status),
        document=_DOCUMENTS.decode(row.document),
        losses=_LOSSES.decode(row.losses),
        external_ids=MappingProxyType(row.external_ids),
        reason=row.reason,
        created_at=utc(row.created_at),
        updated_at=utc(row.updated_at),
    )


_ENCODER = msgspec.json.Encoder()
_DOCUMENTS = msgspec.json.Decoder(BillingDocument)
_LOSSES = msgspec.json.Decoder(tuple[Loss, ...])
