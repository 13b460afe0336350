"""Telling of quotes: which events what happens to them becomes, and what those say."""

from collections.abc import Mapping

from engine.events.types import EventType
from engine.quotes.history import Happening
from engine.quotes.quote import Quote

_E = EventType
TOLD: Mapping[Happening, tuple[EventType, ...]] = {
    Happening.CREATED: (_E.QUOTE_CREATED,),
    Happening.CHANGED: (_E.QUOTE_PRICED,),
    Happening.LINE_ADDED: (_E.QUOTE_LINE_ADDED,),
    Happening.LINE_CHANGED: (_E.QUOTE_PRICED,),
    Happening.LINE_REMOVED: (_E.QUOTE_PRICED,),
    Happening.ALTERNATIVE_ADDED: (_E.QUOTE_PRICED,),
    Happening.ALTERNATIVE_REMOVED: (_E.QUOTE_PRICED,),
    Happening.REPRICED: (_E.QUOTE_REPRICED,),
    Happening.TOTAL_FIXED: (),
    Happening.TOTAL_FREED: (),
    Happening.NOTED: (),
    Happening.SUBMITTED: (_E.QUOTE_APPROVAL_REQUESTED,),
    Happening.APPROVED: (_E.QUOTE_APPROVED,),
    Happening.REJECTED: (_E.QUOTE_APPROVAL_REJECTED,),
    Happening.SENT: (_E.QUOTE_SENT,),
    Happening.HELD: (_E.QUOTE_HELD,),
    Happening.RESUMED: (_E.QUOTE_RESUMED,),
    Happening.EXTENDED: (_E.QUOTE_PRICED,),
    Happening.ACCEPTED: (_E.QUOTE_ACCEPTED,),
    Happening.DECLINED: (_E.QUOTE_DECLINED,),
    Happening.REVISED: (_E.QUOTE_SUPERSEDED, _E.QUOTE_REVISED),
    Happening.ORDERED: (),
    Happening.LINKED: (_E.QUOTE_PRICED,),
    Happening.VALIDATED: (_E.QUOTE_PRICED,),
    Happening.DELETED: (_E.QUOTE_DELETED,),
}
"""The events that tell of what happened to a quote.

Of its order the order's own event tells, of a total that was fixed that of the change."""


def told(quote: Quote, by: str, details: Mapping[str, object]) -> dict[str, object]:
    """What an event says of a quote."""
    return {
        **details,
        "number": quote.number,
        "version": quote.version,
        "status": quote.status.value,
        "account_id": quote.account,
        "currency": quote.currency,
        "by": by,
    }
