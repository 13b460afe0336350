"""Quotes as `/api/v1` writes them."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec

from connector.vektra import answers
from engine.pricing.approval import Approval
from engine.quotes.acts import status_on
from engine.quotes.approval import decision_on, standing
from engine.quotes.history import HistoryEntry
from engine.quotes.quote import OWN, Quote, QuoteStatus
from engine.quotes.version import QuoteAlternative, QuoteLine, QuoteVersion
from engine.services.drafting import Quoted

Json = dict[str, Any]


def quote(found: Quoted, today: date, *, waterfall: bool = False) -> Json:
    """A quote with its lines; `waterfall` shows how each price came about."""
    lines = [
        line(number, each, waterfall=waterfall)
        for number, each in enumerate(found.version.offered.lines, 1)
    ]
    return {**summary(found, today), "lines": lines}


def summary(found: Quoted, today: date) -> Json:
    """A quote without its lines."""
    head, version = found.quote, found.version
    status, offered, terms = _status(found, today), version.offered, version.terms
    return {
        "id": head.id,
        "number": head.number,
        "version": version.number,
        "status": status.value,
        "account_id": terms.account,
        "opportunity_id": head.opportunity_id,
        "title": head.title,
        "product_line": head.product_line,
        "currency": terms.currency,
        "price_list": terms.price_list,
        "pricing_date": terms.on.isoformat(),
        "valid_until": None if head.valid_until is None else head.valid_until.isoformat(),
        "promotions": list(terms.codes),
        "discount_percent": offered.discount_percent,
        "discount_amount": offered.discount_amount,
        "manual_total": offered.manual_total,
        "rule_set_version": str(terms.revision),
        "pricing_hash": offered.pricing_hash,
        "policy": msgspec.to_builtins(terms.policy),
        "origin": _origin(head),
        "alternatives": [_alternative(each, version) for each in version.alternatives],
        "totals": answers.totals(offered.totals),
        "warnings": answers.warnings(offered.findings),
        "approvals": [_approval(each, version, status) for each in offered.approvals],
        "created_at": instant(head.created_at),
        "updated_at": instant(head.updated_at),
    }


def line(number: int, each: QuoteLine, *, waterfall: bool = False) -> Json:
    """One line of a quote; its number counts from 1."""
    ask = each.price.ask
    return {
        "id": each.id,
        **answers.line(number, each.price, with_waterfall=waterfall),
        "credit": ask.credit,
        "price_overridden": ask.is_typed or ask.total is not None,
        "requested": {
            "unit_price": ask.unit_price,
            "discount_percent": ask.discount_percent,
            "discount_amount": ask.discount_amount,
            "total": ask.total,
            "target_margin_percent": ask.target_margin,
        },
    }


def happened(entry: HistoryEntry) -> Json:
    """One thing that happened to a quote."""
    return {
        "at": instant(entry.at),
        "by": entry.by,
        "what": entry.what.value,
        "version": entry.version,
        "details": dict(entry.details),
    }


def instant(moment: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    told = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return told.replace("+00:00", "Z")


def _status(found: Quoted, today: date) -> QuoteStatus:
    if found.version.number < found.quote.version:
        return QuoteStatus.SUPERSEDED
    return status_on(found.quote, today)


def _origin(head: Quote) -> Json | None:
    return None if head.origin == OWN else {"system": head.origin, "key": head.origin_key}


def _alternative(each: QuoteAlternative, version: QuoteVersion) -> Json:
    return {
        "id": each.id,
        "title": each.title,
        "chosen": each.id == version.chosen,
        "discount_percent": each.discount_percent,
        "discount_amount": each.discount_amount,
        "manual_total": each.manual_total,
        "totals": answers.totals(each.totals),
    }


def _approval(each: Approval, version: QuoteVersion, status: QuoteStatus) -> Json:
    decision = decision_on(each, version.decisions)
    is_asked_for = status is QuoteStatus.IN_APPROVAL
    return {
        **answers.approval(each),
        "status": standing(each, version.decisions, is_asked_for=is_asked_for).value,
        "decided_by": None if decision is None else decision.by,
        "decided_at": None if decision is None else instant(decision.at),
        "comment": "" if decision is None else decision.comment,
    }
