"""Who handles which quotation, and how many there are of each line, kept beside the quotes.

Counts are what many writers of a tenant share. A transaction adds up what it changes and writes it
at its end, in one order: no two wait for each other, and nobody waits for long.
"""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import select, update
from sqlmodel import Session

from engine.quotes.quote import Quote
from engine.store.database import upsert
from engine.store.tables.quotes import QuoteRow
from engine.store.tables.row import table
from engine.store.tables.users import QuoteCountRow, QuoteHandlerRow

_QUOTES = table(QuoteRow)
_HANDLERS = table(QuoteHandlerRow)
_COUNTS = table(QuoteCountRow)
_EVERYBODY = 0


class QuoteHandlers:
    """The handlers of one tenant's quotations."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._changes: Counter[tuple[str, int]] = Counter()

    def of(self, quote_id: str) -> tuple[int, ...]:
        """The numbers of the users that handle a quotation."""
        mine = select(_HANDLERS.c.member).where(
            _HANDLERS.c.tenant_id == self._tenant_id, _HANDLERS.c.quote_id == quote_id
        )
        return tuple(self._session.connection().scalars(mine.order_by(_HANDLERS.c.member)))

    def enter(self, quote: Quote) -> None:
        """Count a new quote, which its owner handles."""
        if quote.owner is not None:
            self.add(quote, [quote.owner])
        self._count(quote.line, _EVERYBODY, 1)

    def add(self, quote: Quote, members: Iterable[int]) -> None:
        """Let users handle a quotation that the caller holds locked; those who do already go on."""
        connection = self._session.connection()
        for member in sorted(set(members)):  # in one order, so that no two wait for each other
            row = upsert(connection, _HANDLERS).values(
                tenant_id=self._tenant_id,
                quote_id=quote.id,
                member=member,
                line=quote.line,
                serial=quote.serial,
            )
            fresh = row.on_conflict_do_nothing().returning(_HANDLERS.c.member)
            if connection.scalar(fresh) is not None:
                self._count(quote.line, member, 1)

    def place(self, quote: Quote, line: str) -> None:
        """Let the quote belong to `line`; to none where that is empty.

        Where somebody has moved it since it was read, it stays where it is.
        """
        connection = self._session.connection()
        as_read = (
            _QUOTES.c.tenant_id == self._tenant_id,
            _QUOTES.c.id == quote.id,
            _QUOTES.c.line == quote.line,
        )
        if connection.execute(update(_QUOTES).where(*as_read).values(line=line)).rowcount == 0:
            return
        handled = (
            _HANDLERS.c.tenant_id == self._tenant_id,
            _HANDLERS.c.quote_id == quote.id,
        )
        connection.execute(update(_HANDLERS).where(*handled).values(line=line))
        for member in (_EVERYBODY, *self.of(quote.id)):
            self._count(quote.line, member, -1)
            self._count(line, member, 1)

    def total(self, line: str, member: int | None = None) -> int:
        """How many quotations of a line there are, or how many a user handles."""
        if member == _EVERYBODY:
            return 0  # no user has this number
        counted = _EVERYBODY if member is None else member
        mine = select(_COUNTS.c.total).where(
            _COUNTS.c.tenant_id == self._tenant_id,
            _COUNTS.c.line == line,
            _COUNTS.c.member == counted,
        )
        kept = self._session.connection().scalar(mine) or 0
        return kept + self._changes[line, counted]

    def settle(self) -> None:
        """Write what this transaction has changed about the counts."""
        changes, self._changes = self._changes, Counter()
        for (line, member), by in sorted(changes.items()):
            if by:
                self._write(line, member, by)

    def _count(self, line: str, member: int, by: int) -> None:
        if line:
            self._changes[line, member] += by

    def _write(self, line: str, member: int, by: int) -> None:
        connection = self._session.connection()
        first = upsert(connection, _COUNTS).values(
            tenant_id=self._tenant_id, line=line, member=member, total=by
        )
        more = first.on_conflict_do_update(
            index_elements=_COUNTS.primary_key.columns, set_={"total": _COUNTS.c.total + by}
        )
        connection.execute(more)
