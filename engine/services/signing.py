"""Signing: what a provider says about a document is kept, and a signed one accepts its quote.

The document that was signed has to be the latest proposal, and the quote still to offer what it
says; otherwise nothing is accepted and the clash is an event. Whatever is said twice, late or in
another order leads to the same end.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.events.types import EventType
from engine.kernel.errors import IllegalTransition, Invalid
from engine.pricing.snapshot import Snapshot
from engine.proposals.proposal import Proposal
from engine.proposals.signature import (
    Callback,
    Clash,
    Ignored,
    Signature,
    SignatureStatus,
)
from engine.quotes.acts import Act, status_on
from engine.quotes.quote import QuoteStatus
from engine.services.deciding import Word, decide
from engine.services.drafting import Quoted, Touch, get, taken
from engine.services.proposing import is_offered
from engine.store.unit_of_work import Reading, UnitOfWork

_DEALT = frozenset({QuoteStatus.ACCEPTED, QuoteStatus.ORDERED})
_EVENTS = {
    SignatureStatus.SENT: EventType.SIGNATURE_REQUESTED,
    SignatureStatus.COMPLETED: EventType.SIGNATURE_COMPLETED,
    SignatureStatus.DECLINED: EventType.SIGNATURE_DECLINED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of a callback; without a quote nothing was kept."""

    quote_id: str | None = None
    quote_status: QuoteStatus | None = None
    ignored: Ignored | None = None
    clash: Clash | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    """A callback beside all it is judged by. `earlier` is about the same envelope and quote."""

    callback: Callback
    found: Quoted
    latest: Proposal | None
    earlier: Sequence[Signature]

    @property
    def closed(self) -> bool:
        """Whether the envelope came to an end before."""
        return any(each.is_applied and each.callback.status.is_final for each in self.earlier)

    @property
    def is_of_latest(self) -> bool:
        """Whether what it names, by id and by hash, is the latest proposal."""
        said, latest = self.callback, self.latest
        if latest is None:
            return said.proposal_id is None and said.document_sha256 is None
        return said.proposal_id in {None, latest.id} and said.document_sha256 in {
            None,
            latest.sha256,
        }


def take(uow: UnitOfWork, data: Snapshot, callback: Callback) -> Taken:
    """Keep a callback and do what it asks for, once. NotFound where its quote does not exist."""
    quote_id = _quote_of(uow, callback)
    if quote_id is None:
        return Taken(ignored=Ignored.UNKNOWN_ENVELOPE)
    touch = Touch(quote_id=quote_id, by=f"{callback.provider.value} {callback.envelope_id}")
    found = taken(uow, touch)
    said = uow.signatures.of_envelope(callback.provider, callback.envelope_id)
    earlier = [each for each in said if each.quote_id == quote_id]
    known = _known(uow, callback, earlier)
    if known is not None and (known.is_settled or known.quote_id != quote_id):
        return _taken(uow, data, quote_id, Ignored.REPLAY)
    case = _Case(callback, found, uow.proposals.latest_of(quote_id), earlier)
    outcome = _outcome(uow, data, case, touch)
    ignored = outcome if isinstance(outcome, Ignored) else None
    clash = outcome if isinstance(outcome, Clash) else None
    kept = Signature(
        id=uow.ids.new("sgn") if known is None else known.id,
        quote_id=quote_id,
        proposal_id=None if case.latest is None else case.latest.id,
        callback=callback,
        received_at=uow.clock.now(),
        ignored=ignored,
        clash=clash,
    )
    uow.signatures.put(kept)
    if clash is None or known is None or known.clash is not clash:
        _tell(uow, kept)
    return _taken(uow, data, quote_id, ignored, clash)


def proofs(view: Reading, quote_id: str) -> dict[str, Signature]:
    """What proves that documents of a quote were signed, by the SHA-256 of each."""
    found: dict[str, Signature] = {}
    for each in view.signatures.of_quote(quote_id):
        if each.proves:
            found.setdefault(each.callback.document_sha256 or "", each)
    return found


def _quote_of(uow: UnitOfWork, callback: Callback) -> str | None:
    """The quote it is about: named, or known from the envelope. NotFound where names differ."""
    if callback.proposal_id is not None:
        named = uow.proposals.get(callback.proposal_id).quote_id
        return named if callback.quote_id in {None, named} else callback.quote_id
    if callback.quote_id is not None:
        return callback.quote_id
    said = uow.signatures.of_envelope(callback.provider, callback.envelope_id)
    return said[-1].quote_id if said else None


def _known(uow: UnitOfWork, callback: Callback, earlier: Sequence[Signature]) -> Signature | None:
    """The same callback as it came before: under its event's id, or saying the same."""
    if callback.event_id is not None:
        known = uow.signatures.by_event(callback.provider, callback.event_id)
        if known is not None:
            return known
    same = [
        each
        for each in earlier
        if each.callback.status is callback.status
        and each.callback.document_sha256 == callback.document_sha256
    ]
    settled = [each for each in same if each.is_settled]
    # One that is still open is taken up again only under the same event.
    again = [each for each in same if each.callback.event_id == callback.event_id]
    return next(iter(settled or again), None)


def _outcome(uow: UnitOfWork, data: Snapshot, case: _Case, touch: Touch) -> Ignored | Clash | None:
    """Why it changes nothing; None where it was done."""
    status = case.callback.status
    if not status.is_final:
        return Ignored.OUT_OF_ORDER if _is_late(case) else None
    if status.decides and not case.callback.is_confirmed:
        return Ignored.UNCONFIRMED
    match status:
        case SignatureStatus.COMPLETED:
            return _clash(uow, case) or _accepted(uow, data, case, touch)
        case SignatureStatus.DECLINED:
            return _declined(uow, data, case, touch)
        case _:
            return Ignored.ENVELOPE_CLOSED if case.closed else None


def _is_late(case: _Case) -> bool:
    viewed = any(each.callback.status is SignatureStatus.VIEWED for each in case.earlier)
    return case.closed or (case.callback.status is SignatureStatus.SENT and viewed)


def _clash(uow: UnitOfWork, case: _Case) -> Clash | None:
    """Why the document that was signed cannot be the one that is offered."""
    if case.callback.document_sha256 is None:
        return Clash.NO_HASH
    if case.latest is None:
        return Clash.NO_PROPOSAL
    if not case.is_of_latest:
        return Clash.OTHER_DOCUMENT
    if case.found.quote.status not in _DEALT:
        if case.closed:
            return Clash.ENVELOPE_CLOSED
        if case.latest.revoked_at is not None:
            return Clash.REVOKED
    return None if is_offered(uow, case.found, case.latest) else Clash.OFFER_CHANGED


def _accepted(uow: UnitOfWork, data: Snapshot, case: _Case, touch: Touch) -> Ignored | Clash | None:
    if case.found.quote.status in _DEALT:
        return Ignored.ALREADY_ACCEPTED
    said = case.callback
    word = Word(comment=f"signed by {said.signer or 'all'}, SHA-256 {said.document_sha256}")
    try:
        decide(uow, data, touch, Act.ACCEPT, word)
    except IllegalTransition:  # either is raised before anything is written
        return Clash.NOT_ACCEPTABLE
    except Invalid:
        return Clash.NOT_BUILDABLE
    return None


def _declined(uow: UnitOfWork, data: Snapshot, case: _Case, touch: Touch) -> Ignored | Clash | None:
    moot = _moot(uow, case)
    if moot is not None:
        return moot
    if case.latest is not None and case.latest.revoked_at is not None:
        return Clash.REVOKED
    try:
        decide(uow, data, touch, Act.DECLINE, Word(comment=f"declined by {case.callback.signer}"))
    except IllegalTransition:
        return Ignored.NOT_POSSIBLE
    return None


def _moot(uow: UnitOfWork, case: _Case) -> Ignored | None:
    """Why nobody need be told that a document was declined."""
    if case.closed:
        return Ignored.ENVELOPE_CLOSED
    status = case.found.quote.status
    if status in _DEALT:
        return Ignored.ALREADY_ACCEPTED
    if status is QuoteStatus.DECLINED:
        return Ignored.ALREADY_DECLINED
    is_now = case.is_of_latest and _is_current(uow, case)
    return None if is_now else Ignored.OUTDATED


def _is_current(uow: UnitOfWork, case: _Case) -> bool:
    return case.latest is None or is_offered(uow, case.found, case.latest)


def _tell(uow: UnitOfWork, kept: Signature) -> None:
    said = kept.callback
    event = EventType.SIGNATURE_CONFLICT if kept.clash else _EVENTS.get(said.status)
    if event is None or kept.ignored is not None:
        return
    told = {
        "provider": said.provider.value,
        "envelope_id": said.envelope_id,
        "status": said.status.value,
        "signer": said.signer,
        "signed_at": None if said.signed_at is None else said.signed_at.isoformat(),
        "document_sha256": said.document_sha256,
        "proposal_id": kept.proposal_id,
    }
    reason = {} if kept.clash is None else {"reason": kept.clash.value}
    uow.emit(event, kept.quote_id, {**told, **reason})


def _taken(
    uow: UnitOfWork,
    data: Snapshot,
    quote_id: str,
    ignored: Ignored | None = None,
    clash: Clash | None = None,
) -> Taken:
    status = status_on(get(uow, quote_id).quote, data.today(uow.clock))
    return Taken(quote_id=quote_id, quote_status=status, ignored=ignored, clash=clash)
