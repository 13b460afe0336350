"""Subscriptions: who is told of which events."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

GIVEN_UP_AFTER = timedelta(days=5)
"""A subscription that has only failed for so long is switched off."""
MOST = 100
"""Subscriptions of one tenant."""
EVERYTHING = "*"
_PREFIX = ".*"


class SubscriptionStatus(StrEnum):
    """Whether a subscription is served."""

    ACTIVE = "active"
    PAUSED = "paused"
    """by its owner; what happens meanwhile is not sent, what is owed waits"""
    DISABLED = "disabled"
    """by the hub, because the receiver is gone or has failed for too long"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """An address that is told of events.

    `events` are types, `prefix.*`, or `*`. `secrets` are sealed, the newest first; the one
    before holds until `old_secret_ends`. `failing_since` is the first failure after the last
    success.
    """

    id: str
    url: str
    events: tuple[str, ...]
    created_at: datetime
    secrets: tuple[str, ...]
    description: str = ""
    status: SubscriptionStatus = SubscriptionStatus.ACTIVE
    old_secret_ends: datetime | None = None
    failing_since: datetime | None = None
    reason: str = ""

    def wants(self, event_type: str) -> bool:
        """Whether events of that type are sent here."""
        return any(matches(pattern, event_type) for pattern in self.events)

    def signing_secrets(self, now: datetime) -> tuple[str, ...]:
        """The sealed secrets that sign now; the old one as long as it holds."""
        holds = self.old_secret_ends is not None and now < self.old_secret_ends
        return self.secrets if holds else self.secrets[:1]


def matches(pattern: str, event_type: str) -> bool:
    """Whether a type, `prefix.*` or `*` speaks of `event_type`."""
    if pattern == EVERYTHING:
        return True
    if pattern.endswith(_PREFIX):
        return event_type.startswith(pattern.removesuffix("*"))
    return pattern == event_type


def is_known(pattern: str, types: Iterable[str]) -> bool:
    """Whether a pattern speaks of any type there is."""
    return any(matches(pattern, each) for each in types)
