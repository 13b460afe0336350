"""Quotes, to rows and back."""

from dataclasses import replace

from sqlalchemy import update
from sqlmodel import Session, select

from engine.kernel.errors import NotFound, StaleRevision
from engine.quotes.quote import Quote, QuoteStatus
from engine.store.tables.quotes import QuoteRow
from engine.store.tables.row import table

_QUOTES = table(QuoteRow)
_NEVER_CHANGED = {"tenant_id", "id"}


class Quotes:
    """The quotes of one tenant."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def get(self, id: str, *, lock: bool = False) -> Quote:
        """The quote called `id`; `NotFound` when there is none. `lock` as in `find_by_origin`."""
        quote = self._find(QuoteRow.id == id, lock=lock)
        if quote is None:
            raise NotFound(f"there is no quote {id}")
        return quote

    def find_by_origin(self, origin: str, key: str, *, lock: bool = False) -> Quote | None:
        """The quote that the system `origin` calls `key`, if there is one.

        With `lock`, nobody else changes it before this transaction ends.
        """
        return self._find(QuoteRow.origin == origin, QuoteRow.origin_key == key, lock=lock)

    def add(self, quote: Quote) -> None:
        """Keep a new quote; `Conflict` when its id, number or origin is taken.

        The transaction goes on after a `Conflict`, so that the caller can read again.
        """
        with self._session.begin_nested():
            self._session.add(_row(self._tenant_id, quote))
            self._session.flush()

    def save(self, quote: Quote) -> Quote:
        """Keep a changed quote and return it with its new revision.

        `StaleRevision` when it is not the revision that is kept: somebody wrote first.
        """
        saved = replace(quote, revision=quote.revision + 1)
        read = update(_QUOTES).where(
            _QUOTES.c.tenant_id == self._tenant_id,
            _QUOTES.c.id == quote.id,
            _QUOTES.c.revision == quote.revision,
        )
        values = _row(self._tenant_id, saved).model_dump(exclude=_NEVER_CHANGED)
        if self._session.connection().execute(read.values(values)).rowcount == 0:
            raise StaleRevision(f"quote {quote.id} was changed by somebody else")
        return saved

    def _find(self, *named: bool, lock: bool) -> Quote | None:
        query = select(QuoteRow).where(QuoteRow.tenant_id == self._tenant_id, *named)
        if lock:
            query = query.with_for_update(key_share=True)
        row = self._session.exec(query, execution_options={"populate_existing": True}).one_or_none()
        return None if row is None else _quote(row)


def _row(tenant_id: str, quote: Quote) -> QuoteRow:
    return QuoteRow(
        tenant_id=tenant_id,
        id=quote.id,
        number=quote.number,
        origin=quote.origin,
        origin_key=quote.origin_key,
        status=quote.status.value,
        created_at=quote.created_at,
        updated_at=quote.updated_at,
        currency=quote.currency,
        account=quote.account,
        revision=quote.revision,
    )


def _quote(row: QuoteRow) -> Quote:
    return Quote(
        id=row.id,
        number=row.number,
        origin=row.origin,
        origin_key=row.origin_key,
        status=QuoteStatus(row.status),
        created_at=row.created_at,
        updated_at=row.updated_at,
        currency=row.currency,
        account=row.account,
        revision=row.revision,
    )
