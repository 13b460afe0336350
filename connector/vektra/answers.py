"""Prices as `/api/v1` writes them."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from connector import sentences
from engine.catalog.charge import Charge, ChargeType
from engine.kernel.finding import Finding
from engine.pricing.approval import Approval
from engine.pricing.line import LineBar
from engine.pricing.rounding import plain
from engine.pricing.rule import RuleRef
from engine.pricing.totals import PricedLine, Totals
from engine.pricing.waterfall import StepCode
from engine.services.pricing import PriceAnswer
from engine.services.whatif import Grid, GridRow, Way

Json = dict[str, Any]

_LABELS = {
    StepCode.LIST: "List price",
    StepCode.OPTIONS: "Options",
    StepCode.AGREEMENT: "Agreement",
    StepCode.VOLUME: "Volume",
    StepCode.PROMOTION: "Promotion",
    StepCode.CHANNEL: "Channel",
    StepCode.MANUAL: "Manual",
    StepCode.FLOOR: "Floor",
    StepCode.TERM: "Term",
    StepCode.ROUND: "Rounding",
    StepCode.QUOTE_DISCOUNT: "Quote discount",
    StepCode.MANUAL_TOTAL: "Manual total",
}


def priced(answer: PriceAnswer) -> Json:
    """The answer of a pricing call."""
    found = answer.priced
    asked = found.transaction
    return {
        "account_id": None if asked.account is None else asked.account.id,
        "currency": asked.price_list.currency.code,
        "price_list": asked.price_list.key,
        "pricing_date": asked.on.isoformat(),
        "rule_set_version": answer.rule_set_version,
        "pricing_hash": answer.pricing_hash,
        "lines": [line(number, each) for number, each in enumerate(found.lines, 1)],
        "totals": totals(found.totals),
        "warnings": warnings(found.findings),
        "approvals": [approval(each) for each in found.approvals],
    }


def line(number: int, each: PricedLine, *, with_waterfall: bool = True) -> Json:
    """One priced line; its number counts from 1."""
    written: Json = {
        "line": number,
        "sku": each.ask.sku,
        "name": each.name,
        "quantity": plain(each.ask.quantity),
        "unit": each.unit,
        "charge": charge(each.charge),
        "configuration": _configuration(each),
        "start_date": _day(each.ask.start_date),
        "end_date": _day(each.ask.end_date),
        "list_unit_price": each.list_unit_price,
        "net_unit_price": plain(each.net_unit_price),
        "list_total": each.list_total,
        "discount_total": each.discount_total,
        "discount_percent": each.discount_percent,
        "net_total": each.net_total,
        "tax": {
            "code": each.tax.code,
            "rate": each.tax.rate,
            "amount": each.tax.amount,
            "included": each.tax.included,
            "parts": [{"code": code, "amount": amount} for code, amount in each.tax.parts],
        },
        **_margin(each.cost_total, each.margin_amount, each.margin_percent),
    }
    if with_waterfall:
        written["waterfall"] = [bar(seq, one) for seq, one in enumerate(each.bars, 1)]
    written["warnings"] = warnings(each.findings)
    return written


def bar(seq: int, each: LineBar) -> Json:
    """One step of a waterfall."""
    one = each.bar
    adjustment = one.adjustment
    return {
        "seq": seq,
        "code": one.code.value,
        "label": _LABELS[one.code] if one.rule is None else one.rule.name,
        "rule": _rule(one.rule),
        "adjustment": None
        if adjustment is None
        else {"type": adjustment.kind.value, "value": adjustment.value},
        "before": plain(one.before),
        "after": plain(one.after),
        "delta": plain(one.delta),
        "delta_total": each.delta_total,
        "skipped_because": one.skipped_because,
    }


def charge(each: Charge) -> Json:
    """How a line is charged."""
    written: Json = {"type": each.type.value}
    if each.type is ChargeType.RECURRING and each.period is not None:
        written["period"] = each.period.value
        written["term_months"] = plain(each.term_months or Decimal(0))
    return written


def totals(each: Totals) -> Json:
    """The totals of a transaction."""
    return {
        "list": each.list,
        "discount": each.discount,
        "net": each.net,
        "tax": each.tax,
        "total": each.total,
        **_margin(each.cost, each.margin_amount, each.margin_percent, cost="cost"),
        "one_time": each.one_time,
        "recurring": [{"period": period.value, "net": net} for period, net in each.recurring],
        "tcv": each.tcv,
        "acv": each.acv,
    }


def approval(each: Approval) -> Json:
    """An approval that is needed."""
    return {
        "rule": each.rule.id,
        "name": each.rule.name,
        "trigger": each.rule.trigger.value,
        "level": each.rule.level,
        "approver_group": each.rule.approver_group,
        "measured": plain(each.measured),
        "threshold": plain(each.rule.threshold),
        "lines": list(each.lines),
    }


def grid(found: Grid) -> Json:
    """The answer of a grid call."""
    return {
        "currency": found.rows[0].answer.priced.transaction.price_list.currency.code,
        "rule_set_version": found.rows[0].answer.rule_set_version,
        "rows": [_row(each) for each in found.rows],
        "cheapest": found.cheapest,
    }


def _row(row: GridRow) -> Json:
    varied, priced_as = row.variation, row.answer.priced
    return {
        "variation": {
            "quantity": varied.quantity,
            "term_months": varied.term_months,
            "discount_percent": varied.discount_percent,
            "pricing_date": None if varied.on is None else varied.on.isoformat(),
        },
        "totals": totals(priced_as.totals),
        "pricing_hash": row.answer.pricing_hash,
        "approvals": [approval(each) for each in priced_as.approvals],
        "next_tiers": [{"line": each.line, "quantity": each.quantity} for each in row.next_tiers],
        "way": _way(row.way),
    }


def _way(way: Way | None) -> Json | None:
    if way is None:
        return None
    return {
        "net": way.net,
        "discount_amount": way.discount_amount,
        "approvals": [approval(each) for each in way.approvals],
    }


def warnings(findings: Iterable[Finding]) -> list[Json]:
    """Findings as warnings."""
    return [{"code": each.code, "message": sentences.say(each)} for each in findings]


def _configuration(each: PricedLine) -> Json | None:
    chosen = [option for option in each.ask.options if not option.is_rule]
    return {option.variable: option.value for option in chosen} or None


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _margin(
    cost_total: Decimal | None,
    amount: Decimal | None,
    percent: Decimal | None,
    cost: str = "cost_total",
) -> Json:
    return {cost: cost_total, "margin_amount": amount, "margin_percent": percent}


def _rule(ref: RuleRef | None) -> Json | None:
    return None if ref is None else {"id": ref.id, "version": ref.version, "name": ref.name}
