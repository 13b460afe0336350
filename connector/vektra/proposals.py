"""Proposals: documents of what a quote offers, made, read and closed.

The secret in a proposal's address is told once, when the proposal is made; what is kept is its
SHA-256, so nobody can be told it again.
"""

import base64
from collections.abc import Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any

from connector import context
from connector.documents.rendering import render
from connector.documents.texts import locale_of
from connector.encoder import Answer
from connector.shared_pages import PREFIX
from connector.vektra import paging, session
from connector.vektra.quoted import instant
from connector.vektra.reply import Reply
from connector.vektra.writing import once
from engine.kernel.errors import Invalid, Moved
from engine.kernel.finding import Finding, Severity
from engine.pricing.snapshot import Snapshot
from engine.proposals.document import Template
from engine.proposals.proposal import USUAL_DAYS, Format, Proposal, Rendered
from engine.proposals.signature import Signature
from engine.services import documenting, proposing, signing
from engine.services.documenting import NewProposal, Prepared

Json = dict[str, Any]
_ATTEMPTS = 4


class _Fresh(Exception):
    """The request has not been answered before."""


def create_proposal(body: Json | None = None, *, id: str) -> Answer:
    """A new document of what the quote called `id` offers, and the address it is read at."""
    command, data = _command(id, body or {}), session.snapshot()
    given = _answered_before()
    if given is not None:
        return given
    for _ in range(_ATTEMPTS):
        prepared = session.reading(documenting.prepare, data, command)
        rendered = render(prepared.document, command.format)
        try:
            return once(partial(_kept, prepared=prepared, rendered=rendered), secret=True)
        except Moved:  # somebody changed the quote, or took the number; the document is void
            continue
    return once(partial(_kept_at_once, data=data, command=command), secret=True)


def get_proposal(id: str) -> Json:
    """One proposal with what it says."""
    return session.reading(_read, id)


def list_quote_proposals(
    quote_id: str, limit: int = paging.USUAL, cursor: str | None = None
) -> Json:
    """The proposals of a quote without what they say, the newest first."""
    every, proofs = session.reading(_proposals, quote_id)
    return paging.page(every, lambda each: each.id, lambda each: _body(each, proofs), limit, cursor)


def revoke_proposal(body: Json | None = None, *, id: str) -> Answer:  # noqa: ARG001 (acts may have a body)
    """The proposal, whose address leads nowhere from now on."""

    def act(uow: Any) -> Reply:
        revoked = proposing.revoke(uow, id)
        return Reply(_body(revoked, signing.proofs(uow, revoked.quote_id)))

    return once(act)


def _read(view: Any, id: str) -> Json:
    proposal = proposing.find(view, id)
    told = _body(proposal, signing.proofs(view, proposal.quote_id))
    return {**told, "content": _text(proposal, proposing.content(view, id))}


def _proposals(view: Any, quote_id: str) -> tuple[Sequence[Proposal], Mapping[str, Signature]]:
    return proposing.of_quote(view, quote_id), signing.proofs(view, quote_id)


def _command(quote_id: str, body: Json) -> NewProposal:
    language = body.get("language") or ""
    if language and locale_of(language) is None:
        error = Finding(Severity.ERROR, "unknown_language", where="language")
        raise Invalid("there are no words in that language", [error])
    tenant = context.hub().standing(context.principal().tenant)
    return NewProposal(
        quote_id=quote_id,
        made_by=session.caller(),
        seller="" if tenant is None else tenant.name or tenant.id,
        format=Format(body.get("format") or Format.HTML),
        language=language,
        template=Template(body.get("template") or Template.STANDARD),
        days=int(body.get("expires_in_days") or USUAL_DAYS),
    )


def _answered_before() -> Answer | None:
    """What the request was answered when it came before, so that nothing is written out twice."""
    exchange = context.exchange()
    if exchange is None or exchange.idempotency_key is None:
        return None
    try:
        return once(_fresh, secret=True)
    except _Fresh:
        return None


def _fresh(_uow: Any) -> Reply:
    raise _Fresh


def _kept(uow: Any, prepared: Prepared, rendered: Rendered) -> Reply:
    return _made(proposing.keep(uow, prepared, rendered), rendered)


def _made(made: tuple[Proposal, str], rendered: Rendered) -> Reply:
    (proposal, secret), exchange = made, context.exchange()
    address = f"{exchange.origin if exchange else ''}{PREFIX}{secret}"
    body = {**_body(proposal, {}), "content": _text(proposal, rendered), "url": address}
    location = ("location", f"/api/v1/proposals/{proposal.id}")
    return Reply(body, HTTPStatus.CREATED, (location,))


def _kept_at_once(uow: Any, data: Snapshot, command: NewProposal) -> Reply:
    """The last resort where many make proposals at a time: nobody else gets in between."""
    made = proposing.make(uow, data, command, lambda document: render(document, command.format))
    return _made(made, proposing.content(uow, made[0].id))


def _text(proposal: Proposal, rendered: Rendered) -> str:
    content = rendered.content
    if proposal.format is Format.PDF:
        return base64.b64encode(content).decode()
    return content.decode()


def _body(proposal: Proposal, proofs: Mapping[str, Signature]) -> Json:
    return {
        "id": proposal.id,
        "number": proposal.number,
        "quote_id": proposal.quote_id,
        "version": proposal.version,
        "format": proposal.format.value,
        "language": proposal.language,
        "template": proposal.template.value,
        "url": None,
        "sha256": proposal.sha256,
        "fingerprint": proposal.fingerprint,
        "created_at": instant(proposal.made_at),
        "created_by": proposal.made_by,
        "expires_at": instant(proposal.expires_at),
        "revoked_at": _instant_or_none(proposal.revoked_at),
        "views": proposal.views,
        "first_viewed_at": _instant_or_none(proposal.first_viewed_at),
        "last_viewed_at": _instant_or_none(proposal.last_viewed_at),
        "signature": _signature(proofs.get(proposal.sha256)),
    }


def _signature(proof: Signature | None) -> Json | None:
    if proof is None:
        return None
    said = proof.callback
    return {
        "provider": said.provider.value,
        "envelope_id": said.envelope_id,
        "signer": said.signer or None,
        "signed_at": _instant_or_none(said.signed_at),
        "received_at": instant(proof.received_at),
        "document_sha256": said.document_sha256,
        "certificate": said.certificate or None,
        "callback_sha256": said.raw_sha256,
    }


def _instant_or_none(moment: Any) -> str | None:
    return None if moment is None else instant(moment)
