"""Changes to orders in progress, for the fee that the tenant's policy asks."""

from typing import Any

import msgspec

from connector.encoder import Answer, encode
from connector.reading import choices, day, optional_number
from connector.vektra import ordered, session
from connector.vektra.quoted import instant
from connector.vektra.reply import Reply
from connector.vektra.requests import member
from connector.vektra.writing import etag, once, seen_revision
from engine.orders.changing import Change, LineChange
from engine.orders.fees import FeeRow
from engine.orders.order_change import ChangeType, OrderChange
from engine.services import changing
from engine.services.changing import Changed, ChangeOrder

Json = dict[str, Any]


def change_order(body: Json, order_id: str) -> Answer:
    """What a change costs; made where it is free, or where its fee was quoted."""
    data, command = session.snapshot(), _command(body, order_id)
    rules = session.snapshot_at(session.reading(changing.rules_revision, order_id))

    def act(uow: Any) -> Reply:
        done = changing.change(uow, data, rules, command)
        if done.is_repeated:
            told_before = msgspec.Raw(done.change.answer.encode())
            return Reply(told_before, headers=(etag(done.change.order_revision + 1),))
        told = _body(uow, done)
        if done.applied:
            changing.answered(uow, done.change, encode(told).decode())
        return Reply(told, headers=(etag(done.order.revision),))

    return once(act)


def _command(body: Json, order_id: str) -> ChangeOrder:
    lines = body.get("lines")
    return ChangeOrder(
        order_id=order_id,
        change=Change(
            type=ChangeType(body["type"]),
            lines=None
            if lines is None
            else tuple(_line(each, f"/lines/{place}") for place, each in enumerate(lines)),
            waive=bool(body.get("waive")),
        ),
        by=session.caller(),
        reason=body.get("reason") or "",
        dry_run=bool(body.get("dry_run")),
        fee_quote_id=body.get("fee_quote_id"),
        seen=seen_revision(),
    )


def _line(body: Json, pointer: str) -> LineChange:
    options = body.get("configuration")
    return LineChange(
        line_id=body["line_id"],
        quantity=member(optional_number, body, "quantity", pointer),
        configuration=None if options is None else choices(options),
        requested_date=member(day, body, "requested_date", pointer),
    )


def _body(uow: Any, done: Changed) -> Json:
    made, order = done.change, done.order
    is_quote = not done.applied
    return {
        "order_id": order.id,
        "type": made.type.value,
        "applied": done.applied,
        "change_fee": _fee(made),
        "fee_quote_id": made.id,
        "expires_at": instant(made.expires_at) if is_quote else None,
        "price_delta": made.price_delta,
        "kept": list(done.kept),
        "order": {
            **ordered.order(order),
            "contracts": list(uow.contracts.of_order(order.id)),
            "history": [ordered.happened(each) for each in uow.order_history.of(order.id)],
        },
    }


def _fee(made: OrderChange) -> Json:
    return {
        "amount": made.amount,
        "currency": made.currency,
        "tax": made.tax,
        "total": made.amount + made.tax,
        "rows": [_row(each) for each in made.rows],
    }


def _row(row: FeeRow) -> Json:
    rule = row.rule
    return {
        "line_id": row.line_id,
        "change": row.kind.value,
        "stage": row.stage,
        "quantity": row.quantity,
        "rule": None
        if rule is None
        else {"id": rule.id, "version": rule.version, "name": rule.name},
        "basis": row.basis,
        "basis_of": "cost" if row.of_cost else "net",
        "percent": row.percent,
        "fixed": row.fixed,
        "fee": row.fee,
        "tax_rate": row.tax_rate,
        "tax": row.tax,
        "waivable": row.waivable,
        "waived": row.waived,
        "approver_group": row.approver_group,
    }
