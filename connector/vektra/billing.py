"""Billing: what was accepted, handed over to a billing system."""

from datetime import date
from http import HTTPStatus
from typing import Any

from connector import context
from connector.encoder import Answer
from connector.vektra import session
from connector.vektra.quoted import instant
from connector.vektra.reply import Reply
from connector.vektra.writing import once
from engine.contracts.billing_push import BillingPush
from engine.ports.billing import BilledCharge, BillingDocument, Loss, ScheduledAmount
from engine.pricing.rounding import plain
from engine.services import charging, reconciling
from engine.services.charging import Bill, Systems

Json = dict[str, Any]


def bill_quote(body: Json) -> Answer | Reply:
    """The charges of a quote on their way to a billing system, or what they would be."""
    command = Bill(quote_id=body["quote_id"], system=body.get("system") or charging.SIMULATED)
    hub = context.hub()
    data, systems = session.snapshot(), Systems(hub.ports, hub.keyring_if_any)
    if body.get("dry_run"):
        push = session.reading(charging.preview, data, systems, command)
        return Reply({**_written(push), "payload": _document(push.document)})

    def act(uow: Any) -> Reply:
        billed = charging.bill(uow, data, systems, command)
        status = HTTPStatus.ACCEPTED if billed.is_begun else HTTPStatus.OK
        location = ("location", f"/api/v1/billing/{billed.push.id}")
        return Reply(_written(billed.push), status, (location,))

    return once(act)


def get_billing(push_id: str) -> Json:
    """How far the charges of a quote have come, with all that was handed over."""
    push = session.reading(charging.get, push_id)
    told = {
        "notes": list(session.reading(reconciling.notes_of, push_id)),
        "differs": list(session.reading(reconciling.reasons_of, push_id)),
    }
    return {**_written(push), **told, "payload": _document(push.document)}


def list_quote_billing(quote_id: str) -> Json:
    """What of a quote went to which billing system."""
    found = session.reading(charging.of_quote, quote_id)
    return {"data": [_written(each) for each in found], "next_cursor": None}


def _written(push: BillingPush) -> Json:
    document = push.document
    return {
        "id": push.id or None,
        "quote_id": push.quote_id,
        "system": push.system,
        "status": push.status.value,
        "reason": push.reason,
        "currency": document.currency,
        "total": document.total,
        "external_ids": dict(push.external_ids),
        "charges": [_charge(each) for each in document.charges],
        "schedule": [_scheduled(each) for each in document.schedule],
        "losses": [_loss(each) for each in push.losses],
        "created_at": instant(push.created_at),
        "updated_at": instant(push.updated_at),
    }


def _charge(each: BilledCharge) -> Json:
    return {
        "id": each.id,
        "line_id": each.line_id,
        "sku": each.sku,
        "name": each.name,
        "type": each.type,
        "quantity": plain(each.quantity),
        "amount": each.amount,
        "total": each.total,
        "period": each.period,
        "start_date": each.start_date.isoformat(),
        "end_date": _day(each.end_date),
        "billing_day": each.billing_day,
        "time": each.time,
    }


def _scheduled(each: ScheduledAmount) -> Json:
    part = each.part
    return {
        "date": each.day.isoformat(),
        "amount": each.amount,
        "charge": each.charge,
        "period_start": _day(each.period_start),
        "period_end": _day(each.period_end),
        "proration": None
        if part is None
        else {
            "dialect": part.dialect,
            "numerator": part.numerator,
            "denominator": part.denominator,
        },
        "estimated": each.estimated,
    }


def _loss(each: Loss) -> Json:
    return {"path": each.path, "message": each.message, "amount": each.amount}


def _document(document: BillingDocument) -> Json:
    trace = document.trace
    return {
        "system": document.system,
        "account_id": document.account,
        "currency": document.currency,
        "total": document.total,
        "charges": [_charge(each) for each in document.charges],
        "schedule": [_scheduled(each) for each in document.schedule],
        "trace": {
            "quote_id": trace.quote_id,
            "quote_number": trace.quote_number,
            "version": trace.version,
            "pricing_hash": trace.pricing_hash,
        },
    }


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
