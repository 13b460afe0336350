"""Quotations: listed by type, made, read, and handed to those who handle them."""

from typing import Any

from connector import context
from connector.encoder import Answer
from connector.klaro import session
from connector.klaro.envelope import NOTHING, USUAL, Made, Page
from connector.klaro.errors import bad_value, renamed
from connector.klaro.reading import instant, is_wanted, seconds, sorts
from connector.klaro.revisions import guard_right
from connector.klaro.states import flags
from connector.klaro.users import shown
from connector.reading import Unreadable, choices, number
from engine.kernel.errors import NotFound
from engine.pricing.line import Ask
from engine.pricing.snapshot import Snapshot
from engine.quotes.acts import status_on
from engine.quotes.quotation import Column, Order, QuotationSearch, Span
from engine.quotes.quote import Quote
from engine.services import drafting, handling
from engine.services.drafting import NewQuote
from engine.services.pricing import PriceBasket
from engine.tenants.user import Right

Json = dict[str, Any]
_COLUMNS = frozenset(each.value for each in Column)


def get_quotation_types() -> Json:
    """The tenant's product lines."""
    return {each.id: each.name for each in session.snapshot().data.product_lines}


def list_quotations(  # noqa: PLR0913 (the parameters of the document)
    product_line: str,
    *,
    user_id: int | None = None,
    updated_start: str | None = None,
    updated_end: str | None = None,
    created_start: str | None = None,
    created_end: str | None = None,
    size: int = USUAL,
    offset: int = 0,
) -> Page:
    """Quotations of a product line that the caller may see."""
    _known_line(session.snapshot(), product_line)
    created = (instant("created_start", created_start), instant("created_end", created_end))
    updated = (instant("updated_start", updated_start), instant("updated_end", updated_end))
    wanted = QuotationSearch(
        line=product_line,
        handlers=frozenset() if user_id is None else frozenset({user_id}),
        created=Span(start=created[0], end=created[1]),
        updated=Span(start=updated[0], end=updated[1]),
        orders=tuple(Order(Column(name), down) for name, down in sorts(_COLUMNS)),
        offset=offset,
        size=size,
    )
    found, total = session.reading(handling.search, session.viewer(), wanted)
    return Page(rows=[_shown(each) for each in found], size=size, offset=offset, total=total)


def create_quotation(body: Json, product_line: str) -> Answer:
    """A quotation in process; whoever makes it owns it."""
    data = session.snapshot()
    _known_line(data, product_line)
    command = NewQuote(
        basket=PriceBasket(
            asks=tuple(_ask(place, each) for place, each in enumerate(body.get("lines") or ())),
            account_id=body["account"],
            currency=body.get("currency"),
            may_be_empty=True,
        ),
        made_by=session.caller(),
        owner=session.viewer().member,
        title=body.get("title") or "",
        product_line=product_line,
    )

    exchange = context.exchange()
    base = exchange.surface.base_path if exchange is not None and exchange.surface else ""

    def make(uow: Any) -> Made:
        guard_right(uow, Right.EDIT)
        made = drafting.create(uow, data, command).quote
        return Made(_shown(made), f"{base}/quotation/{made.serial}")

    with renamed(account_id="account", price_list="currency"):
        return session.once(make)


def get_quotation(quotation_id: int, state: str | None = None) -> Json:
    """One quotation; with state whether it is won, final and ordered."""
    found = session.reading(handling.visible, session.viewer(), quotation_id)
    if not is_wanted(state):
        return _shown(found)
    return _shown(found) | flags(status_on(found, session.today(session.snapshot())))


def add_handlers(body: Json, quotation_id: int) -> Answer:
    """Let users handle the quotation as well."""
    numbers = [int(each) for each in body["userIds"]]

    def add(uow: Any) -> Answer:
        guard_right(uow, Right.EDIT)
        handling.add_handlers(uow, session.viewer(), quotation_id, numbers)
        return NOTHING

    return session.once(add)


def list_handlers(quotation_id: int) -> list[Json]:
    """Who handles the quotation."""
    found = session.reading(handling.handlers, session.viewer(), quotation_id)
    return [shown(each) for each in found]


def _shown(quote: Quote) -> Json:
    return {
        "quotation_id": quote.serial,
        "product_line": quote.line,
        "title": quote.title or quote.number,
        "owner": quote.owner,
        "latest_revision": quote.version or 1,
        "created_at": seconds(quote.created_at),
        "updated_at": seconds(quote.updated_at),
    }


def _known_line(data: Snapshot, product_line: str) -> None:
    if all(each.id != product_line for each in data.data.product_lines):
        raise NotFound("there is no such quotation type")


def _ask(place: int, line: Json) -> Ask:
    try:
        quantity = number(line["quantity"])
    except Unreadable as error:
        raise bad_value(f"/lines/{place}/quantity", error) from None
    return Ask(
        sku=line["sku"],
        quantity=quantity,
        configuration=choices(line.get("configuration")),
    )
