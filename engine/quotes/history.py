"""What happened to a quote, kept beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class Happening(StrEnum):
    """What can happen to a quote."""

    CREATED = "created"
    CHANGED = "changed"
    LINE_ADDED = "line_added"
    LINE_CHANGED = "line_changed"
    LINE_REMOVED = "line_removed"
    ALTERNATIVE_ADDED = "alternative_added"
    ALTERNATIVE_REMOVED = "alternative_removed"
    REPRICED = "repriced"
    TOTAL_FIXED = "total_fixed"
    """a person said what the whole comes to"""
    TOTAL_FREED = "total_freed"
    """it comes to what its lines do again"""
    NOTED = "noted"
    """something was told of a version that changes no price"""
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    SENT = "sent"
    HELD = "held"
    RESUMED = "resumed"
    EXTENDED = "extended"
    """it may be accepted for longer"""
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REVISED = "revised"
    ORDERED = "ordered"
    LINKED = "linked"
    """another system has taken the lead"""
    VALIDATED = "validated"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One thing that happened; `by` names the caller as it proved itself."""

    at: datetime
    by: str
    what: Happening
    version: int
    details: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
