"""Notices about a quote: before it, a version or an alternative is made, after it was sent."""

import copy

from connector.superoffice import alternatives, records, sandbox, session, wire
from connector.superoffice.carriers import Carrier
from engine.pricing.snapshot import Snapshot
from engine.quotes.history import Happening
from engine.quotes.line import PricedAlternative
from engine.quotes.quote import QuoteStatus
from engine.services import publishing


def on_before_create_quote(body: Carrier) -> Carrier:
    """The quote, its first version and alternative, with keys where they had none."""
    return _created(session.part(body, "Context"), "create", "CRMQuote", "CRMQuoteVersion")


def on_before_create_quote_version(body: Carrier) -> Carrier:
    """The version and its alternatives, with keys where they had none."""
    return _created(session.part(body, "QuoteContext"), "create_version", "CRMQuoteVersion")


def on_before_create_quote_alternative(body: Carrier) -> Carrier:
    """The alternative, with a key where it had none."""
    return _created(session.part(body, "Context"), "create_alternative")


def on_before_delete_quote(body: Carrier) -> None:
    """Mark the quote's own record deleted; nothing here can stop the deletion."""
    key = body["Quote"].get("QuoteId") or 0
    sandbox.provoke(session.snapshot(), "delete")
    if key:
        session.writing(publishing.deleted, session.ORIGIN, str(key))


def on_after_sent_quote_version(body: Carrier) -> Carrier:
    """Record the sending and give the version the quote's number as its key."""
    data, quote = session.snapshot(), session.part(body, "QuoteContext")
    provoked = sandbox.provoke(data, "send_quote")
    head, version = quote.get("CRMQuote"), quote.get("CRMQuoteVersion")
    key = (head or {}).get("QuoteId") or 0
    if key:
        record = records.keep(data, quote, _examined(data, quote), Happening.SENT, QuoteStatus.SENT)
        if version is not None and record is not None:
            version["ERPQuoteVersionKey"] = record.number
    return {
        "VersionResponse": {
            **wire.outcome_of(provoked, session.culture(quote)),
            "CRMAlternativesWithLines": session.items(quote, "CRMAlternativesWithLines"),
            "CRMQuoteVersion": version,
        },
        "Url": wire.link(data, "send_quote"),
    }


def _examined(data: Snapshot, quote: Carrier) -> list[tuple[Carrier, PricedAlternative]]:
    """The alternatives that can be calculated, as they stand; the caller's own stay untouched."""
    every = session.items(quote, "CRMAlternativesWithLines")
    found = [(both, alternatives.validate(data, quote, copy.deepcopy(both))) for both in every]
    return [(both, each.whole) for both, each in found if each.is_calculable]


def _created(quote: Carrier, step: str, *parts: str) -> Carrier:
    """The outcome, and the carriers the user is about to save, keys filled in."""
    data = session.snapshot()
    found = sandbox.provoke(data, step)
    one = quote.get("CRMAlternativeWithLines")
    several = session.items(quote, "CRMAlternativesWithLines") if one is None else [one]
    for both in several:
        _fill(both.get("CRMAlternative"), "ERPQuoteAlternativeKey")
    answer = {
        **wire.outcome_of(found, session.culture(quote)),
        "CRMAlternativesWithLines": several,
        **{part: quote.get(part) for part in parts},
    }
    _fill(answer.get("CRMQuoteVersion"), "ERPQuoteVersionKey")
    return answer


def _fill(carrier: Carrier | None, key: str) -> None:
    if carrier is not None and not carrier.get(key):
        carrier[key] = wire.new_key()
