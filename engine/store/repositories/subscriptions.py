"""Who is told of one tenant's events, to rows and back."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlmodel import Session

from engine.events.subscription import OldSecret, Subscription, SubscriptionStatus
from engine.kernel.errors import NotFound
from engine.store.columns import utc
from engine.store.tables.events import SubscriptionRow
from engine.store.tables.row import table

_WEBHOOKS = table(SubscriptionRow)


class SubscriptionSecrets:
    """The sealed secrets of all tenants' subscriptions, for sealing them anew."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def reseal(self, anew: Callable[[str, str], str | None]) -> int:
        """Give each secret to `anew` with its tenant, and keep what it gives back; how many."""
        connection = self._session.connection()
        resealed = 0
        for row in connection.execute(select(_WEBHOOKS).with_for_update()).all():
            old = _old_secrets(row.old_secrets)
            newest, *older = (
                anew(row.tenant_id, each) for each in (row.secret, *(one.sealed for one in old))
            )
            count = sum(each is not None for each in (newest, *older))
            if count:
                mine = (_WEBHOOKS.c.tenant_id == row.tenant_id, _WEBHOOKS.c.id == row.id)
                pairs = zip(old, older, strict=True)
                made = [replace(one, sealed=again or one.sealed) for one, again in pairs]
                values = {"secret": newest or row.secret, "old_secrets": _written(made)}
                connection.execute(update(_WEBHOOKS).where(*mine).values(values))
                resealed += count
        return resealed


class Subscriptions:
    """The subscriptions of one tenant."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def all(self) -> list[Subscription]:
        """Every subscription, the newest first."""
        mine = select(_WEBHOOKS).where(self._mine()).order_by(_WEBHOOKS.c.id.desc())
        return [_subscription(row) for row in self._session.connection().execute(mine)]

    def active(self) -> list[Subscription]:
        """Those that are told of what happens now."""
        active = _WEBHOOKS.c.status == SubscriptionStatus.ACTIVE.value
        mine = select(_WEBHOOKS).where(self._mine(), active)
        return [_subscription(row) for row in self._session.connection().execute(mine)]

    def count(self) -> int:
        """How many there are."""
        mine = select(func.count()).select_from(_WEBHOOKS).where(self._mine())
        return self._session.connection().scalar(mine) or 0

    def get(self, subscription_id: str, *, lock: bool = False) -> Subscription:
        """The subscription of that id; `NotFound` when there is none."""
        found = self.find(subscription_id, lock=lock)
        if found is None:
            raise NotFound(f"there is no webhook {subscription_id}")
        return found

    def find(self, subscription_id: str, *, lock: bool = False) -> Subscription | None:
        """The subscription of that id, if there is one; with `lock`, nobody else changes it."""
        mine = select(_WEBHOOKS).where(self._mine(), _WEBHOOKS.c.id == subscription_id)
        if lock:
            mine = mine.with_for_update()
        row = self._session.connection().execute(mine).one_or_none()
        return None if row is None else _subscription(row)

    def add(self, subscription: Subscription) -> None:
        """Keep a new subscription."""
        self._session.connection().execute(insert(_WEBHOOKS).values(self._values(subscription)))

    def save(self, subscription: Subscription) -> None:
        """Keep a changed subscription."""
        mine = update(_WEBHOOKS).where(self._mine(), _WEBHOOKS.c.id == subscription.id)
        self._session.connection().execute(mine.values(self._values(subscription)))

    def remove(self, subscription_id: str) -> None:
        """Forget a subscription."""
        mine = delete(_WEBHOOKS).where(self._mine(), _WEBHOOKS.c.id == subscription_id)
        self._session.connection().execute(mine)

    def _mine(self) -> ColumnElement[bool]:
        return _WEBHOOKS.c.tenant_id == self._tenant_id

    def _values(self, each: Subscription) -> dict[str, Any]:
        return {
            "tenant_id": self._tenant_id,
            "id": each.id,
            "url": each.url,
            "events": _written(each.events),
            "description": each.description,
            "status": each.status.value,
            "created_at": each.created_at,
            "secret": each.secret,
            "old_secrets": _written(each.old_secrets),
            "failing_since": each.failing_since,
            "reason": each.reason,
        }


def _subscription(row: Any) -> Subscription:  # noqa: ANN401 (a row of a table that is told by its columns)
    failing = row.failing_since
    return Subscription(
        id=row.id,
        url=row.url,
        events=msgspec.json.decode(row.events, type=tuple[str, ...]),
        created_at=utc(row.created_at),
        secret=row.secret,
        old_secrets=_old_secrets(row.old_secrets),
        description=row.description,
        status=SubscriptionStatus(row.status),
        failing_since=None if failing is None else utc(failing),
        reason=row.reason,
    )


def _old_secrets(text: str) -> tuple[OldSecret, ...]:
    return msgspec.json.decode(text, type=tuple[OldSecret, ...])


def _written(values: Sequence[str] | Sequence[OldSecret]) -> str:
    return msgspec.json.encode(values).decode()
