"""The hub's own record of what the CRM shows: every quote it saves is a quote here as well."""

from collections.abc import Sequence
from datetime import date

from connector import context
from connector.superoffice import session, wire
from connector.superoffice.carriers import Carrier
from engine.pricing.snapshot import Snapshot
from engine.quotes.approval import Decision
from engine.quotes.history import Happening
from engine.quotes.lifecycle import VersionState
from engine.quotes.line import PricedAlternative
from engine.quotes.quote import Quote, QuoteStatus
from engine.services import mirroring
from engine.services.mirroring import Shown, ShownAlternative

_STATUS = {
    VersionState.DRAFT_NEEDS_APPROVAL: QuoteStatus.IN_APPROVAL,
    VersionState.DRAFT_APPROVED: QuoteStatus.APPROVED,
    VersionState.SENT: QuoteStatus.SENT,
    VersionState.LOST: QuoteStatus.DECLINED,
    VersionState.SOLD: QuoteStatus.ACCEPTED,
}
"""What a version's state means for the quote; in every other it is a draft."""
_OPEN_DAYS = ("0001", "1760", "9999")
"""Years that stand for no day at all."""


def quote_key(quote: Carrier) -> str:
    """The quote's id in the CRM; empty while it has none."""
    return str(session.part(quote, "CRMQuote").get("QuoteId") or "")


def shown(
    quote: Carrier,
    wholes: Sequence[tuple[Carrier, PricedAlternative]],
    what: Happening,
    status: QuoteStatus | None = None,
    *,
    ordered: str = "",
) -> Shown:
    """The version in `quote` with its alternatives as they were examined.

    `ordered` is the key of the one alternative that is being ordered, where that is all there is.
    """
    head, version = session.part(quote, "CRMQuote"), session.part(quote, "CRMQuoteVersion")
    sale = session.part(quote, "CRMSale")
    favourite = head.get("AcceptedQuoteAlternativeId") or version.get("LikelyQuoteAlternativeId")
    return Shown(
        origin=session.ORIGIN,
        origin_key=quote_key(quote),
        version_key=str(version.get("QuoteVersionId") or ""),
        by=context.principal().user or session.ORIGIN,
        what=what,
        status=status or _STATUS.get(wire.version_state(version), QuoteStatus.DRAFT),
        alternatives=tuple(_alternative(both, whole) for both, whole in wholes),
        chosen=ordered or str(favourite or ""),
        is_whole=not ordered,
        known_as=(
            session.text(head, "ERPQuoteKey"),
            session.text(version, "ERPQuoteVersionKey"),
        ),
        title=session.text(sale, "Title"),
        opportunity_id=str(sale.get("SaleId") or "") or None,
        valid_until=_day(session.text(version, "ExpirationDate")),
    )


def keep(
    data: Snapshot,
    quote: Carrier,
    wholes: Sequence[tuple[Carrier, PricedAlternative]],
    what: Happening,
    status: QuoteStatus | None = None,
) -> Quote | None:
    """Keep the quote as it is shown, where the CRM has saved it and it is not archived.

    `status` is what just happened makes of it, if the version does not say so yet.
    """
    state = wire.version_state(quote.get("CRMQuoteVersion"))
    if not quote_key(quote) or (status is None and state is VersionState.ARCHIVED):
        return None
    terms = session.terms_of(data, quote)
    return session.writing(mirroring.mirror, terms, shown(quote, wholes, what, status))


def decisions(quote: Carrier) -> tuple[Decision, ...]:
    """What was decided here about the quote's approvals."""
    key = quote_key(quote)
    return session.reading(mirroring.decisions_on, session.ORIGIN, key) if key else ()


def _alternative(both: Carrier, whole: PricedAlternative) -> ShownAlternative:
    head = session.part(both, "CRMAlternative")
    return ShownAlternative(
        key=str(head.get("QuoteAlternativeId") or ""),
        title=session.text(head, "Name"),
        whole=whole,
        line_keys=tuple(
            str(line.get("QuoteLineId") or "") for line in session.items(both, "CRMQuoteLines")
        ),
    )


def _day(text: str) -> date | None:
    """The day a date-time without zone names; the sentinels and what is none name none."""
    if text.startswith(_OPEN_DAYS):
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
