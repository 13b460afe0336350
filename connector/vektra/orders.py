"""Orders: placed from accepted quotes, read, and reported on by the systems that fulfil them."""

from http import HTTPStatus
from typing import Any

from connector import context
from connector.encoder import Answer
from connector.reading import day, instant, optional_number
from connector.vektra import ordered, paging, session
from connector.vektra.reply import Reply
from connector.vektra.requests import member
from connector.vektra.writing import etag, once, seen_revision
from engine.kernel.errors import Forbidden
from engine.orders.order import LineStatus, Order, OrderSearch, OrderStatus
from engine.services import fulfilling, ordering
from engine.services.fulfilling import LineWord, StatusReport
from engine.services.ordering import PlaceOrder

Json = dict[str, Any]


def place_order(body: Json) -> Answer:
    """The order of an accepted quote: placed now, or the one there is."""
    data, by = session.snapshot(), session.caller()
    command = PlaceOrder(
        quote_id=body["quote_id"],
        by=by,
        purchase_order=body.get("purchase_order") or "",
        comment=body.get("comment") or "",
        requested_date=member(day, body, "requested_date"),
    )

    def act(uow: Any) -> Reply:
        placed = ordering.place(uow, data, command)
        status = HTTPStatus.CREATED if placed.is_new else HTTPStatus.OK
        location = ("location", f"/api/v1/orders/{placed.order.id}")
        return _reply(uow, placed.order, status, location)

    return once(act)


def list_orders(
    status: str | None = None,
    account_id: str | None = None,
    limit: int = paging.USUAL,
    cursor: str | None = None,
) -> Json:
    """Orders, the newest first."""
    wanted = OrderSearch(status=None if status is None else OrderStatus(status), account=account_id)

    def page(view: Any) -> Json:
        found = ordering.search(view, wanted, limit + 1, paging.named(cursor))
        return paging.window(found, lambda each: each.id, lambda each: _body(view, each), limit)

    return session.reading(page)


def get_order(order_id: str) -> Reply:
    """One order with how far every system is, its contracts and its history."""
    return session.reading(lambda view: _reply(view, view.orders.get(order_id)))


def report_order_status(body: Json, order_id: str) -> Answer:
    """What a fulfilment system says about its lines."""
    said, seen = _report(body), seen_revision()
    _guard_system(said.system)

    def act(uow: Any) -> Reply:
        heard = fulfilling.report(uow, order_id, said, seen)
        told: Json = {"order": _body(uow, heard.order), "applied": heard.ignored is None}
        if heard.ignored is not None:
            told["ignored_because"] = heard.ignored.value
        if heard.over_shipped:
            told["over_shipped"] = True
        return Reply(told, headers=(etag(heard.order.revision),))

    return once(act)


def _guard_system(system: str) -> None:
    """A system that has a key of its own is spoken for with that key alone."""
    who = context.principal()
    if who.system is None:
        with context.hub().administration(reading=True) as administration:
            if administration.api_keys.has_system(who.tenant, system):
                raise Forbidden(f"{system} reports with a key of its own")
    elif who.system != system:
        raise Forbidden(f"this key speaks for {who.system}")


def _report(body: Json) -> StatusReport:
    return StatusReport(
        system=body["fulfillment_system"],
        status=LineStatus(body["status"]),
        by=session.caller(),
        lines=None
        if body.get("lines") is None
        else tuple(_word(each, place) for place, each in enumerate(body["lines"])),
        tracking=body.get("tracking") or "",
        event_id=body.get("event_id"),
        occurred_at=member(instant, body, "occurred_at"),
        reason=body.get("reason") or "",
    )


def _word(body: Json, place: int) -> LineWord:
    status = body.get("status")
    return LineWord(
        line_id=body.get("line_id"),
        external_ref=body.get("external_ref"),
        quantity=member(optional_number, body, "quantity", f"/lines/{place}"),
        status=None if status is None else LineStatus(status),
    )


def _reply(
    view: Any, whole: Order, status: int = HTTPStatus.OK, *headers: tuple[str, str]
) -> Reply:
    return Reply(_body(view, whole), status, (etag(whole.revision), *headers))


def _body(view: Any, whole: Order) -> Json:
    return {
        **ordered.order(whole),
        "contracts": list(view.contracts.of_order(whole.id)),
        "history": [ordered.happened(each) for each in view.order_history.of(whole.id)],
    }
