"""Calculations: a line that changed, an alternative, a version to validate or refresh."""

from collections.abc import Sequence
from typing import NamedTuple

from connector import context
from connector.superoffice import alternatives, mapping, records, sandbox, session, wire
from connector.superoffice.alternatives import Validated
from connector.superoffice.carriers import Carrier, read_alternative, read_line
from engine.kernel.finding import Finding, Severity, worst
from engine.pricing.snapshot import Snapshot
from engine.quotes.approval import outstanding
from engine.quotes.history import Happening
from engine.quotes.lifecycle import OPEN, after_validation
from engine.quotes.line import Line
from engine.services import mirroring, quoting

_IDLE = frozenset(
    {
        *("vat", "vatinfo", "name", "description", "code", "quantityunit", "priceunit", "url"),
        *("itemnumber", "supplier", "suppliercode", "thumbnail", "rights", "rule", "rank"),
        *("productcategorykey", "productfamilykey", "producttypekey", "subscriptionunit"),
        *("subscriptionstart", "deliveredquantity", "extrainfo", "rawextrainfo", "erpquotelinekey"),
        *(f"extrafield{n}" for n in range(1, 6)),
    }
)
"""Members of a line whose change moves no figure, in lower case."""

_OK = Severity.OK


def on_quote_line_changed(body: Carrier) -> Carrier:
    """The line with its figures following the change; its old status is cleared first."""
    data, quote = session.snapshot(), session.part(body, "Context")
    carrier: Carrier = body["QuoteLine"]
    provoked = sandbox.provoke(data, "validate_line")
    changed = {_member(name) for name in body.get("ChangedFields") or []}
    terms = session.terms_of(data, quote)
    if changed and changed <= _IDLE:
        found = quoting.examine_line(terms, read_line(carrier))
        wire.mark(carrier, (*provoked, *found), session.culture(quote))
        return carrier
    priced = quoting.reprice_line(terms, read_line(carrier), _others(data, quote, carrier))
    priced = priced._replace(findings=(*provoked, *priced.findings))
    mapping.overlay_explained(data, carrier, priced, session.culture(quote))
    whole = session.part(quote, "CRMAlternativeWithLines", "CRMAlternative")
    carrier["TotalPriceWithAlternativeDiscount"] = quoting.after_discount(
        terms, priced.total, read_alternative(whole)
    )
    return carrier


def _others(data: Snapshot, quote: Carrier, carrier: Carrier) -> list[Line]:
    """The other lines of the alternative, where a rule of the tenant looks at them."""
    if not data.looks_around:
        return []
    lines = session.items(session.part(quote, "CRMAlternativeWithLines"), "CRMQuoteLines")
    own = carrier.get("QuoteLineId") or 0
    return [read_line(line) for line in lines if (line.get("QuoteLineId") or 0) != own]


def recalculate_quote_alternative(body: Carrier) -> Carrier | None:
    """The alternative and its lines, every figure calculated; null where there is none."""
    data, quote = session.snapshot(), session.part(body, "Context")
    provoked = sandbox.provoke(data, "recalc")
    both = session.part(quote, "CRMAlternativeWithLines")
    return alternatives.recalculate(data, quote, both, provoked) if both else None


def validate_quote_version(body: Carrier) -> Carrier:
    """The version with statuses at their own level; no price moves."""
    data, quote = session.snapshot(), session.part(body, "QuoteContext")
    checked = session.items(quote, "CRMAlternativesWithLines")
    found = [alternatives.validate(data, quote, both) for both in checked]
    gravest = max((each.gravest for each in found), default=_OK)
    approval = _approval(data, quote, found)
    provoked = sandbox.provoke(data, "validate_ver")
    gravest = max(gravest, worst(provoked))
    version = quote.get("CRMQuoteVersion")
    if version is not None:
        wire.mark(version, (*provoked, *approval.remarks), session.culture(quote))
        state = after_validation(
            wire.version_state(version),
            gravest,
            is_calculable=worst(provoked) is not Severity.ERROR
            and all(each.is_calculable for each in found),
            needs_approval=approval.is_needed or sandbox.is_on(data, "need_validate_ver"),
            is_approved=approval.is_given,
        )
        version["State"] = wire.STATE_NAMES[state]
    if all(each.is_calculable for each in found):
        wholes = [(both, each.whole) for both, each in zip(checked, found, strict=True)]
        records.keep(data, quote, wholes, Happening.VALIDATED)
    return {
        **_verdict(gravest, body.get("action"), provoked, session.culture(quote)),
        "CRMAlternativesWithLines": checked,
        "CRMQuoteVersion": version,
        "CRMQuote": quote.get("CRMQuote"),
    }


class _Approval(NamedTuple):
    is_needed: bool
    is_given: bool
    remarks: tuple[Finding, ...]


def _approval(data: Snapshot, quote: Carrier, found: Sequence[Validated]) -> _Approval:
    """What the tenant's rules ask an approval for, and whether it was given."""
    if not all(each.is_calculable for each in found):
        return _Approval(is_needed=False, is_given=False, remarks=())
    needed = mirroring.approvals_of_all(
        session.terms_of(data, quote), [each.whole for each in found]
    )
    left = outstanding(needed, records.decisions(quote)) if needed else ()
    names = ", ".join(dict.fromkeys(each.rule.name for each in left))
    remark = Finding(Severity.INFO, "approval_outstanding", {"rules": names})
    return _Approval(
        is_needed=bool(left),
        is_given=bool(needed) and not left,
        remarks=(remark,) if left else (),
    )


def update_quote_version_prices(body: Carrier) -> Carrier:
    """Every line of every alternative at today's prices, as far as they may be written."""
    data, quote = session.snapshot(), session.part(body, "QuoteContext")
    version = quote.get("CRMQuoteVersion")
    refreshed = session.items(quote, "CRMAlternativesWithLines")
    provoked = sandbox.provoke(data, "update")
    if wire.version_state(version) in OPEN and worst(provoked) is not Severity.ERROR:
        writeable = alternatives.writeable(body.get("WriteableFields"))
        found = [alternatives.refresh(data, quote, both, writeable) for both in refreshed]
        if all(each.is_calculable for each in found):
            wholes = [(both, each.whole) for both, each in zip(refreshed, found, strict=True)]
            records.keep(data, quote, wholes, Happening.REPRICED)
        if version is not None:
            version["LastRecalculated"] = wire.instant(context.hub().clock.now())
    return {
        **wire.outcome_of(provoked, session.culture(quote)),
        "CRMAlternativesWithLines": refreshed,
        "CRMQuoteVersion": version,
    }


def _member(name: str) -> str:
    """`QuoteLine.Quantity` without its table, in lower case."""
    return name.rpartition(".")[2].strip().lower()


def _verdict(
    gravest: Severity, action: object, provoked: tuple[Finding, ...], culture: str
) -> Carrier:
    """Whether the user may go on: sending and ordering stop at an error."""
    if worst(provoked) is Severity.ERROR:
        return wire.outcome_of(provoked, culture)
    if gravest is Severity.ERROR and action in {"SendQuote", "PlaceOrder"}:
        return wire.outcome_of((Finding(Severity.ERROR, "lines_have_errors"),), culture)
    return wire.outcome()
