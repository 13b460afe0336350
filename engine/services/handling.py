"""Handling: who may see a quotation, who handles it, and which ones there are.

A quotation that somebody may not see is one that is not there.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from engine.kernel.errors import Invalid, NotFound
from engine.kernel.finding import Finding, Severity
from engine.quotes.quotation import QuotationSearch, Viewer
from engine.quotes.quote import Quote, QuoteStatus
from engine.store.unit_of_work import Reading, UnitOfWork
from engine.tenants.user import User


def visible(reading: Reading, viewer: Viewer, serial: int, *, lock: bool = False) -> Quote:
    """The quotation of that serial. NotFound where there is none the viewer may see.

    With `lock`, nobody else changes it before this transaction ends.
    """
    quote = reading.quotations.find(serial, lock=lock)
    if quote is None or quote.status is QuoteStatus.DELETED or not handles(reading, viewer, quote):
        raise NotFound(f"there is no quotation {serial}")
    return quote


def handles(reading: Reading, viewer: Viewer, quote: Quote) -> bool:
    """Whether the viewer handles the quotation, or may do what its handlers may."""
    return viewer.is_privileged or viewer.member in reading.quote_handlers.of(quote.id)


def search(
    reading: Reading, viewer: Viewer, wanted: QuotationSearch
) -> tuple[Sequence[Quote], int]:
    """One page of the quotations the viewer may see, and how many there are."""
    own = frozenset() if viewer.is_privileged else frozenset({viewer.member or 0})
    return reading.quotations.search(replace(wanted, handlers=wanted.handlers | own))


def handlers(reading: Reading, viewer: Viewer, serial: int) -> tuple[User, ...]:
    """Who handles a quotation, its owner first."""
    quote = visible(reading, viewer, serial)
    users = reading.users.of(list(reading.quote_handlers.of(quote.id)))
    return tuple(sorted(users, key=lambda each: (each.number != quote.owner, each.number)))


def add_handlers(uow: UnitOfWork, viewer: Viewer, serial: int, numbers: Sequence[int]) -> None:
    """Let users handle a quotation beside those who do; Invalid names the one there is not."""
    quote = visible(uow, viewer, serial, lock=True)
    known = {each.number for each in uow.users.of(list(numbers)) if not each.disabled}
    unknown = [_unknown(place, each) for place, each in enumerate(numbers) if each not in known]
    if unknown:
        raise Invalid("a user is not known", unknown)
    uow.quote_handlers.add(quote, numbers)


def _unknown(place: int, number: int) -> Finding:
    told: dict[str, Any] = {"number": number}
    return Finding(Severity.ERROR, "unknown_user", where=f"userIds/{place}", params=told)
