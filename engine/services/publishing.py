"""Publishing: what happens to a quote's own record when it is deleted where it is kept."""

from dataclasses import replace

from engine.quotes.history import Happening
from engine.quotes.quote import QuoteStatus
from engine.services.noting import note
from engine.store.unit_of_work import UnitOfWork


def deleted(uow: UnitOfWork, origin: str, origin_key: str) -> None:
    """Mark the quote deleted; unknown, deleted and ordered quotes stay as they are."""
    quote = uow.quotes.find_by_origin(origin, origin_key, lock=True)
    if quote is not None and quote.status not in {QuoteStatus.DELETED, QuoteStatus.ORDERED}:
        gone = replace(quote, status=QuoteStatus.DELETED, updated_at=uow.clock.now())
        saved = uow.quotes.save(gone)
        uow.quote_handlers.place(saved, "")
        note(uow, saved, Happening.DELETED, origin)
