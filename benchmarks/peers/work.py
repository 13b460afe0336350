"""The work of one request, for peers whose bodies are objects with wire names."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from benchmarks.peers.caller import Prices, Revisions
from benchmarks.peers.reckoning import (
    Alternative,
    Field,
    Line,
    Terms,
    alternative_recalculated,
    line_changed,
)

LINE_CHANGED = "OnQuoteLineChanged"
RECALCULATE = "RecalculateQuoteAlternative"
BASE = "/superoffice"


class Company(Protocol):
    """Who buys."""

    ContactId: int | None


class Sale(Protocol):
    """What the quote belongs to."""

    Currency: str | None


class WithLines(Protocol):
    """An alternative with its lines."""

    CRMAlternative: Alternative | None
    CRMQuoteLines: list[Line] | None


class Context(Protocol):
    """What a calculation is told about the quote."""

    CRMCompany: Company | None
    CRMSale: Sale | None
    CRMAlternativeWithLines: WithLines | None


class LineChanged(Protocol):
    """The body of OnQuoteLineChanged."""

    Context: Context
    QuoteLine: Line


class Recalculate(Protocol):
    """The body of RecalculateQuoteAlternative."""

    Context: Context


class Work:
    """The two operations, on the prices of the tenant that `database` knows."""

    def __init__(self, database: Path, field: Callable[..., Field]) -> None:
        self._revisions = Revisions(database)
        self._prices = Prices()
        self._field = field

    def line_changed(self, tenant: str, body: LineChanged) -> Line:
        """The line of `body`, calculated in place."""
        whole = body.Context.CRMAlternativeWithLines
        alternative = whole.CRMAlternative if whole else None
        line_changed(body.QuoteLine, alternative, self._terms(tenant, body.Context))
        return body.QuoteLine

    def recalculated(self, tenant: str, body: Recalculate) -> WithLines | None:
        """The alternative of `body` with its lines, calculated in place."""
        terms = self._terms(tenant, body.Context)
        whole = body.Context.CRMAlternativeWithLines
        if whole is None or whole.CRMAlternative is None:
            return None
        alternative_recalculated(whole.CRMAlternative, whole.CRMQuoteLines or [], terms)
        return whole

    def _terms(self, tenant: str, context: Context) -> Terms:
        books = self._prices.at(self._revisions.of(tenant))
        contact = (context.CRMCompany.ContactId if context.CRMCompany else None) or 0
        currency = (context.CRMSale.Currency if context.CRMSale else None) or ""
        return Terms(books.get(contact) or books[0], currency, self._field)
