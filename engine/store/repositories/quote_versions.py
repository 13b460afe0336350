"""Versions of quotes and what happened to them, to rows and back."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

import msgspec
from sqlalchemy import select, tuple_
from sqlmodel import Session

from engine.kernel.errors import NotFound
from engine.quotes.history import Happening, HistoryEntry
from engine.quotes.version import QuoteVersion
from engine.store.columns import utc
from engine.store.repositories.logs import Log
from engine.store.repositories.mapper import overwrite
from engine.store.tables.quotes import QuoteHistoryRow, QuoteVersionRow
from engine.store.tables.row import table

_VERSIONS = table(QuoteVersionRow)
_HISTORY = table(QuoteHistoryRow)


class QuoteVersions:
    """The versions of one tenant's quotes."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def get(self, quote_id: str, number: int) -> QuoteVersion:
        """One version of a quote; `NotFound` when there is none of that number."""
        mine = select(_VERSIONS.c.body).where(
            _VERSIONS.c.tenant_id == self._tenant_id,
            _VERSIONS.c.quote_id == quote_id,
            _VERSIONS.c.number == number,
        )
        body: str | None = self._session.connection().scalar(mine)
        if body is None:
            raise NotFound(f"quote {quote_id} has no version {number}")
        return _DECODER.decode(body)

    def heads(self, named: Iterable[tuple[str, int]]) -> dict[str, QuoteVersion]:
        """Versions without their lines, by quote id; `named` are quote ids with numbers."""
        mine = select(_VERSIONS.c.quote_id, _VERSIONS.c.head).where(
            _VERSIONS.c.tenant_id == self._tenant_id,
            tuple_(_VERSIONS.c.quote_id, _VERSIONS.c.number).in_(list(named)),
        )
        rows = self._session.connection().execute(mine)
        return {row.quote_id: _DECODER.decode(row.head) for row in rows}

    def heads_of(self, quote_id: str) -> tuple[QuoteVersion, ...]:
        """Every version of a quote without its lines, the newest first."""
        mine = (
            select(_VERSIONS.c.head)
            .where(_VERSIONS.c.tenant_id == self._tenant_id, _VERSIONS.c.quote_id == quote_id)
            .order_by(_VERSIONS.c.number.desc())
        )
        heads = self._session.connection().scalars(mine)
        return tuple(_DECODER.decode(each) for each in heads)

    def put(self, quote_id: str, version: QuoteVersion) -> None:
        """Keep a version in place of what was kept under its number."""
        values = {
            "tenant_id": self._tenant_id,
            "quote_id": quote_id,
            "number": version.number,
            "head": _ENCODER.encode(_without_lines(version)).decode(),
            "body": _ENCODER.encode(version).decode(),
        }
        overwrite(self._session.connection(), _VERSIONS, values)


class QuoteHistory:
    """What happened to one tenant's quotes."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._log = Log(session, tenant_id, _HISTORY, "quote_id")

    def add(self, quote_id: str, entry: HistoryEntry) -> None:
        """Keep an entry as the last of its quote, which the caller holds locked."""
        self._log.add(
            quote_id,
            at=entry.at,
            by=entry.by,
            what=entry.what.value,
            version=entry.version,
            details=dict(entry.details),
        )

    def of(self, quote_id: str) -> tuple[HistoryEntry, ...]:
        """Everything that happened to a quote, in order."""
        return tuple(
            HistoryEntry(
                at=utc(row.at),
                by=row.by,
                what=Happening(row.what),
                version=row.version,
                details=MappingProxyType(row.details),
            )
            for row in self._log.rows(quote_id)
        )


def _without_lines(version: QuoteVersion) -> QuoteVersion:
    bare = tuple(replace(each, lines=()) for each in version.alternatives)
    return replace(version, alternatives=bare)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a version of a quote cannot hold a {type(value).__name__}")


_ENCODER = msgspec.json.Encoder(enc_hook=_plain)
_DECODER = msgspec.json.Decoder(QuoteVersion)
