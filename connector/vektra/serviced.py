"""Service contracts as `/api/v1` writes them."""

from datetime import date
from decimal import Decimal
from typing import Any

from connector.vektra import quoted
from engine.contracts.contract import Contract, Item, status_on
from engine.contracts.history import ContractEntry
from engine.contracts.instruction import Action, Instruction
from engine.contracts.prorating import Proration
from engine.contracts.termination import TerminationFee
from engine.pricing.rounding import plain, unit_price
from engine.services.drafting import Quoted
from engine.services.simulating import Point, Simulation

Json = dict[str, Any]


def contract(whole: Contract, today: date) -> Json:
    """A contract with everything it ever charged for."""
    return {
        "id": whole.id,
        "number": whole.number,
        "account_id": whole.account,
        "status": status_on(whole, today).value,
        "start_date": whole.start_date.isoformat(),
        "end_date": _day(whole.end_date),
        "currency": whole.currency,
        "term_months": None if whole.term_months is None else plain(whole.term_months),
        "auto_renew": whole.auto_renew,
        "notice_date": _day(whole.notice_on),
        "commitment": whole.commitment,
        "value": whole.value,
        "proration": whole.policy.dialect.value,
        "uplift_percent": whole.uplift_percent,
        "attributes": whole.attributes(today),
        "charges": [_charge(each) for each in whole.items],
        "quote_id": whole.quote_id,
        "order_id": whole.order_id,
        "renews": list(whole.renews),
        "renewed_by": whole.renewed_by,
        "noticed_on": _day(whole.noticed_on),
        "terminated_on": _day(whole.terminated_on),
        "reason": whole.reason or None,
        "created_at": quoted.instant(whole.created_at),
        "updated_at": quoted.instant(whole.updated_at),
    }


def happened(entry: ContractEntry) -> Json:
    """One thing that happened to a contract."""
    return {
        "at": quoted.instant(entry.at),
        "what": entry.what.value,
        "by": entry.by,
        "details": dict(entry.details),
    }


def done(  # noqa: PLR0913 (an answer is made of these)
    whole: Contract,
    action: Action,
    instructions: tuple[Instruction, ...],
    today: date,
    *,
    quote: Quoted | None = None,
    order: Json | None = None,
    fee: TerminationFee | None = None,
    applied: bool,
) -> Json:
    """What an act does to a contract, and what came of it."""
    return {
        "contract": contract(whole, today),
        "action": action.value,
        "instructions": [_instruction(each) for each in instructions],
        "quote": None if quote is None else quoted.quote(quote, today),
        "order": order,
        "termination_fee": None if fee is None else _fee(fee),
        "applied": applied,
    }


def simulated(found: Simulation) -> Json:
    """What an act costs, day by day, and the days on which that changes."""
    return {
        "contract_id": found.contract.id,
        "action": found.action.value,
        "currency": found.contract.currency,
        "points": [_point(each) for each in found.points],
        "turns": [
            {
                "date": each.on.isoformat(),
                "before": _point(each.before),
                "after": _point(each.after),
            }
            for each in found.turns
        ],
    }


def _charge(item: Item) -> Json:
    charge = item.charge
    return {
        "id": charge.id,
        "sku": charge.sku,
        "name": charge.name,
        "type": charge.type.value,
        "amount": plain(charge.amount),
        "period": None if charge.period is None else charge.period.value,
        "quantity": plain(charge.quantity),
        "unit": item.unit,
        "unit_price": plain(item.unit_price),
        "start_date": charge.start_date.isoformat(),
        "end_date": _day(charge.end_date),
        "billing_day": charge.billing_day,
        "billed": charge.time.value,
        "total": charge.total,
        "configuration": dict(item.build) or None,
        "replaces": item.replaces or None,
        "uplift_percent": item.uplift_percent,
    }


def _instruction(each: Instruction) -> Json:
    return {
        "op": each.op.value,
        "sku": each.sku,
        "name": each.name,
        "quantity_delta": plain(each.quantity_delta),
        "effective_date": each.effective_date.isoformat(),
        "unit_price": plain(each.unit_price),
        "amount": each.amount,
        "proration": _proration(each.proration),
        "charge_id": each.charge or None,
        "days_bought": each.days_bought,
    }


def _proration(found: Proration | None) -> Json | None:
    if found is None:
        return None
    return {
        "dialect": found.dialect.value,
        "numerator": found.part.days,
        "denominator": found.part.of,
        "factor": _factor(found.factor),
        "rows": [
            {
                "from": row.start.isoformat(),
                "to": row.end.isoformat(),
                "numerator": row.part.days,
                "denominator": row.part.of,
                "factor": _factor(row.part.factor),
            }
            for row in found.rows
        ],
    }


def _fee(fee: TerminationFee) -> Json:
    return {
        "amount": fee.amount,
        "currency": fee.currency,
        "remaining_commitment": fee.remaining_commitment,
        "percent": plain(fee.percent),
        "billed": fee.billed,
        "rows": [
            {
                "code": row.code.value,
                "amount": row.amount,
                "charge_id": row.charge or None,
                "proration": _proration(row.proration),
            }
            for row in fee.rows
        ],
    }


def _point(each: Point) -> Json:
    written: Json = {"date": each.on.isoformat(), "amount": each.amount}
    if each.percent is not None:
        written |= {"percent": plain(each.percent), "remaining_commitment": each.remaining}
    return written


def _factor(factor: Decimal) -> Decimal:
    """A factor to twelve decimals."""
    return unit_price(factor)


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
