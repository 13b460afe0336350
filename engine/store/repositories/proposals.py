"""Proposals, to rows and back."""

import base64
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, select, update
from sqlmodel import Session

from engine.kernel.errors import NotFound
from engine.proposals.document import Template
from engine.proposals.proposal import Format, Proposal, Rendered
from engine.store.columns import utc
from engine.store.tables.proposals import ProposalContentRow, ProposalRow
from engine.store.tables.row import table

_PROPOSALS = table(ProposalRow)
_CONTENTS = table(ProposalContentRow)
_INSTANTS = ("made_at", "expires_at", "revoked_at", "first_viewed_at", "last_viewed_at", "told_at")
_CHANGING = ("revoked_at", "views", "first_viewed_at", "last_viewed_at", "told_at")
"""All that changes about a proposal; what it says never does."""


class Proposals:
    """The proposals of one tenant."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def get(self, id: str, *, lock: bool = False) -> Proposal:
        """The proposal called `id`; `NotFound` where there is none."""
        mine = select(_PROPOSALS).where(*self._mine(_PROPOSALS.c.id == id))
        row = self._session.connection().execute(mine.with_for_update() if lock else mine).first()
        if row is None:
            raise NotFound(f"there is no proposal {id}")
        return _proposal(row)

    def of_quote(self, quote_id: str) -> tuple[Proposal, ...]:
        """All proposals of a quote, the newest first."""
        mine = select(_PROPOSALS).where(*self._mine(_PROPOSALS.c.quote_id == quote_id))
        rows = self._session.connection().execute(mine.order_by(_PROPOSALS.c.id.desc()))
        return tuple(map(_proposal, rows))

    def latest_of(self, quote_id: str) -> Proposal | None:
        """The newest proposal of a quote, revoked or not; None where it has none."""
        mine = select(_PROPOSALS).where(*self._mine(_PROPOSALS.c.quote_id == quote_id))
        newest = mine.order_by(_PROPOSALS.c.id.desc()).limit(1)
        row = self._session.connection().execute(newest).first()
        return None if row is None else _proposal(row)

    def content(self, id: str) -> Rendered:
        """What the proposal called `id` says; `NotFound` where there is none."""
        proposal = self.get(id)
        mine = select(_CONTENTS.c.content, _CONTENTS.c.page).where(
            _CONTENTS.c.tenant_id == self._tenant_id, _CONTENTS.c.proposal_id == id
        )
        row = self._session.connection().execute(mine).one()
        content = _bytes(row.content, proposal.format)
        page = row.page or content.decode()
        return Rendered(content=content, page=page, fingerprint=proposal.fingerprint)

    def add(self, proposal: Proposal, rendered: Rendered) -> None:
        """Keep a new proposal and what it says."""
        connection = self._session.connection()
        connection.execute(insert(_PROPOSALS).values(_values(self._tenant_id, proposal)))
        values = {
            "tenant_id": self._tenant_id,
            "proposal_id": proposal.id,
            "content": _text(rendered.content, proposal.format),
            "page": "" if proposal.format is Format.HTML else rendered.page,
        }
        connection.execute(insert(_CONTENTS).values(values))

    def save(self, proposal: Proposal) -> None:
        """Keep what may change: that it was revoked, and who looked at it when."""
        read = update(_PROPOSALS).where(*self._mine(_PROPOSALS.c.id == proposal.id))
        changed = {name: getattr(proposal, name) for name in _CHANGING}
        self._session.connection().execute(read.values(changed))

    def _mine(self, *named: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
        return (_PROPOSALS.c.tenant_id == self._tenant_id, *named)


class ProposalAddresses:
    """Which proposal an address leads to, whoever's it is."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, token: str) -> tuple[str, str] | None:
        """The tenant and the id of the proposal with that token (its SHA-256), if there is one."""
        mine = select(_PROPOSALS.c.tenant_id, _PROPOSALS.c.id).where(_PROPOSALS.c.token == token)
        row = self._session.connection().execute(mine).first()
        return None if row is None else (row.tenant_id, row.id)


def _text(content: bytes, written: Format) -> str:
    return base64.b64encode(content).decode() if written is Format.PDF else content.decode()


def _bytes(text: str, written: Format) -> bytes:
    return base64.b64decode(text) if written is Format.PDF else text.encode()


def _values(tenant_id: str, proposal: Proposal) -> dict[str, Any]:
    named = {name: getattr(proposal, name) for name in Proposal.__dataclass_fields__}
    written = {
        "format": proposal.format.value,
        "template": proposal.template.value,
    }
    return {"tenant_id": tenant_id, **named, **written}


def _proposal(row: Row[Any]) -> Proposal:
    named = {name: getattr(row, name) for name in Proposal.__dataclass_fields__}
    for name in _INSTANTS:
        named[name] = None if named[name] is None else utc(named[name])
    read = {"format": Format(row.format), "template": Template(row.template)}
    return Proposal(**{**named, **read})
