"""Changes to orders, to rows and back."""

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, insert, select, update
from sqlmodel import Session

from engine.orders.fees import FeeRow
from engine.orders.order_change import ChangeType, OrderChange
from engine.store.columns import utc
from engine.store.tables.order_changes import OrderChangeRow
from engine.store.tables.row import table

_CHANGES = table(OrderChangeRow)
_NEVER_CHANGED = ("id", "order_id")


class OrderChanges:
    """The changes to one tenant's orders."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def find(self, id: str) -> OrderChange | None:
        """The change called `id`, if there is one."""
        mine = select(_CHANGES).where(*self._is(_CHANGES.c.id == id))
        row = self._session.connection().execute(mine).one_or_none()
        return None if row is None else _change(row)

    def add(self, change: OrderChange) -> None:
        """Keep a new change."""
        values = {"tenant_id": self._tenant_id, **_values(change)}
        self._session.connection().execute(insert(_CHANGES).values(values))

    def save(self, change: OrderChange) -> None:
        """Keep a change that was made; the order, which the caller holds locked, stays."""
        values = {k: v for k, v in _values(change).items() if k not in _NEVER_CHANGED}
        kept = update(_CHANGES).where(*self._is(_CHANGES.c.id == change.id))
        self._session.connection().execute(kept.values(values))

    def _is(self, *named: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
        return _CHANGES.c.tenant_id == self._tenant_id, *named


def _values(change: OrderChange) -> dict[str, Any]:
    return {
        "id": change.id,
        "order_id": change.order_id,
        "type": change.type.value,
        "content": change.content,
        "order_revision": change.order_revision,
        "quoted_at": change.quoted_at,
        "expires_at": change.expires_at,
        "by": change.by,
        "reason": change.reason,
        "currency": change.currency,
        "rows": msgspec.json.encode(change.rows).decode(),
        "price_delta": change.price_delta,
        "applied_at": change.applied_at,
        "answer": change.answer,
    }


def _change(row: Row[Any]) -> OrderChange:
    return OrderChange(
        id=row.id,
        order_id=row.order_id,
        type=ChangeType(row.type),
        content=row.content,
        order_revision=row.order_revision,
        quoted_at=utc(row.quoted_at),
        expires_at=utc(row.expires_at),
        by=row.by,
        reason=row.reason,
        currency=row.currency,
        rows=_ROWS.decode(row.rows),
        price_delta=row.price_delta,
        applied_at=None if row.applied_at is None else utc(row.applied_at),
        answer=row.answer,
    )


_ROWS = msgspec.json.Decoder(tuple[FeeRow, ...])
