"""Expiring: telling of quotes whose last day is over, of each once."""

from datetime import date

from engine.events.types import EventType
from engine.quotes.acts import status_on
from engine.quotes.quote import Quote, QuoteStatus
from engine.store.unit_of_work import UnitOfWork

CHORE = "expired_quotes"
"""Under this name it is kept until which day quotes were told of."""


def expired_quotes(uow: UnitOfWork, since: date, today: date) -> None:
    """Tell of each quote whose last day was `since` or later, and is over by `today`.

    The quote itself is not written: that it is expired follows from the day.
    """
    for quote in uow.quotes.over_between(since, today):
        _tell(uow, quote)


def tell_if_over(uow: UnitOfWork, before: Quote, after: Quote, today: date) -> None:
    """Tell of a quote that was written and is expired by that, where `expired_quotes` never will.

    That comes to those whose last day is none that it was done for.
    """
    if status_on(after, today) is not QuoteStatus.EXPIRED:
        return
    done = uow.chores.hold(CHORE)
    was_told = status_on(before, today) is QuoteStatus.EXPIRED and not _is_ahead(before, done)
    if not was_told and not _is_ahead(after, done):
        _tell(uow, after)


def _is_ahead(quote: Quote, done: date | None) -> bool:
    """Whether `expired_quotes` still comes to a quote whose last day is over."""
    return done is not None and quote.valid_until is not None and quote.valid_until >= done


def _tell(uow: UnitOfWork, quote: Quote) -> None:
    last = None if quote.valid_until is None else quote.valid_until.isoformat()
    told = {"number": quote.number, "version": quote.version, "valid_until": last}
    uow.emit(EventType.QUOTE_EXPIRED, quote.id, told)
