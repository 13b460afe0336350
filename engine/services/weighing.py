"""Weighing: what the tenant's policy asks for a change to an order, by the day it is asked for."""

from engine.kernel.clock import Clock
from engine.kernel.currency import currency
from engine.kernel.errors import IllegalTransition, NotChangeable
from engine.kernel.finding import Finding, Severity
from engine.orders.changed import affected
from engine.orders.changing import Change, Plan, planned
from engine.orders.fees import Affected, FeeRow, Moment, fee_row, is_allowed, ruling
from engine.orders.order import Order
from engine.orders.order_change import ChangeType, total_fee
from engine.pricing.rounding import Rounding
from engine.pricing.snapshot import Snapshot
from engine.services import drafting
from engine.services.unwinding import begun
from engine.store.unit_of_work import Reading


def asked_for(  # noqa: PLR0913 (a fee is worked out from these)
    data: Snapshot,
    order: Order,
    plan: Plan,
    rounding: Rounding,
    clock: Clock,
    *,
    waive: bool = False,
) -> tuple[FeeRow, ...]:
    """The rows of the fee by today's policy. NotChangeable where it forbids the change."""
    today = data.today(clock)
    placed = order.placed_at.astimezone(data.zone).date()
    moment = Moment(on=today, days_after=(today - placed).days, currency=order.currency)
    rows: list[FeeRow] = []
    forbidden: list[Finding] = []
    for part in affected(order, plan, data.products, rounding):
        rule = ruling(data.data.change_fees, part, moment)
        if not is_allowed(rule, part):
            forbidden.append(_forbidden(part, "" if rule is None else rule.name))
        rows.append(fee_row(rule, part, rounding, waive=waive))
    if forbidden:
        raise NotChangeable("the policy does not allow the change", forbidden)
    return tuple(rows)


def is_cancelled_freely(reading: Reading, data: Snapshot, order: Order) -> bool:
    """Whether the whole of an order could be cancelled now, and would cost nothing."""
    version = drafting.get(reading, order.quote_id).version
    served = begun(reading, data, order, version.offered.lines, lock=False)
    rounding = Rounding.of(currency(order.currency), version.terms.policy)
    try:
        plan = planned(order, Change(type=ChangeType.CANCEL), data.today(reading.clock), served)
        rows = asked_for(data, order, plan, rounding, reading.clock)
    except (IllegalTransition, NotChangeable):
        return False
    return not total_fee(rows)


def _forbidden(part: Affected, rule: str) -> Finding:
    told = {"status": part.stage, "rule": rule or "production has begun"}
    return Finding(Severity.ERROR, "change_not_allowed", told, part.where)
