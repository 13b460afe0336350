"""Noting: what happens to a quote goes into its history, and is told to whoever wants to know."""

from engine.quotes.history import Happening, HistoryEntry
from engine.quotes.quote import Quote
from engine.quotes.telling import TOLD, told
from engine.store.unit_of_work import UnitOfWork


def note(uow: UnitOfWork, quote: Quote, what: Happening, by: str, **details: object) -> None:
    """Add to the quote's history, and tell whoever wants to know."""
    entry = HistoryEntry(
        at=uow.clock.now(), by=by, what=what, version=quote.version, details=details
    )
    uow.quote_history.add(quote.id, entry)
    for event in TOLD[what]:
        uow.emit(event, quote.id, told(quote, by, details))
