"""Subscriptions: who is told of which events."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

GIVEN_UP_AFTER = timedelta(days=5)
"""A subscription that has only failed for so long is switched off."""
MOST = 100
"""Subscriptions of one tenant."""
MOST_SECRETS = 5
"""Secrets of one subscription that sign at a time."""
EVERYTHING = "*"
_PREFIX = ".*"


class SubscriptionStatus(StrEnum):
    """Whether a subscription is served."""

    ACTIVE = "active"
    PAUSED = "paused"
    """by its owner; what happens meanwhile is not sent, what is owed waits"""
    DISABLED = "disabled"
    """by the hub, because the receiver is gone or has failed for too long"""


@dataclass(frozen=True, slots=True)
class OldSecret:
    """A secret, sealed, that was exchanged for another and signs beside it until `ends`."""

    sealed: str
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """An address that is told of events.

    `events` are types, `prefix.*`, or `*`. `secret` is sealed; `old_secrets` are those before
    it, the newest first. `failing_since` is the first failure after the last success.
    """

    id: str
    url: str
    events: tuple[str, ...]
    created_at: datetime
    secret: str
    old_secrets: tuple[OldSecret, ...] = ()
    description: str = ""
    status: SubscriptionStatus = SubscriptionStatus.ACTIVE
    failing_since: datetime | None = None
    reason: str = ""

    def wants(self, event_type: str) -> bool:
        """Whether events of that type are sent here."""
        return any(matches(pattern, event_type) for pattern in self.events)

    def signing_secrets(self, now: datetime) -> tuple[str, ...]:
        """The sealed secrets that sign now, the newest first."""
        return (self.secret, *(each.sealed for each in self._holding(now)))

    def rotated(self, sealed: str, now: datetime, ends: datetime) -> "Subscription":
        """With a new secret; the one before holds until it `ends`."""
        before = OldSecret(self.secret, ends)
        return replace(self, secret=sealed, old_secrets=(before, *self._holding(now)))

    def _holding(self, now: datetime) -> tuple[OldSecret, ...]:
        return tuple(each for each in self.old_secrets if now < each.ends)


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
