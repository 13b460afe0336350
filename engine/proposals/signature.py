"""Signatures: what a signing provider says about a document that was sent to be signed.

An *envelope* is the provider's name for one round of signing. A *callback* is what the provider
says about an envelope, in our words, after it was proven. Each is kept as a *signature*, with
what came of it, whether it changed anything or not.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SignatureStatus(StrEnum):
    """Where an envelope stands."""

    SENT = "sent"
    VIEWED = "viewed"
    COMPLETED = "completed"
    """everybody has signed"""
    DECLINED = "declined"
    EXPIRED = "expired"
    VOIDED = "voided"
    """whoever sent it took it back"""

    @property
    def is_final(self) -> bool:
        """Whether nothing comes after it."""
        return self not in {SignatureStatus.SENT, SignatureStatus.VIEWED}

    @property
    def decides(self) -> bool:
        """Whether a quote is accepted or declined by it."""
        return self in {SignatureStatus.COMPLETED, SignatureStatus.DECLINED}


class Provider(StrEnum):
    """Who has documents signed."""

    GENERIC = "generic"
    """anybody who signs callbacks as Standard Webhooks have it"""
    DOCUSIGN = "docusign"
    DROPBOX_SIGN = "dropbox_sign"
    PENNEO = "penneo"
    SCRIVE = "scrive"


class Ignored(StrEnum):
    """Why a callback changed nothing."""

    REPLAY = "replay"
    """it was said before"""
    OUT_OF_ORDER = "out_of_order"
    """something later was said before it"""
    ENVELOPE_CLOSED = "envelope_closed"
    """the envelope came to another end before"""
    ALREADY_ACCEPTED = "already_accepted"
    ALREADY_DECLINED = "already_declined"
    NOT_POSSIBLE = "not_possible"
    """the quote's status forbids it"""
    OUTDATED = "outdated_document"
    """it is about another document than the one that is offered now"""
    UNCONFIRMED = "unconfirmed"
    """the provider signs nothing, and did not confirm it when asked"""
    UNKNOWN_ENVELOPE = "unknown_envelope"
    """no quote is known for it"""
    NOT_RELEVANT = "not_relevant"
    """the provider tells of something that is no status of an envelope"""


class Clash(StrEnum):
    """Why a signed document accepts nothing, or one that was not signed declines nothing."""

    NO_HASH = "document_hash_missing"
    NO_PROPOSAL = "no_proposal"
    OTHER_DOCUMENT = "document_is_not_the_latest_proposal"
    REVOKED = "proposal_revoked"
    """the latest proposal was taken back"""
    OFFER_CHANGED = "offer_changed"
    """the document is the latest, and the quote offers something else meanwhile"""
    ENVELOPE_CLOSED = "envelope_closed"
    NOT_ACCEPTABLE = "quote_cannot_be_accepted"
    NOT_BUILDABLE = "quote_can_no_longer_be_built"


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """What a provider says, proven to come from it.

    `raw_sha256` is over the bytes it came as. `document_sha256` is the document that was
    signed. `is_confirmed` is False where nothing but a secret address speaks for it.
    """

    provider: Provider
    envelope_id: str
    status: SignatureStatus
    raw_sha256: str
    event_id: str | None = None
    quote_id: str | None = None
    proposal_id: str | None = None
    document_sha256: str | None = None
    signer: str = ""
    signed_at: datetime | None = None
    certificate: str = ""
    is_confirmed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A callback as it is kept: the evidence, and what came of it.

    Without `ignored` and `clash` it was applied.
    """

    id: str
    quote_id: str
    proposal_id: str | None
    callback: Callback
    received_at: datetime
    ignored: Ignored | None = None
    clash: Clash | None = None

    @property
    def is_applied(self) -> bool:
        """Whether something changed."""
        return self.ignored is None and self.clash is None

    @property
    def proves(self) -> bool:
        """Whether everybody has signed what was offered, also where it was accepted before."""
        is_signed = self.callback.status is SignatureStatus.COMPLETED and self.clash is None
        return is_signed and self.ignored in {None, Ignored.ALREADY_ACCEPTED}

    @property
    def is_settled(self) -> bool:
        """Whether saying it again can change nothing: it was not refused, nor left open."""
        return self.clash is None and self.ignored is not Ignored.UNCONFIRMED
