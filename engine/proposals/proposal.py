"""A proposal: a document that was made, kept as it is, and the address it can be read at."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from engine.kernel.errors import Gone, IllegalTransition
from engine.proposals.document import Template
from engine.quotes.quote import QuoteStatus

USUAL_DAYS = 30
MOST_DAYS = 365
_BETWEEN_TELLINGS = timedelta(hours=1)
_OFFERED = frozenset(
    {
        QuoteStatus.APPROVED,
        QuoteStatus.SENT,
        QuoteStatus.ON_HOLD,
        QuoteStatus.ACCEPTED,
        QuoteStatus.ORDERED,
    }
)
"""What a document can be made of: everybody who has to has agreed to it."""


class Format(StrEnum):
    """How a document is written."""

    HTML = "html"
    PDF = "pdf"
    JSON = "json"
    UBL = "ubl"
    """UBL 2.1 Quotation, for programs of buyers"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A document written out.

    `content` is the document in the format that was asked for, `page` the page people read at its
    address. `fingerprint` is the SHA-256 of its data, which every format shows.
    """

    content: bytes
    page: str
    fingerprint: str

    @property
    def sha256(self) -> str:
        return digest(self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One proposal of a tenant. What it says is kept beside it and never changes.

    `version` is that of its quote and `offer` tells apart what was offered in it; both have to
    be the quote's still for it to be accepted. `token` is the SHA-256 of the secret in its
    address, which nobody knows but who was given it. `told_at` is when a view was last told.
    """

    id: str
    number: str
    quote_id: str
    version: int
    offer: str
    format: Format
    language: str
    template: Template
    sha256: str
    fingerprint: str
    token: str
    made_at: datetime
    made_by: str
    expires_at: datetime
    revoked_at: datetime | None = None
    views: int = 0
    first_viewed_at: datetime | None = None
    last_viewed_at: datetime | None = None
    told_at: datetime | None = None

    def guard_readable(self, now: datetime) -> None:
        """Raise `Gone` where its address was revoked, or its time is over."""
        if self.revoked_at is not None or self.expires_at <= now:
            raise Gone(f"proposal {self.number} can no longer be read here")

    def is_to_be_told(self, now: datetime) -> bool:
        """Whether a view now is worth an event: the first one, and one in an hour after it."""
        return self.told_at is None or now - self.told_at >= _BETWEEN_TELLINGS


def digest(content: bytes) -> str:
    """The SHA-256 of some content, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def guard_offered(number: str, status: QuoteStatus) -> None:
    """Raise `IllegalTransition` where a quote of this status can have no proposal."""
    if status not in _OFFERED:
        raise IllegalTransition(f"quote {number} is {status.value}: there is nothing to propose")
