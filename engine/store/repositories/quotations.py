"""Quotations: quotes found by their serial, and listed line by line, page by page.

A page is found in an index alone, from whichever end is nearer; only its own rows are read.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, UnaryExpression, and_, func, select
from sqlmodel import Session
from sqlmodel import select as select_rows

from engine.quotes.quotation import Column, Order, QuotationSearch
from engine.quotes.quote import Quote, QuoteStatus
from engine.store.repositories.quote_handlers import QuoteHandlers
from engine.store.repositories.quotes import quote_of
from engine.store.tables.quotes import QuoteRow
from engine.store.tables.row import table
from engine.store.tables.users import QuoteHandlerRow

_QUOTES = table(QuoteRow)
_HANDLERS = table(QuoteHandlerRow)
_COLUMNS = {
    Column.OWNER: _QUOTES.c.owner,
    Column.CREATED_AT: _QUOTES.c.created_at,
    Column.UPDATED_AT: _QUOTES.c.updated_at,
}


class Quotations:
    """The quotations of one tenant."""

    def __init__(self, session: Session, tenant_id: str, handlers: QuoteHandlers) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._handlers = handlers

    def find(self, serial: int, *, lock: bool = False) -> Quote | None:
        """The quote of that serial; with `lock`, nobody else changes it meanwhile."""
        query = select_rows(QuoteRow).where(
            QuoteRow.tenant_id == self._tenant_id, QuoteRow.serial == serial
        )
        if lock:
            query = query.with_for_update(key_share=True)
        row = self._session.exec(query, execution_options={"populate_existing": True}).one_or_none()
        return None if row is None else quote_of(row)

    def search(self, wanted: QuotationSearch) -> tuple[list[Quote], int]:
        """One page of the quotations that fit, and how many there are."""
        orders = wanted.orders or (Order(Column.SERIAL),)
        if all(each.column is not Column.SERIAL for each in orders):
            orders = (*orders, Order(Column.SERIAL, orders[-1].is_descending))
        serials = self._fitting(wanted, [each.column for each in orders])
        total = self._total(wanted)
        left = min(wanted.size, total - wanted.offset)
        if left <= 0:
            return [], total
        is_nearer_the_end = wanted.offset > total // 2
        serial = next(iter(serials.selected_columns))
        sorts = [_sorted(each, serial, is_turned=is_nearer_the_end) for each in orders]
        offset = total - wanted.offset - left if is_nearer_the_end else wanted.offset
        page = serials.order_by(*sorts).offset(offset).limit(left)
        found = list(self._session.connection().scalars(page))
        if is_nearer_the_end:
            found.reverse()
        return self._read(found), total

    def without_line(self, after: int, limit: int) -> list[int]:
        """The serials, above `after`, of quotes whose content is kept and that have no line."""
        mine = select(_QUOTES.c.serial).where(*self._has_no_line(), _QUOTES.c.serial > after)
        found = self._session.connection().scalars(mine.order_by(_QUOTES.c.serial).limit(limit))
        return list(found)

    def held_without_line(self, serials: Iterable[int]) -> list[Quote]:
        """Those of these quotes that have no line still; nobody else changes them meanwhile."""
        mine = select_rows(QuoteRow).where(*self._has_no_line(), _QUOTES.c.serial.in_(serials))
        held = mine.order_by(_QUOTES.c.serial).with_for_update(key_share=True)
        rows = self._session.exec(held, execution_options={"populate_existing": True})
        return [quote_of(row) for row in rows]

    def _has_no_line(self) -> list[ColumnElement[bool]]:
        return [
            _QUOTES.c.tenant_id == self._tenant_id,
            _QUOTES.c.line == "",
            _QUOTES.c.status != QuoteStatus.DELETED.value,
            _QUOTES.c.version > 0,
        ]

    def _read(self, serials: list[int]) -> list[Quote]:
        named = select_rows(QuoteRow).where(
            QuoteRow.tenant_id == self._tenant_id, _QUOTES.c.serial.in_(serials)
        )
        quotes = {row.serial: quote_of(row) for row in self._session.exec(named)}
        return [quotes[serial] for serial in serials if serial in quotes]

    def _fitting(self, wanted: QuotationSearch, columns: Iterable[Column]) -> Select[Any]:
        """The serials of the quotations that fit, with what they are sorted by at hand."""
        if not wanted.handlers:
            mine = select(_QUOTES.c.serial).where(
                _QUOTES.c.tenant_id == self._tenant_id, _QUOTES.c.line == wanted.line
            )
            return mine.where(*_within(wanted))
        first, *others = sorted(wanted.handlers)
        mine = select(_HANDLERS.c.serial).where(*self._handled(first, wanted.line))
        for member in others:
            handled = select(_HANDLERS.c.quote_id).where(*self._handled(member, wanted.line))
            mine = mine.where(_HANDLERS.c.quote_id.in_(handled))
        if _is_simple(wanted) and set(columns) <= {Column.SERIAL}:
            return mine
        is_same = (_QUOTES.c.tenant_id == self._tenant_id, _QUOTES.c.id == _HANDLERS.c.quote_id)
        return mine.join(_QUOTES, and_(*is_same)).where(*_within(wanted))

    def _handled(self, member: int, line: str) -> list[ColumnElement[bool]]:
        return [
            _HANDLERS.c.tenant_id == self._tenant_id,
            _HANDLERS.c.member == member,
            _HANDLERS.c.line == line,
        ]

    def _total(self, wanted: QuotationSearch) -> int:
        if _is_simple(wanted) and len(wanted.handlers) <= 1:
            return self._handlers.total(wanted.line, next(iter(wanted.handlers), None))
        counted = select(func.count()).select_from(self._fitting(wanted, ()).subquery())
        return self._session.connection().scalar(counted) or 0


def _is_simple(wanted: QuotationSearch) -> bool:
    """Whether any time will do."""
    return wanted.created.is_open and wanted.updated.is_open


def _within(wanted: QuotationSearch) -> list[ColumnElement[bool]]:
    bounds: list[ColumnElement[bool]] = []
    spans = ((_QUOTES.c.created_at, wanted.created), (_QUOTES.c.updated_at, wanted.updated))
    for column, span in spans:
        if span.start is not None:
            bounds.append(column >= span.start)
        if span.end is not None:
            bounds.append(column < span.end)
    return bounds


def _sorted(order: Order, serial: ColumnElement[Any], *, is_turned: bool) -> UnaryExpression[Any]:
    column = _COLUMNS.get(order.column, serial)
    return column.desc() if order.is_descending != is_turned else column.asc()
