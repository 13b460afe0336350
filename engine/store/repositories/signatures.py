"""Signing connections and signatures, to rows and back."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, Select, insert, select, union_all
from sqlmodel import Session

from engine.proposals.signature import (
    Callback,
    Clash,
    Ignored,
    Provider,
    Signature,
    SignatureStatus,
)
from engine.store.columns import utc
from engine.store.repositories.mapper import overwrite
from engine.store.tables.proposals import ProposalRow
from engine.store.tables.quotes import QuoteRow
from engine.store.tables.row import table
from engine.store.tables.signatures import SignatureRow, SigningConnectionRow
from engine.tenants.signing import SigningConnection

_SIGNATURES = table(SignatureRow)
_CONNECTIONS = table(SigningConnectionRow)
_QUOTES = table(QuoteRow)
_PROPOSALS = table(ProposalRow)
_MOST_OWNERS = 8
_SAID = ("envelope_id", "event_id", "document_sha256", "signer", "certificate", "raw_sha256")


class Signatures:
    """What providers said about one tenant's documents."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def of_envelope(self, provider: Provider, envelope_id: str) -> tuple[Signature, ...]:
        """All that was said about an envelope, in the order it came."""
        mine = self._mine(provider).where(_SIGNATURES.c.envelope_id == envelope_id)
        rows = self._session.connection().execute(mine.order_by(_SIGNATURES.c.id))
        return tuple(map(_signature, rows))

    def by_event(self, provider: Provider, event_id: str) -> Signature | None:
        """What was said under an event's id, if anything was."""
        mine = self._mine(provider).where(_SIGNATURES.c.event_id == event_id).limit(1)
        row = self._session.connection().execute(mine).first()
        return None if row is None else _signature(row)

    def of_quote(self, quote_id: str) -> tuple[Signature, ...]:
        """All that was said about a quote, in the order it came."""
        mine = select(_SIGNATURES).where(
            _SIGNATURES.c.tenant_id == self._tenant_id, _SIGNATURES.c.quote_id == quote_id
        )
        rows = self._session.connection().execute(mine.order_by(_SIGNATURES.c.id))
        return tuple(map(_signature, rows))

    def put(self, signature: Signature) -> None:
        """Keep a signature, in the place of what it was before."""
        overwrite(self._session.connection(), _SIGNATURES, self._values(signature))

    def _mine(self, provider: Provider) -> Select[Any]:
        return select(_SIGNATURES).where(
            _SIGNATURES.c.tenant_id == self._tenant_id, _SIGNATURES.c.provider == provider.value
        )

    def _values(self, signature: Signature) -> dict[str, Any]:
        said = signature.callback
        return {
            **{name: getattr(said, name) for name in _SAID},
            "tenant_id": self._tenant_id,
            "id": signature.id,
            "key": _key(signature),
            "quote_id": signature.quote_id,
            "proposal_id": signature.proposal_id,
            "provider": said.provider.value,
            "status": said.status.value,
            "signed_at": said.signed_at,
            "received_at": signature.received_at,
            "ignored": None if signature.ignored is None else signature.ignored.value,
            "clash": None if signature.clash is None else signature.clash.value,
        }


class SigningConnections:
    """The signing connections of all tenants, and whose quotes and proposals are."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_token(self, digest: str) -> SigningConnection | None:
        """The connection whose token has that digest, whoever's it is."""
        mine = select(_CONNECTIONS).where(_CONNECTIONS.c.digest == digest)
        row = self._session.connection().execute(mine).first()
        return None if row is None else _connection(row)

    def of(self, tenant_id: str, provider: str | None = None) -> tuple[SigningConnection, ...]:
        """The connections of a tenant, or those with one provider, the oldest first."""
        mine = select(_CONNECTIONS).where(_CONNECTIONS.c.tenant_id == tenant_id)
        if provider is not None:
            mine = mine.where(_CONNECTIONS.c.provider == provider)
        rows = self._session.connection().execute(mine.order_by(_CONNECTIONS.c.id))
        return tuple(map(_connection, rows))

    def owners(self, ids: Iterable[str]) -> tuple[str, ...]:
        """The tenants that have a quote or a proposal called by one of `ids`; few at most."""
        named = tuple(ids)
        quotes = select(_QUOTES.c.tenant_id).where(_QUOTES.c.id.in_(named))
        proposals = select(_PROPOSALS.c.tenant_id).where(_PROPOSALS.c.id.in_(named))
        rows = self._session.connection().execute(union_all(quotes, proposals).limit(_MOST_OWNERS))
        return tuple(dict.fromkeys(row.tenant_id for row in rows))

    def add(self, connection: SigningConnection) -> None:
        """Keep a new connection."""
        self._session.connection().execute(insert(_CONNECTIONS).values(_kept(connection)))

    def save(self, connection: SigningConnection) -> None:
        """Keep what changed about a connection."""
        overwrite(self._session.connection(), _CONNECTIONS, _kept(connection))


def _key(signature: Signature) -> str:
    """What tells a callback from every other of its provider."""
    said = signature.callback
    if said.event_id is not None:
        return f"event {said.event_id}"
    about = f"{signature.quote_id} {said.status.value} {said.document_sha256 or ''}"
    return f"envelope {about} {said.envelope_id}"


def _signature(row: Row[Any]) -> Signature:
    callback = Callback(
        **{name: getattr(row, name) for name in _SAID},
        provider=Provider(row.provider),
        status=SignatureStatus(row.status),
        signed_at=None if row.signed_at is None else utc(row.signed_at),
        quote_id=row.quote_id,
        proposal_id=row.proposal_id,
    )
    return Signature(
        id=row.id,
        quote_id=row.quote_id,
        proposal_id=row.proposal_id,
        callback=callback,
        received_at=utc(row.received_at),
        ignored=None if row.ignored is None else Ignored(row.ignored),
        clash=None if row.clash is None else Clash(row.clash),
    )


def _kept(connection: SigningConnection) -> dict[str, Any]:
    return {
        "tenant_id": connection.tenant,
        "id": connection.id,
        "provider": connection.provider,
        "digest": connection.digest,
        "sealed": {"secrets": list(connection.sealed)},
        "access": connection.access,
        "api": connection.api,
        "created_at": connection.created_at,
    }


def _connection(row: Row[Any]) -> SigningConnection:
    return SigningConnection(
        id=row.id,
        tenant=row.tenant_id,
        provider=row.provider,
        digest=row.digest,
        sealed=tuple(row.sealed["secrets"]),
        access=row.access,
        api=row.api,
        created_at=utc(row.created_at),
    )
