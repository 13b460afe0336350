"""Ordering: a quote becomes an order at most once, whoever asks and however often."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.kernel.errors import AlreadyOrdered
from engine.orders.order import Order, OrderLine
from engine.quotes.history import Happening
from engine.quotes.quote import Quote, QuoteStatus
from engine.services.drafting import new_quote, note
from engine.store.unit_of_work import Reading, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrder:
    """Order one alternative of a quote that `origin` knows as `origin_key`.

    `lines` come without ids; `document` is the buyer's side as it was handed in.
    """

    origin: str
    origin_key: str
    alternative_ref: str
    currency: str
    lines: tuple[OrderLine, ...]
    document: Mapping[str, object]
    account: str | None = None
    purchase_order: str = ""
    comment: str = ""


def place_order(uow: UnitOfWork, command: PlaceOrder) -> Order:
    """The order of the quote: made now, or the one that exists.

    Raises AlreadyOrdered when another alternative of the quote was ordered, and Conflict
    when somebody ordered it in the same instant: asked again, that order is the answer.
    """
    quote = uow.quotes.find_by_origin(command.origin, command.origin_key, lock=True)
    if quote is not None:
        order = uow.orders.find_by_quote(quote.id)
        if order is not None:
            return _same(order, command)
    else:
        quote = new_quote(uow, command.origin, command.origin_key, command.currency)
        uow.quotes.add(quote)
    order = _order(uow, quote, command)
    uow.orders.add(order)
    now = uow.clock.now()
    ordered = replace(quote, status=QuoteStatus.ORDERED, account=command.account, updated_at=now)
    note(uow, uow.quotes.save(ordered), Happening.ORDERED, command.origin, order=order.number)
    return order


def find_order(reading: Reading, origin: str, origin_key: str) -> Order | None:
    """The order of a quote, or None when it was not ordered."""
    quote = reading.quotes.find_by_origin(origin, origin_key)
    return None if quote is None else reading.orders.find_by_quote(quote.id)


def _same(order: Order, command: PlaceOrder) -> Order:
    if order.alternative_ref != command.alternative_ref:
        raise AlreadyOrdered(
            f"the quote was ordered as {order.number}, from another alternative",
            order=order.number,
        )
    return order


def _order(uow: UnitOfWork, quote: Quote, command: PlaceOrder) -> Order:
    now = uow.clock.now()
    number = uow.numbers.next(f"order-{now.year}")
    return Order(
        id=uow.ids.new("ord"),
        number=f"O-{now.year}-{number:06d}",
        quote_id=quote.id,
        alternative_ref=command.alternative_ref,
        currency=command.currency,
        total=sum((line.total for line in command.lines), Decimal(0)),
        placed_at=now,
        lines=tuple(replace(line, id=uow.ids.new("oln")) for line in command.lines),
        account=command.account,
        purchase_order=command.purchase_order,
        comment=command.comment,
        document=command.document,
    )
