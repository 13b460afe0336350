"""Expiring: telling of quotes whose last day is over."""

from datetime import date

from engine.events.types import EventType
from engine.store.unit_of_work import UnitOfWork


def expired_quotes(uow: UnitOfWork, since: date, today: date) -> None:
    """Tell of each quote whose last day was `since` or later, and is over by `today`.

    The quote itself is not written: that it is expired follows from the day.
    """
    for quote in uow.quotes.over_between(since, today):
        last = None if quote.valid_until is None else quote.valid_until.isoformat()
        uow.emit(
            EventType.QUOTE_EXPIRED,
            quote.id,
            {"number": quote.number, "version": quote.version, "valid_until": last},
        )
