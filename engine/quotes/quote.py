"""The hub's own record of a quote, whichever surface it is seen from."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class QuoteStatus(StrEnum):
    """Where a quote is in its life."""

    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    APPROVED = "approved"
    SENT = "sent"
    ON_HOLD = "on_hold"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    """never kept: what the customer has is expired when its last day is over"""
    SUPERSEDED = "superseded"
    """of versions that a newer one took the place of"""
    ORDERED = "ordered"
    DELETED = "deleted"
    """where it was made; nobody sees it any more"""


OWN = "api"
"""The origin of quotes that were made here, under their own id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A quote of one tenant.

    `number` is for people (`Q-2026-000001`). `origin` and `origin_key` name it in the
    system it was made in (`superoffice`, its quote id) and are unique together.
    `version` is the number of the newest version, 0 where nothing of its content is kept;
    `valid_until` is the last day it may be accepted. `revision` counts writes, for optimistic
    locking. `serial` is its number among programs, `owner` the number of the user that has it and
    `line` the product line it belongs to, empty as long as none is known.
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
    title: str = ""
    opportunity_id: str | None = None
    product_line: str | None = None
    valid_until: date | None = None
    version: int = 0
    revision: int = 1
    serial: int = 0
    owner: int | None = None
    line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteSearch:
    """Which quotes to list: of a status as it is on the day `today`, of an account, with a text."""

    today: date
    status: QuoteStatus | None = None
    account: str | None = None
    text: str = ""
