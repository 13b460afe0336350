"""Orders as `/api/v1` writes them."""

from typing import Any

from connector.vektra import answers
from connector.vektra.quoted import instant
from engine.orders.history import OrderEntry
from engine.orders.order import Order, OrderFee, OrderLine
from engine.orders.rollup import Fulfillment, fulfillments, shown_status

Json = dict[str, Any]


def order(whole: Order) -> Json:
    """An order with its lines and how far each system is with them."""
    return {
        **summary(whole),
        "lines": [_line(whole, each) for each in whole.lines],
        "fulfillments": [_fulfillment(each, whole) for each in fulfillments(whole)],
        "fees": [_fee(each) for each in whole.fees],
    }


def summary(whole: Order) -> Json:
    """An order without its lines."""
    return {
        "id": whole.id,
        "number": whole.number,
        "quote_id": whole.quote_id,
        "account_id": whole.account,
        "status": whole.status.value,
        "currency": whole.currency,
        "totals": answers.totals(whole.totals),
        "purchase_order": whole.purchase_order or None,
        "requested_date": None
        if whole.requested_date is None
        else whole.requested_date.isoformat(),
        "placed_at": instant(whole.placed_at),
        "revision": whole.revision,
    }


def happened(entry: OrderEntry) -> Json:
    """One thing that happened to an order."""
    return {
        "at": instant(entry.at),
        "what": entry.what.value,
        "by": entry.by,
        "details": dict(entry.details),
    }


def _line(whole: Order, line: OrderLine) -> Json:
    requested, status = line.requested_date, shown_status(whole, line).value
    return {
        "id": line.id,
        "quote_line": line.line_ref,
        "sku": line.sku,
        "name": line.name,
        "quantity": line.quantity,
        "unit": line.unit,
        "net_total": line.total,
        "fulfillment_system": None if line.is_bundle else line.system,
        "waits_for": line.waits_for,
        "parent": line.parent,
        "status": status,
        "quantity_by_status": (
            {status: line.quantity} if line.is_bundle else dict(line.progress.quantities)
        ),
        "tracking": list(line.progress.tracking),
        "external_ref": line.progress.external_ref or None,
        "configuration": dict(line.configuration),
        "requested_date": None if requested is None else requested.isoformat(),
        "charge": answers.charge(line.charge),
    }


def _fulfillment(each: Fulfillment, whole: Order) -> Json:
    moments = [at for line in each.lines for at in line.progress.at.values()]
    return {
        "system": each.system,
        "status": each.status,
        "lines_total": len(each.lines),
        "lines_by_status": each.lines_by_status,
        "quantity_by_status": dict(each.quantity_by_status),
        "tracking": list(each.tracking),
        "last_update": instant(max(moments, default=whole.placed_at)),
    }


def _fee(fee: OrderFee) -> Json:
    return {
        "change": fee.change,
        "label": fee.label,
        "amount": fee.amount,
        "tax": fee.tax,
        "at": instant(fee.at),
    }
