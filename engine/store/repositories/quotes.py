"""Quotes, to rows and back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, select

from engine.kernel.errors import NotFound, StaleRevision
from engine.quotes.quote import Quote, QuoteSearch, QuoteStatus
from engine.store.columns import utc
from engine.store.repositories.quote_handlers import QuoteHandlers
from engine.store.tables.quotes import QuoteRow
from engine.store.tables.row import table

_QUOTES = table(QuoteRow)
_NEVER_CHANGED = {"tenant_id", "id", "serial", "owner", "line"}
_WITH_CUSTOMER = ("approved", "sent", "on_hold")
"""The statuses that end with the last day a quote may be accepted."""


class Quotes:
    """The quotes of one tenant."""

    def __init__(self, session: Session, tenant_id: str, handlers: QuoteHandlers) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._handlers = handlers

    def get(self, id: str, *, lock: bool = False) -> Quote:
        """The quote called `id`; `NotFound` when there is none. `lock` as in `find_by_origin`."""
        quote = self._find(QuoteRow.id == id, lock=lock)
        if quote is None:
            raise NotFound(f"there is no quote {id}")
        return quote

    def find_by_name(self, name: str, *, lock: bool = False) -> Quote | None:
        """The quote that has `name` for its id or its number; `lock` as above."""
        if not name:
            return None
        by_id = self._find(QuoteRow.id == name, lock=lock)
        return by_id or self._find(QuoteRow.number == name, lock=lock)

    def exists(self, id: str) -> bool:
        """Whether there is a quote called `id`."""
        return self._find(QuoteRow.id == id, lock=False) is not None

    def find_by_origin(self, origin: str, key: str, *, lock: bool = False) -> Quote | None:
        """The quote that the system `origin` calls `key`, if there is one.

        With `lock`, nobody else changes it before this transaction ends.
        """
        return self._find(QuoteRow.origin == origin, QuoteRow.origin_key == key, lock=lock)

    def search(self, wanted: QuoteSearch, limit: int, before: str | None = None) -> list[Quote]:
        """At most `limit` quotes, the newest first; those made before the one called `before`."""
        found = select(QuoteRow).where(QuoteRow.tenant_id == self._tenant_id, *_matches(wanted))
        if before is not None:
            found = found.where(_QUOTES.c.id < before)
        rows = self._session.exec(found.order_by(_QUOTES.c.id.desc()).limit(limit))
        return [quote_of(row) for row in rows]

    def open_ids(self) -> Sequence[str]:
        """The ids of quotes whose prices may still move, the newest first."""
        mine = select_columns(_QUOTES.c.id).where(
            _QUOTES.c.tenant_id == self._tenant_id,
            _QUOTES.c.status.in_(("draft", "in_approval", *_WITH_CUSTOMER)),
        )
        return self._session.connection().scalars(mine.order_by(_QUOTES.c.id.desc())).all()

    def over_between(self, since: date, today: date) -> list[Quote]:
        """Quotes the customer has, whose last day was `since` or later and before `today`."""
        mine = select(QuoteRow).where(
            QuoteRow.tenant_id == self._tenant_id,
            _QUOTES.c.status.in_(_WITH_CUSTOMER),
            _QUOTES.c.valid_until >= since,
            _QUOTES.c.valid_until < today,
        )
        return [quote_of(row) for row in self._session.exec(mine.order_by(_QUOTES.c.id))]

    def add(self, quote: Quote) -> None:
        """Keep a new quote; `Conflict` when its id, number or origin is taken.

        The transaction goes on after a `Conflict`, so that the caller can read again.
        """
        with self._session.begin_nested():
            self._session.add(_row(self._tenant_id, quote))
            self._session.flush()
            self._handlers.enter(quote)

    def save(self, quote: Quote) -> Quote:
        """Keep a changed quote and return it with its new revision; its line moves by `place`.

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
        return None if row is None else quote_of(row)


def _matches(wanted: QuoteSearch) -> list[ColumnElement[bool]]:
    columns, status = _QUOTES.c, wanted.status
    is_over = and_(columns.valid_until.is_not(None), columns.valid_until < wanted.today)
    found: list[ColumnElement[bool]] = [columns.status != QuoteStatus.DELETED.value]
    if status is QuoteStatus.EXPIRED:
        found += [columns.status.in_(_WITH_CUSTOMER), is_over]
    elif status is not None:
        found.append(columns.status == status.value)
        if status.value in _WITH_CUSTOMER:
            found.append(or_(columns.valid_until.is_(None), columns.valid_until >= wanted.today))
    if wanted.account is not None:
        found.append(columns.account == wanted.account)
    if wanted.text:
        found.append(columns.search.contains(wanted.text.casefold(), autoescape=True))
    return found


def _search_text(quote: Quote) -> str:
    known_by = (quote.number, quote.title, quote.account, quote.opportunity_id, quote.origin_key)
    return "\n".join(each.casefold() for each in known_by if each)


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
        title=quote.title,
        opportunity_id=quote.opportunity_id,
        product_line=quote.product_line,
        valid_until=quote.valid_until,
        version=quote.version,
        search=_search_text(quote),
        serial=quote.serial,
        owner=quote.owner or 0,
        line=quote.line,
    )


def quote_of(row: QuoteRow) -> Quote:
    """The quote a row stands for."""
    return Quote(
        id=row.id,
        number=row.number,
        origin=row.origin,
        origin_key=row.origin_key,
        status=QuoteStatus(row.status),
        created_at=utc(row.created_at),
        updated_at=utc(row.updated_at),
        currency=row.currency,
        account=row.account,
        revision=row.revision,
        title=row.title,
        opportunity_id=row.opportunity_id,
        product_line=row.product_line,
        valid_until=row.valid_until,
        version=row.version,
        serial=row.serial,
        owner=row.owner or None,
        line=row.line,
    )
