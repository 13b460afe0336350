"""A push: the charges of a quote on their way to a billing system."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from engine.ports.billing import BillingDocument, Loss


class PushStatus(StrEnum):
    """How far a push has come."""

    PENDING = "pending"
    PUSHED = "pushed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingPush:
    """The charges of one quote for one system; there is one at most.

    The document stays as it was made. `external_ids` are what the system calls what it took,
    `reason` why it did not. `id` is empty where nothing is kept.
    """

    id: str
    quote_id: str
    system: str
    status: PushStatus
    document: BillingDocument
    losses: tuple[Loss, ...]
    created_at: datetime
    updated_at: datetime
    external_ids: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    reason: str = ""
