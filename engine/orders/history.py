"""What happened to an order, kept beside it, and what systems outside said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class OrderHappening(StrEnum):
    """What can happen to an order."""

    PLACED = "placed"
    REPORTED = "reported"
    """a fulfilment system said how far lines are"""
    IGNORED = "ignored"
    """it said what changes nothing"""
    PUSHED = "pushed"
    """a fulfilment system has taken its lines over"""
    PUSH_FAILED = "push_failed"
    CHANGE_REQUESTED = "change_requested"
    CHANGED = "changed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEntry:
    """One thing that happened; `by` names who did it."""

    at: datetime
    by: str
    what: OrderHappening
    details: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
