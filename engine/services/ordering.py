"""Ordering: an accepted quote becomes an order at most once, whoever asks and however often.

The order is a copy of what was accepted; nothing of it is priced again. Each line goes to the
system that the tenant's rules route it to, which is told of it in the same transaction that
keeps the order; what recurs becomes a service contract.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from engine.catalog.routing import CONTRACTS
from engine.events.types import EventType
from engine.kernel.errors import AlreadyOrdered, IllegalTransition, Invalid
from engine.kernel.failpoints import failpoint
from engine.kernel.finding import Finding, Severity
from engine.orders.decomposing import decomposed
from engine.orders.history import OrderEntry, OrderHappening
from engine.orders.order import Order, OrderLine, OrderSearch
from engine.ports.effects import EffectKind
from engine.pricing.snapshot import Snapshot
from engine.quotes.acts import status_on
from engine.quotes.history import Happening
from engine.quotes.quote import Quote, QuoteStatus
from engine.services import reporting_back
from engine.services.contracting import first_day, open_contracts
from engine.services.drafting import Quoted, get
from engine.services.noting import note
from engine.store.unit_of_work import Reading, UnitOfWork

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrder:
    """Order what was accepted of a quote.

    `alternative_ref` names the alternative that is meant, by our id or the one it has where the
    quote is kept; empty for whichever was accepted. `document` is the buyer's side of it as it
    was handed in.
    """

    quote_id: str
    by: str
    alternative_ref: str = ""
    purchase_order: str = ""
    comment: str = ""
    requested_date: date | None = None
    document: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Placed:
    """The order of a quote; whether it was made now."""

    order: Order
    is_new: bool


def place(uow: UnitOfWork, data: Snapshot, command: PlaceOrder) -> Placed:
    """The order of the quote: made now, or the one that exists.

    IllegalTransition where the quote was not accepted; AlreadyOrdered when another alternative
    of it was ordered.
    """
    quote = uow.quotes.get(command.quote_id, lock=True)
    found = get(uow, quote.id)
    failpoint("order_locked")
    existing = uow.orders.find_by_quote(quote.id)
    if existing is not None:
        return Placed(_same(existing, command), is_new=False)
    _guard(found, data.today(uow.clock))
    order = _order(uow, data, found, command)
    try:
        uow.orders.add(order)
    except AlreadyOrdered:  # in the same instant, over another door
        existing = uow.orders.find_by_quote(quote.id)
        if existing is None:
            raise
        return Placed(_same(existing, command), is_new=False)
    failpoint("order_kept")
    _tell(uow, found, order, command.by)
    reporting_back.owe(uow, found.quote.id)
    open_contracts(uow, data, order.id, found, command.requested_date)
    failpoint("order_told")
    return Placed(order, is_new=True)


def find_order(reading: Reading, origin: str, origin_key: str) -> Order | None:
    """The order of a quote kept elsewhere, or None when it was not ordered."""
    quote = reading.quotes.find_by_origin(origin, origin_key)
    return None if quote is None else reading.orders.find_by_quote(quote.id)


def search(
    reading: Reading, wanted: OrderSearch, limit: int, before: str | None = None
) -> list[Order]:
    """At most `limit` orders, the newest first, older than `before`.

    Invalid where `before` names no order of the tenant.
    """
    if before is not None and not reading.orders.exists(before):
        cursor = Finding(Severity.ERROR, "unknown_cursor", where="cursor")
        raise Invalid("no such page", [cursor])
    return reading.orders.search(wanted, limit, before)


def _guard(found: Quoted, today: date) -> None:
    status = status_on(found.quote, today)
    if status is not QuoteStatus.ACCEPTED:
        raise IllegalTransition(
            f"quote {found.quote.number} is {status.value}: only an accepted one is ordered"
        )


def _same(order: Order, command: PlaceOrder) -> Order:
    if command.alternative_ref and order.alternative_ref != command.alternative_ref:
        raise AlreadyOrdered(
            f"the quote was ordered as {order.number}, from another alternative",
            order=order.number,
        )
    return order


def _order(uow: UnitOfWork, data: Snapshot, found: Quoted, command: PlaceOrder) -> Order:
    now, version = uow.clock.now(), found.version
    offered, number = version.offered, uow.numbers.next(f"order-{now.year}")
    lines = _with_beginnings(uow, data, found, command.requested_date)
    return Order(
        id=uow.ids.new("ord"),
        number=f"O-{now.year}-{number:06d}",
        quote_id=found.quote.id,
        alternative_ref=offered.origin_key or offered.id,
        currency=version.terms.currency,
        total=sum((line.total for line in lines), Decimal(0)),
        totals=offered.totals,
        placed_at=now,
        lines=lines,
        account=version.terms.account,
        purchase_order=command.purchase_order,
        comment=command.comment,
        requested_date=command.requested_date,
        rules=version.terms.revision,
        document=command.document,
    )


def _with_beginnings(
    uow: UnitOfWork, data: Snapshot, found: Quoted, requested_date: date | None
) -> tuple[OrderLine, ...]:
    """The lines that are ordered; those of contracts say when their first day is over."""
    version, today = found.version, data.today(uow.clock)
    lines = decomposed(data, version, today, uow.ids)
    if not any(each.system == CONTRACTS for each in lines):
        return lines
    plan = uow.contracts.planned(found.quote.id)
    starts = first_day(plan, requested_date, today)
    asked = {
        each.origin_key or each.id: each.price.ask.start_date for each in version.offered.lines
    }

    def begun_at(line: OrderLine) -> datetime | None:
        if line.system != CONTRACTS:
            return None
        day = starts if plan is not None else asked.get(line.line_ref) or starts
        with suppress(OverflowError):  # such a term is refused where its contract is made
            return data.midnight(day + _DAY)
        return None

    return tuple(replace(each, begun_at=begun_at(each)) for each in lines)


def _tell(uow: UnitOfWork, found: Quoted, order: Order, by: str) -> None:
    """Keep what happened, and owe the systems their lines."""
    entry = OrderEntry(at=order.placed_at, by=by, what=OrderHappening.PLACED)
    uow.order_history.add(order.id, entry)
    ordered = uow.quotes.save(_as_ordered(found, order))
    note(uow, ordered, Happening.ORDERED, by, order=order.number)
    uow.emit(
        EventType.ORDER_PLACED,
        order.id,
        {
            "number": order.number,
            "status": order.status.value,
            "quote_id": order.quote_id,
            "account_id": order.account,
            "currency": order.currency,
            "net": order.total,
            "systems": list(order.systems),
            "by": by,
        },
    )
    for bundle in (each for each in order.lines if each.is_bundle):
        uow.emit(EventType.ORDER_DECOMPOSED, order.id, _taken_apart(order, bundle))
    uow.effects.owe_all((EffectKind.ERP, system, order.id, {}) for system in order.systems)


def _taken_apart(order: Order, bundle: OrderLine) -> dict[str, object]:
    components = [each.id for each in order.lines if each.parent == bundle.id]
    return {"line_id": bundle.id, "sku": bundle.sku, "components": components}


def _as_ordered(found: Quoted, order: Order) -> Quote:
    return replace(
        found.quote,
        status=QuoteStatus.ORDERED,
        account=order.account,
        updated_at=order.placed_at,
    )
