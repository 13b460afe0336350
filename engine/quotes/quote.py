"""The hub's own record of a quote, whichever surface it is seen from."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class QuoteStatus(StrEnum):
    """Where a quote is in its life."""

    DRAFT = "draft"
    SENT = "sent"
    ORDERED = "ordered"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A quote of one tenant.

    `number` is for people (`Q-2026-000001`). `origin` and `origin_key` name it in the
    system it was made in (`superoffice`, its quote id) and are unique together.
    `revision` counts writes, for optimistic locking.
    """

    id: str
    number: str
    origin: str
    origin_key: str
    status: QuoteStatus
    created_at: datetime
    updated_at: datetime
    currency: str = ""
    account: str | None = None
    revision: int = 1
