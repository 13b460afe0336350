"""Proposing: what a quote offers becomes a document that is numbered, kept, read and accepted.

A document shows its own number, and writing it out takes longer than a transaction should
hold its locks. So it is prepared with the number that comes next and written out outside;
`keep` then takes that number, or raises `Moved` where somebody took it, or changed the quote,
meanwhile: prepared anew it goes on. No number is lost to what failed, and none is changed
inside a document that was signed for.
"""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from engine.events.types import EventType
from engine.kernel.errors import IllegalTransition, Invalid, Moved
from engine.pricing.snapshot import Snapshot
from engine.proposals.document import Document
from engine.proposals.proposal import Proposal, Rendered, digest
from engine.quotes.acts import Act, guard, status_on
from engine.quotes.quote import Quote, QuoteStatus
from engine.services.deciding import Word, decide
from engine.services.documenting import (
    NewProposal,
    Prepared,
    number_in,
    offer_of,
    prepare,
    series_of,
)
from engine.services.drafting import Quoted, Touch, get
from engine.store.unit_of_work import Reading, UnitOfWork

_TOKEN_BYTES = 32
_DEALT = frozenset({QuoteStatus.ACCEPTED, QuoteStatus.ORDERED})
_WITH_CUSTOMER = frozenset({QuoteStatus.APPROVED, QuoteStatus.SENT, QuoteStatus.ON_HOLD})


class Standing(StrEnum):
    """Where a proposal stands for whoever reads it."""

    OPEN = "open"
    """it can be accepted here"""
    ACCEPTED = "accepted"
    OUTDATED = "outdated"
    """there is a newer one, or the quote offers something else"""
    CLOSED = "closed"
    """the quote can no longer be accepted"""
    READABLE = "readable"
    """it is for reading; accepting happens elsewhere"""


def keep(uow: UnitOfWork, prepared: Prepared, rendered: Rendered) -> tuple[Proposal, str]:
    """Keep a document that was written out; with the secret of its address, which is told once.

    Moved where the quote was changed or the number taken meanwhile.
    """
    document = prepared.document
    quote = uow.quotes.get(prepared.command.quote_id, lock=True)
    series = series_of(uow)
    number = number_in(series, uow.numbers.next(series))
    if (quote.revision, number) != (prepared.revision, document.number):
        raise Moved(f"quote {quote.number} was changed, or {document.number} taken meanwhile")
    return _kept(uow, prepared, rendered)


def make(
    uow: UnitOfWork, data: Snapshot, command: NewProposal, write: Callable[[Document], Rendered]
) -> tuple[Proposal, str]:
    """As `prepare`, `write` and `keep` in one, while nobody else can change quote or number.

    It is for where many make proposals at a time: everybody else waits for the writing.
    """
    uow.quotes.get(command.quote_id, lock=True)
    prepared = prepare(uow, data, command, uow.numbers.next(series_of(uow)))
    return _kept(uow, prepared, write(prepared.document))


def _kept(uow: UnitOfWork, prepared: Prepared, rendered: Rendered) -> tuple[Proposal, str]:
    command, document = prepared.command, prepared.document
    secret, now = secrets.token_urlsafe(_TOKEN_BYTES), uow.clock.now()
    proposal = Proposal(
        id=uow.ids.new("prp"),
        number=document.number,
        quote_id=command.quote_id,
        version=document.version,
        offer=prepared.offer,
        format=command.format,
        language=document.language,
        template=document.template,
        sha256=rendered.sha256,
        fingerprint=rendered.fingerprint,
        token=digest(secret.encode()),
        made_at=now,
        made_by=command.made_by,
        expires_at=now + timedelta(days=command.days),
    )
    uow.proposals.add(proposal, rendered)
    uow.emit(EventType.PROPOSAL_GENERATED, proposal.id, _told(proposal))
    return proposal, secret


def revoke(uow: UnitOfWork, proposal_id: str) -> Proposal:
    """Close the address of a proposal for good; what it says can still be read by the tenant."""
    proposal = uow.proposals.get(proposal_id, lock=True)
    if proposal.revoked_at is None:
        proposal = replace(proposal, revoked_at=uow.clock.now())
        uow.proposals.save(proposal)
        uow.emit(EventType.PROPOSAL_REVOKED, proposal.id, _told(proposal))
    return proposal


def look(uow: UnitOfWork, proposal_id: str) -> Proposal:
    """Count a view by somebody who has the address. Gone where it was revoked or is over."""
    proposal, now = uow.proposals.get(proposal_id, lock=True), uow.clock.now()
    proposal.guard_readable(now)
    is_told = proposal.is_to_be_told(now)
    seen = replace(
        proposal,
        views=proposal.views + 1,
        first_viewed_at=proposal.first_viewed_at or now,
        last_viewed_at=now,
        told_at=now if is_told else proposal.told_at,
    )
    uow.proposals.save(seen)
    if is_told:
        told = {**_told(seen), "views": seen.views}
        uow.emit(EventType.PROPOSAL_VIEWED, seen.id, told)
        uow.emit(EventType.QUOTE_VIEWED, seen.quote_id, {**told, "proposal_id": seen.id})
    return seen


def standing(view: Reading, data: Snapshot, proposal: Proposal) -> Standing:
    """Where the proposal stands now."""
    found = get(view, proposal.quote_id)
    if not is_offered(view, found, proposal):
        return Standing.OUTDATED
    status = status_on(found.quote, data.today(view.clock))
    if status in _DEALT:
        return Standing.ACCEPTED
    if status not in _WITH_CUSTOMER:
        return Standing.CLOSED
    is_here = data.settings.proposals.accept_online and _is_acceptable(found.quote, data, view)
    return Standing.OPEN if is_here else Standing.READABLE


def is_offered(view: Reading, found: Quoted, proposal: Proposal) -> bool:
    """Whether the proposal is the quote's newest, and says what the quote offers still."""
    latest = view.proposals.latest_of(found.quote.id)
    return (
        latest is not None
        and latest.id == proposal.id
        and found.version.number == proposal.version
        and offer_of(found) == proposal.offer
    )


def accept(uow: UnitOfWork, data: Snapshot, proposal_id: str, name: str) -> Standing:
    """The quote is accepted by whoever has the address and gives a name; where that leads.

    Nothing happens unless the proposal is open. Gone where it was revoked or is over.
    """
    proposal = uow.proposals.get(proposal_id)
    proposal.guard_readable(uow.clock.now())
    uow.quotes.get(proposal.quote_id, lock=True)
    before = standing(uow, data, proposal)
    if before is not Standing.OPEN:
        return before
    touch = Touch(quote_id=proposal.quote_id, by=proposal.id)
    word = Word(comment=f"{name}, {proposal.number}, SHA-256 {proposal.sha256}")
    try:
        decide(uow, data, touch, Act.ACCEPT, word)
    except Invalid:  # what is offered can no longer be built; raised before anything is written
        return Standing.CLOSED
    return Standing.ACCEPTED


def _is_acceptable(quote: Quote, data: Snapshot, view: Reading) -> bool:
    try:
        guard(Act.ACCEPT, quote, data.today(view.clock))
    except IllegalTransition:
        return False
    return True


def _told(proposal: Proposal) -> dict[str, object]:
    return {
        "quote_id": proposal.quote_id,
        "number": proposal.number,
        "version": proposal.version,
        "format": proposal.format.value,
        "sha256": proposal.sha256,
    }


def find(view: Reading, proposal_id: str) -> Proposal:
    """The proposal called `proposal_id`; NotFound where there is none."""
    return view.proposals.get(proposal_id)


def content(view: Reading, proposal_id: str) -> Rendered:
    """What a proposal says; NotFound where there is none."""
    return view.proposals.content(proposal_id)


def of_quote(view: Reading, quote_id: str) -> tuple[Proposal, ...]:
    """All proposals of a quote, the newest first; NotFound where there is no such quote."""
    return view.proposals.of_quote(get(view, quote_id).quote.id)
