"""Assigning: whose a quote is, and which product line it belongs to."""

from engine.catalog.product_line import line_for
from engine.quotes.version import QuoteVersion
from engine.store.unit_of_work import Reading, UnitOfWork

_AT_ONCE = 200


def owner_of(reading: Reading, name: str) -> int | None:
    """The number of the user that is called `name`, or has that e-mail address."""
    user = reading.users.known_as(name)
    return None if user is None or user.disabled else user.number


def assign_all(uow: UnitOfWork) -> None:
    """Give every quote that has no product line one of those there are now."""
    after = 0
    while quotes := uow.quotations.without_line(after, _AT_ONCE):
        for quote in quotes:
            version = uow.quote_versions.get(quote.id, quote.version)
            line = line_of(uow, quote.product_line, version)
            if line:
                uow.quote_handlers.place(quote, line)
        after = quotes[-1].serial


def line_of(reading: Reading, asked: str | None, version: QuoteVersion) -> str:
    """The product line of a quote that was made with `asked`; empty as long as it is not known.

    Without lines of its own, a quote belongs to the product line it was made with alone.
    """
    lines = reading.catalogues.product_lines()
    if asked is not None and any(each.id == asked for each in lines):
        return asked
    skus = [each.price.ask.sku for each in version.offered.lines]
    if not lines or not skus:
        return ""
    return line_for(lines, asked, reading.catalogues.family_of(skus[0]))
