"""Answers given under a caller's idempotency keys."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlmodel import Session

from engine.store.tables.idempotency import IdempotencyRow
from engine.store.tables.row import table

KEPT = timedelta(days=30)
_KEYS = table(IdempotencyRow)


@dataclass(frozen=True, slots=True)
class Given:
    """What was answered under a key; `request` tells which request it was."""

    request: str
    answer: str


class IdempotencyKeys:
    """The idempotency keys of one tenant; they are forgotten after thirty days."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def find(self, key: str) -> Given | None:
        """What was answered under `key`, if anything was."""
        mine = select(_KEYS.c.request, _KEYS.c.answer).where(*self._named(key))
        row = self._session.connection().execute(mine).one_or_none()
        return None if row is None else Given(row.request, row.answer)

    def reserve(self, key: str, request: str, now: datetime) -> None:
        """Take `key` for a request that is about to be answered.

        Conflict when another transaction took it: it is waited for, and can be read then.
        """
        old = delete(_KEYS).where(
            _KEYS.c.tenant_id == self._tenant_id, _KEYS.c.created_at < now - KEPT
        )
        self._session.connection().execute(old)
        values = {"tenant_id": self._tenant_id, "key": key, "created_at": now}
        taken = insert(_KEYS).values(**values, request=request, answer="")
        with self._session.begin_nested():  # which begins where a connection is asked for inside
            self._session.connection().execute(taken)

    def answer(self, key: str, answer: str) -> None:
        """Keep the answer that was given under a key taken before."""
        self._session.connection().execute(
            update(_KEYS).where(*self._named(key)).values(answer=answer)
        )

    def _named(self, key: str) -> tuple[ColumnElement[bool], ...]:
        return _KEYS.c.tenant_id == self._tenant_id, _KEYS.c.key == key
