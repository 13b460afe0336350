"""Orders: placed at most once for a quote, and read back as they stand."""

import copy
from collections.abc import Sequence
from typing import Any

from connector.superoffice import alternatives, records, sandbox, session, texts, wire
from connector.superoffice.carriers import Carrier
from engine.kernel.errors import AlreadyOrdered
from engine.kernel.finding import Finding, Severity, worst
from engine.orders.order import Order, OrderStatus
from engine.orders.rollup import fulfillments
from engine.pricing.snapshot import Snapshot
from engine.quotes.history import Happening
from engine.quotes.lifecycle import VersionState
from engine.quotes.line import PricedAlternative
from engine.quotes.quote import QuoteStatus
from engine.services import mirroring, ordering
from engine.services.mirroring import Shown

_PARTS = ("CRMQuote", "CRMQuoteVersion", "CRMAlternativeWithLines")
_GIVEN_UP = frozenset({VersionState.ARCHIVED, VersionState.LOST, VersionState.DRAFT_NOT_APPROVED})


def place_order(body: Carrier) -> Carrier:
    """The order of the alternative: placed now, or the one there is."""
    data, quote = session.snapshot(), session.part(body, "Context")
    provoked = sandbox.provoke(data, "place_order")
    if worst(provoked) is Severity.ERROR:
        return _answer(quote, provoked)
    order = session.reading(ordering.find_order, session.ORIGIN, records.quote_key(quote))
    if order is not None and order.alternative_ref == _alternative_key(_both(quote)):
        return _placed(data, quote, order, provoked)
    findings = [*provoked, *_obstacles(data, quote)]
    if worst(findings) is Severity.ERROR:
        return _answer(quote, findings)
    examined = alternatives.validate(data, quote, copy.deepcopy(_both(quote)))
    findings += [] if order else _remarks(examined.gravest)
    if worst(findings) is Severity.ERROR:
        return _answer(quote, findings)
    try:
        placed = session.writing(
            mirroring.order,
            session.terms_of(data, quote),
            _shown(quote, examined.whole),
            _command(quote),
        )
    except AlreadyOrdered as error:
        refusal = Finding(Severity.ERROR, "already_ordered_other", error.params)
        return _answer(quote, [refusal])
    return _placed(data, quote, placed, findings)


def _placed(data: Snapshot, quote: Carrier, order: Order, findings: Sequence[Finding]) -> Carrier:
    session.part(quote, "CRMQuote")["ERPOrderKey"] = order.number
    return {**_answer(quote, findings), "Url": wire.link(data, "place_order")}


def get_order_state(body: Carrier) -> Carrier | None:
    """The order as it stands now; null when the caller knows all of it."""
    data, quote = session.snapshot(), session.part(body, "Context")
    provoked = sandbox.provoke(data, "order_state")
    if provoked:
        return wire.outcome_of(provoked, session.culture(quote))
    if not records.quote_key(quote) or not data.can(session.ORDER_STATE):
        return None
    order = session.reading(ordering.find_order, session.ORIGIN, records.quote_key(quote))
    if order is None:
        return None
    known = copy.deepcopy({name: quote.get(name) for name in _PARTS})
    _lay(quote, order)
    present = {name: quote.get(name) for name in _PARTS}
    if present == known and order.status is OrderStatus.PLACED:
        return None
    return {**_told(order, session.culture(quote)), **present}


def _told(order: Order, culture: str) -> Carrier:
    """How far the order and each system are, in the user's language."""

    def said(language: str) -> str:
        def word(status: str) -> str:
            return texts.say(f"status_{status}", language)

        systems = [
            f"{each.system}: "
            + ", ".join(
                f"{texts.number(units, language)} {word(status)}"
                for status, units in each.quantity_by_status
            )
            for each in fulfillments(order)
        ]
        return texts.say(
            "order_state",
            language,
            order=order.number,
            status=word(order.status.value),
            systems="; ".join(systems) + ".",
        )

    severity = Severity.WARNING if order.status is OrderStatus.ATTENTION else Severity.INFO
    user = said(texts.language_of(culture))
    return wire.outcome(severity, user, said("en"), "order_state")


def _lay(quote: Carrier, order: Order) -> None:
    """Write the order's number and deliveries over the caller's quote and ordered lines."""
    head = quote.get("CRMQuote") or {}
    head["ERPOrderKey"] = order.number
    both = _both(quote)
    if _alternative_key(both) != order.alternative_ref:
        return
    delivered = {line.line_ref: line.delivered for line in order.lines if line.line_ref != "0"}
    for line in session.items(both, "CRMQuoteLines"):
        known = delivered.get(str(line.get("QuoteLineId") or 0))
        if known is not None and known != (line.get("DeliveredQuantity") or 0):
            line["DeliveredQuantity"] = known


def _obstacles(data: Snapshot, quote: Carrier) -> list[Finding]:
    """Why this can be no order: not taken here, never saved, given up, or nothing on it."""
    version = quote.get("CRMQuoteVersion")
    if not data.can(session.ORDERS):
        code = "orders_not_taken"
    elif not records.quote_key(quote):
        code = "quote_not_saved"
    elif wire.version_state(version) in _GIVEN_UP:
        code = "version_closed"
    elif not session.items(_both(quote), "CRMQuoteLines"):
        code = "nothing_to_order"
    else:
        return []
    return [Finding(Severity.ERROR, code)]


def _remarks(gravest: Severity) -> list[Finding]:
    code = {Severity.ERROR: "lines_have_errors", Severity.WARNING: "lines_have_warnings"}
    return [Finding(gravest, code[gravest])] if gravest in code else []


def _answer(quote: Carrier, findings: Sequence[Finding]) -> Carrier:
    return {
        **wire.outcome_of(findings, session.culture(quote)),
        **{name: quote.get(name) for name in _PARTS},
        "Url": "",
    }


def _command(quote: Carrier) -> ordering.PlaceOrder:
    """The order of the alternative, at the prices that were validated."""
    head = session.part(quote, "CRMQuote")
    return ordering.PlaceOrder(
        quote_id="",
        by=session.ORIGIN,
        alternative_ref=_alternative_key(_both(quote)),
        purchase_order=session.text(head, "PoNumber"),
        comment=session.text(head, "OrderComment"),
        document=_document(quote),
    )


def _shown(quote: Carrier, whole: PricedAlternative) -> Shown:
    """The quote as accepted with the alternative that is ordered."""
    return records.shown(
        quote,
        [(_both(quote), whole)],
        Happening.ACCEPTED,
        QuoteStatus.ACCEPTED,
        ordered=_alternative_key(_both(quote)),
    )


def _document(quote: Carrier) -> dict[str, Any]:
    """What was ordered as it was handed in, without what the CRM knows about people."""
    return {name: quote.get(name) for name in (*_PARTS, "InvoiceAddress", "DeliveryAddress")}


def _both(quote: Carrier) -> Carrier:
    """The alternative with its lines."""
    return session.part(quote, "CRMAlternativeWithLines")


def _alternative_key(both: Carrier) -> str:
    return str(session.part(both, "CRMAlternative").get("QuoteAlternativeId") or 0)
