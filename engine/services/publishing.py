"""Publishing: what happens to a quote's own record when it is sent or deleted elsewhere."""

from dataclasses import replace

from engine.quotes.quote import Quote, QuoteStatus
from engine.services.drafting import new_quote
from engine.store.unit_of_work import UnitOfWork


def sent(uow: UnitOfWork, origin: str, origin_key: str, currency: str) -> Quote:
    """Record that a version of the quote went to the customer; sending again changes nothing."""
    quote = uow.quotes.find_by_origin(origin, origin_key, lock=True)
    if quote is None:
        quote = replace(new_quote(uow, origin, origin_key, currency), status=QuoteStatus.SENT)
        uow.quotes.add(quote)
    elif quote.status is QuoteStatus.DRAFT:
        quote = replace(quote, status=QuoteStatus.SENT, updated_at=uow.clock.now())
        uow.quotes.save(quote)
    return quote


def deleted(uow: UnitOfWork, origin: str, origin_key: str) -> None:
    """Mark the quote deleted; unknown, deleted and ordered quotes stay as they are."""
    quote = uow.quotes.find_by_origin(origin, origin_key, lock=True)
    if quote is not None and quote.status not in {QuoteStatus.DELETED, QuoteStatus.ORDERED}:
        uow.quotes.save(replace(quote, status=QuoteStatus.DELETED, updated_at=uow.clock.now()))
