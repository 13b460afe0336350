"""Changing: an order in progress is revised or cancelled, for the fee the tenant's policy asks.

Who changes an order holds it locked. A change that costs something is made only for a fee that
was quoted for it; made twice it is answered twice and done once.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import msgspec

from engine.catalog.change_fee import VALID_DAYS
from engine.events.types import EventType
from engine.kernel.currency import currency
from engine.kernel.errors import Invalid, NotChangeable, StaleRevision
from engine.kernel.failpoints import failpoint
from engine.kernel.finding import Finding, Severity
from engine.orders.amounts import settled
from engine.orders.changed import moved
from engine.orders.changing import Change, Plan, is_contract, planned
from engine.orders.fees import FeeRow
from engine.orders.history import OrderEntry, OrderHappening
from engine.orders.order import LineStatus, Order, OrderFee, OrderStatus
from engine.orders.order_change import OrderChange
from engine.pricing.rounding import Rounding
from engine.pricing.snapshot import Snapshot
from engine.services import drafting, handing_over, reporting_back
from engine.services.drafting import Quoted
from engine.services.progressing import status_changed
from engine.services.rebuilding import builds_of, merged
from engine.services.unwinding import begun, cancel_lines
from engine.services.weighing import asked_for
from engine.store.unit_of_work import Reading, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOrder:
    """Change an order. `fee_quote_id` names the fee that was quoted for just this.

    A `dry_run` changes nothing. `seen` is the revision of the order the caller has seen, if any.
    """

    order_id: str
    change: Change
    by: str
    reason: str = ""
    dry_run: bool = False
    fee_quote_id: str | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What a change costs, whether it was made, and the order as it is then.

    `kept` are the ids of lines of contracts that go on. What was made before `is_repeated`.
    """

    order: Order
    change: OrderChange
    applied: bool
    kept: tuple[str, ...] = ()
    is_repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A change that was worked out and not made."""

    plan: Plan
    after: Order


def rules_revision(reading: Reading, order_id: str) -> int:
    """The revision of the tenant's data that the prices of an order come from."""
    order = reading.orders.get(order_id)
    return order.rules or reading.catalogues.revision()


def change(uow: UnitOfWork, data: Snapshot, rules: Snapshot, command: ChangeOrder) -> Changed:
    """Make a change, or say what it costs; `rules` are the data the order was priced with.

    Invalid names what is wrong with it, NotChangeable what comes too late or was quoted for
    something else, IllegalTransition an order that is over.
    """
    order = uow.orders.get(command.order_id, lock=True)
    failpoint("change_locked")
    content = _content(command.change)
    quoted = _quoted(uow, order, command, content)
    if quoted is not None and quoted.applied_at is not None:
        return Changed(order=order, change=quoted, applied=True, is_repeated=True)
    if command.seen not in {None, order.revision}:
        raise StaleRevision(f"order {order.number} was changed by somebody else")
    _check_standing(uow, order, quoted)
    found = drafting.get(uow, order.quote_id)
    rounding = Rounding.of(currency(order.currency), found.version.terms.policy)
    draft = _drafted(uow, data, rules, order, found, command.change, rounding)
    rows = asked_for(data, order, draft.plan, rounding, uow.clock, waive=command.change.waive)
    if quoted is not None:
        rows = quoted.rows
    made = quoted or _new(uow, order, command, content, rows, draft)
    if command.dry_run or (quoted is None and made.amount):
        uow.order_changes.add(made)
        uow.emit(EventType.ORDER_FEE_QUOTED, order.id, _told(order, made))
        return Changed(order=order, change=made, applied=False, kept=draft.plan.kept)
    made = replace(made, applied_at=uow.clock.now(), reason=command.reason)
    if quoted is None:
        uow.order_changes.add(made)
    after = _made(uow, data, found, order, draft, made, command.by)
    return Changed(order=after, change=made, applied=True, kept=draft.plan.kept)


def answered(uow: UnitOfWork, made: OrderChange, answer: str) -> None:
    """Keep what was told when a change was made, to be told again."""
    uow.order_changes.save(replace(made, answer=answer))


def _quoted(
    uow: UnitOfWork, order: Order, command: ChangeOrder, content: str
) -> OrderChange | None:
    """The fee that was quoted for this change, where one is named."""
    if command.fee_quote_id is None or command.dry_run:
        return None
    quoted = uow.order_changes.find(command.fee_quote_id)
    if quoted is None or quoted.order_id != order.id:
        raise Invalid("there is no such quote of a fee", [_fault("unknown_fee_quote")])
    if quoted.content != content:
        raise NotChangeable("the fee is of another change", [_fault("fee_quote_mismatch")])
    return quoted


def _check_standing(uow: UnitOfWork, order: Order, quoted: OrderChange | None) -> None:
    """Raise NotChangeable where what was quoted holds no longer."""
    if quoted is None:
        return
    if uow.clock.now() >= quoted.expires_at:
        raise NotChangeable("the fee holds no longer", [_fault("fee_quote_expired")])
    if order.revision != quoted.order_revision:
        raise NotChangeable("the order has moved on", [_fault("fee_quote_stale")])


def _drafted(  # noqa: PLR0913, PLR0917 (a change is worked out from these)
    uow: UnitOfWork,
    data: Snapshot,
    rules: Snapshot,
    order: Order,
    found: Quoted,
    asked: Change,
    rounding: Rounding,
) -> _Draft:
    sold = found.version.offered.lines
    plan = planned(
        order, merged(order, asked), data.today(uow.clock), begun(uow, data, order, sold)
    )
    builds = builds_of(rules, found, order, plan)
    lines = {each.origin_key or each.id: each.price for each in sold}
    handed = uow.effects.handed_over(order.id)
    after = moved(order, plan, builds, uow.clock.now(), rounding, handed_over=handed)
    return _Draft(plan=plan, after=settled(order, after, lines, rounding))


def _new(  # noqa: PLR0913, PLR0917 (a quote of a fee is made of these)
    uow: UnitOfWork,
    order: Order,
    command: ChangeOrder,
    content: str,
    rows: tuple[FeeRow, ...],
    draft: _Draft,
) -> OrderChange:
    now = uow.clock.now()
    days = min((each.valid_days for each in rows), default=VALID_DAYS)
    return OrderChange(
        id=uow.ids.new("fee"),
        order_id=order.id,
        type=command.change.type,
        content=content,
        order_revision=order.revision,
        quoted_at=now,
        expires_at=now + timedelta(days=days),
        by=command.by,
        reason=command.reason,
        currency=order.currency,
        rows=rows,
        price_delta=draft.after.total - order.total,
    )


def _made(  # noqa: PLR0913, PLR0917 (a change is made of these)
    uow: UnitOfWork,
    data: Snapshot,
    found: Quoted,
    order: Order,
    draft: _Draft,
    made: OrderChange,
    by: str,
) -> Order:
    """Keep the changed order with its fees, and tell of it."""
    now = uow.clock.now()
    fees = tuple(
        OrderFee(
            change=made.id,
            label="" if each.rule is None else each.rule.name,
            amount=each.fee,
            tax=each.tax,
            at=now,
        )
        for each in made.rows
        if each.fee
    )
    saved = uow.orders.save(replace(draft.after, fees=(*order.fees, *fees)))
    failpoint("change_kept")
    ended = {each.line.id for each in draft.plan.moves if each.out and is_contract(each.line)}
    sold = found.version.offered.lines
    cancel_lines(uow, data, order, ended, sold, by, made.reason)
    handing_over.owe_changes(uow, saved, {each.line.system for each in draft.plan.moves}, made.id)
    _tell(uow, order, saved, made, by)
    return saved


def _tell(uow: UnitOfWork, before: Order, after: Order, made: OrderChange, by: str) -> None:
    told = {**_told(after, made), "by": by}
    waiting = LineStatus.CANCEL_REQUESTED
    if _units(after, waiting) > _units(before, waiting):
        _note(uow, after, made, by, OrderHappening.CHANGE_REQUESTED)
        uow.emit(EventType.ORDER_CHANGE_REQUESTED, after.id, told)
    if after.status is OrderStatus.CANCELLED:
        _note(uow, after, made, by, OrderHappening.CANCELLED)
        uow.emit(EventType.ORDER_CANCELLED, after.id, told)
    else:
        _note(uow, after, made, by, OrderHappening.CHANGED)
        uow.emit(EventType.ORDER_CHANGED, after.id, told)
        reporting_back.owe(uow, after.quote_id)
    status_changed(uow, before, after)


def _note(uow: UnitOfWork, order: Order, made: OrderChange, by: str, what: OrderHappening) -> None:
    details: dict[str, object] = {"change": made.id, "type": made.type.value}
    if made.reason:
        details["reason"] = made.reason
    entry = OrderEntry(at=uow.clock.now(), by=by, what=what, details=details)
    uow.order_history.add(order.id, entry)


def _told(order: Order, made: OrderChange) -> dict[str, object]:
    return {
        "number": order.number,
        "status": order.status.value,
        "change": made.id,
        "type": made.type.value,
        "reason": made.reason,
        "fee": made.amount,
        "fee_tax": made.tax,
        "price_delta": made.price_delta,
        "currency": made.currency,
        "lines": sorted({each.line_id for each in made.rows}),
    }


def _units(order: Order, status: LineStatus) -> Decimal:
    return sum((each.units(status) for each in order.lines), Decimal(0))


def _content(asked: Change) -> str:
    """What tells one change from another."""
    return hashlib.sha256(msgspec.json.encode(asked, order="sorted")).hexdigest()


def _fault(code: str) -> Finding:
    return Finding(Severity.ERROR, code, where="fee_quote_id")
