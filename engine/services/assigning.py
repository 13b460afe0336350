"""Assigning: whose a quote is, and which product line it belongs to."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import timedelta

from engine.catalog.product_line import ProductLine, line_for
from engine.kernel.errors import EngineError
from engine.quotes.version import QuoteVersion
from engine.store.unit_of_work import Reading, UnitOfWork

CHORE = "product_lines"
"""Quotes without a product line are looked for under this name."""
_AT_ONCE = 20
"""Quotes that are held at a time, and whoever changes one of them waits."""
_MOST_STEPS = 100
_PAUSE = timedelta(milliseconds=25)
"""After every step, so that whoever waits for SQLite's one writer comes first."""

Door = Callable[[], AbstractContextManager[UnitOfWork]]


def owner_of(reading: Reading, name: str) -> int | None:
    """The number of the user that is called `name`, or has that e-mail address."""
    user = reading.users.known_as(name)
    return None if user is None else user.number


def assign_all(door: Door) -> None:
    """Give quotes that have no product line one of those there are now.

    Each few in a transaction of their own, from `door`, so that nobody waits for the others.
    Where there are very many, or one of these transactions fails, the rest is left to the chore.
    """
    after = 0
    with suppress(EngineError):
        for _ in range(_MOST_STEPS):
            with door() as uow:
                reached = assign_some(uow, after)
            if reached is None:
                return
            after = reached
            time.sleep(_PAUSE.total_seconds())


def assign_some(uow: UnitOfWork, after: int) -> int | None:
    """As `assign_all`, of a few quotes: the next ones whose serial is above `after`.

    The last serial that was looked at; None where there are no more. What somebody has placed or
    deleted meanwhile is as they left it.
    """
    lines = uow.catalogues.product_lines()
    serials = uow.quotations.without_line(after, _AT_ONCE) if lines else []
    for quote in uow.quotations.held_without_line(serials) if serials else ():
        version = uow.quote_versions.get(quote.id, quote.version)
        line = _line_of(uow, lines, quote.product_line, version)
        if line:
            uow.quote_handlers.place(quote, line)
    return serials[-1] if len(serials) == _AT_ONCE else None


def line_of(reading: Reading, asked: str | None, version: QuoteVersion) -> str:
    """The product line of a quote that was made with `asked`; empty as long as it is not known.

    Without lines of its own, a quote belongs to the product line it was made with alone.
    """
    return _line_of(reading, reading.catalogues.product_lines(), asked, version)


def _line_of(
    reading: Reading, lines: Sequence[ProductLine], asked: str | None, version: QuoteVersion
) -> str:
    if asked is not None and any(each.id == asked for each in lines):
        return asked
    skus = [each.price.ask.sku for each in version.offered.lines]
    if not lines or not skus:
        return ""
    return line_for(lines, asked, reading.catalogues.family_of(skus[0]))
