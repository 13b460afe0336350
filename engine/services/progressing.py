"""Progressing: an order is kept as what was heard of its lines leaves it, and that is told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.catalog.routing import CONTRACTS
from engine.events.types import EventType
from engine.kernel.currency import currency
from engine.orders.bundles import with_bundles
from engine.orders.changed import moved
from engine.orders.changing import Move, Plan
from engine.orders.history import OrderEntry, OrderHappening
from engine.orders.lifecycle import ARRIVED, LOST
from engine.orders.order import LineStatus, Order, OrderLine, OrderStatus
from engine.orders.providing import provided_at, provided_lines
from engine.orders.reporting import Heard, Ignored, LineReport, hear
from engine.orders.rollup import order_status
from engine.pricing.rounding import Rounding
from engine.services import drafting, reporting_back
from engine.services.concluding import never_served
from engine.services.resettling import resettled
from engine.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """Who spoke of an order's lines, for which system, and what was said of them all."""

    system: str
    status: LineStatus
    by: str
    tracking: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reported:
    """The order after a report; `ignored` says why it changed nothing."""

    order: Order
    ignored: Ignored | None
    over_shipped: bool = False


def kept(
    uow: UnitOfWork,
    order: Order,
    word: Word,
    heard: Sequence[Heard],
    what: OrderHappening = OrderHappening.REPORTED,
    **details: object,
) -> Reported:
    """Keep what was heard of lines of the order, which the caller holds locked; tell the news."""
    news = [each for each in heard if each.is_news]
    by_id = {each.line.id: each.line for each in heard}
    lines = with_bundles(tuple(by_id.get(each.id, each) for each in order.lines))
    told: dict[str, object] = {"system": word.system, "status": word.status.value, **details}
    if word.reason:
        told["reason"] = word.reason
    if not news and lines == order.lines:
        return _ignored(uow, order, word, heard, told)
    after = resettled(uow, order, replace(order, lines=lines, status=order_status(lines)))
    saved = uow.orders.save(after)
    over = any(each.over for each in heard)
    if over:
        told["over_shipped"] = True
    if not news:
        return _ignored(uow, saved, word, heard, told)
    note(uow, order, word.by, what, told)
    _tell(uow, order, saved, word, news)
    return Reported(saved, None, over)


def _ignored(
    uow: UnitOfWork, order: Order, word: Word, heard: Sequence[Heard], told: dict[str, object]
) -> Reported:
    ignored = next((each.ignored for each in heard if each.ignored), Ignored.BACKWARD)
    told["ignored_because"] = ignored.value
    note(uow, order, word.by, OrderHappening.IGNORED, told)
    return Reported(order, ignored, any(each.over for each in heard))


def _tell(uow: UnitOfWork, before: Order, after: Order, word: Word, news: Sequence[Heard]) -> None:
    """One event for what a system said, one more where the order as a whole moved."""
    lines = [
        {
            "line_id": each.line.id,
            "sku": each.line.sku,
            "status": each.status.value,
            "quantity": each.moved,
            "quantity_by_status": dict(each.line.progress.quantities),
        }
        for each in news
    ]
    data = {"system": word.system, "status": word.status.value, "lines": lines, "by": word.by}
    if word.tracking:
        data["tracking"] = word.tracking
    uow.emit(EventType.FULFILLMENT_UPDATED, after.id, data)
    status_changed(uow, before, after)
    if after.status is OrderStatus.CANCELLED is not before.status:
        told = {"number": after.number, "status": after.status.value, "by": word.by}
        uow.emit(EventType.ORDER_CANCELLED, after.id, told)


def status_changed(uow: UnitOfWork, before: Order, after: Order) -> None:
    """Tell that an order as a whole is somewhere else, if it is."""
    if before.status is after.status:
        return
    told = {
        "number": after.number,
        "previous_status": before.status.value,
        "status": after.status.value,
    }
    uow.emit(EventType.ORDER_STATUS_CHANGED, after.id, told)
    reporting_back.owe(uow, after.quote_id)


def note(
    uow: UnitOfWork,
    order: Order,
    by: str,
    what: OrderHappening,
    details: Mapping[str, object],
) -> None:
    """Add to the order's history."""
    entry = OrderEntry(at=uow.clock.now(), by=by, what=what, details=details)
    uow.order_history.add(order.id, entry)


def given_up(uow: UnitOfWork, order: Order, word: Word, line_ids: Collection[str]) -> Order:
    """The order, which the caller holds locked, without what of lines has not come yet.

    Nothing that was said of them before is read again.
    """
    if not line_ids:
        return order
    rounding = Rounding.of(
        currency(order.currency), drafting.get(uow, order.quote_id).version.terms.policy
    )
    mine = [each for each in order.lines if each.id in line_ids]
    moves = [Move(line=each, where="", taken=_still_open(each)) for each in mine]
    plan = Plan(tuple(each for each in moves if each.out))
    after = {each.id: each for each in moved(order, plan, {}, uow.clock.now(), rounding).lines}
    heard = [
        Heard(after[each.line.id], each.out, status=LineStatus.CANCELLED) for each in plan.moves
    ]
    return kept(uow, order, word, heard).order if heard else order


def _still_open(line: OrderLine) -> dict[LineStatus, Decimal]:
    quantities = line.progress.quantities.items()
    found = {LineStatus(status): units for status, units in quantities}
    return {status: units for status, units in found.items() if status not in ARRIVED | LOST}


def provided(uow: UnitOfWork, order: Order) -> Order:
    """The order, which the caller holds locked, with what its contracts provide by now.

    Where a contract was ended before it began, nothing is provided any more.
    """
    now, due = uow.clock.now(), provided_at(order)
    if due is None or now < due:
        return order
    over = Word(system=CONTRACTS, status=LineStatus.CANCELLED, by=CONTRACTS)
    order = given_up(uow, order, over, never_served(uow, order))
    heard = [
        hear(
            line,
            LineReport(status=LineStatus.COMPLETED, at=max([now, *line.progress.at.values()])),
        )
        for line in provided_lines(order)
    ]
    word = Word(system=CONTRACTS, status=LineStatus.COMPLETED, by=CONTRACTS)
    return kept(uow, order, word, heard).order if heard else order
