"""Many quotes of a tenant that has no product lines yet."""

from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import count

from engine.catalog.intake import Kind
from engine.hub import Hub
from engine.pricing.line import Ask
from engine.pricing.snapshot import Snapshot
from engine.quotes.quote import Quote
from engine.services import drafting, staffing
from engine.services.assigning import Door
from engine.services.drafting import NewQuote
from engine.services.pricing import PriceBasket
from engine.services.staffing import NewUser
from tests.engine.services.uploads import LISTS, OFFER, TENANT, put, table

PUMPS = {"id": "pumps", "families": ("WET",)}
REST = {"id": "rest"}
ELSEWHERE = "superoffice"


def door(hub: Hub) -> Door:
    return partial(hub.unit_of_work, TENANT)


def sold(hub: Hub) -> Snapshot:
    """A pump of the family WET, and who buys it."""
    put(
        hub,
        table(Kind.PRICE_LISTS, *LISTS),
        table(Kind.OFFERS, OFFER | {"family": "WET"}),
        table(Kind.ACCOUNTS, {"id": "ACME", "name": "Acme"}),
    )
    return hub.snapshot(TENANT, 1)


def lines(hub: Hub) -> None:
    """Product lines come; nothing follows."""
    put(hub, table(Kind.PRODUCT_LINES, REST, PUMPS))


def staff(hub: Hub, number: int) -> None:
    with hub.unit_of_work(TENANT) as uow:
        for each in range(number):
            staffing.add(uow, NewUser(username=f"u_{each}", password="a-password"))


def made(hub: Hub, data: Snapshot, *, owner: int | None = None, empty: bool = False) -> Quote:
    """A quote of two pumps, or of nothing yet."""
    basket = PriceBasket(
        asks=() if empty else (Ask(sku="PUMP", quantity=Decimal(2)),),
        account_id="ACME",
        currency="NOK",
        price_list="NOK",
        may_be_empty=True,
    )
    with hub.unit_of_work(TENANT) as uow:
        command = NewQuote(basket=basket, made_by="me", owner=owner)
        return drafting.create(uow, data, command).quote


def repeated(hub: Hub, quote: Quote, times: int, members: int) -> None:
    """As many quotes like it, kept elsewhere under the names 1, 2 and so on; some have owners."""
    with hub.unit_of_work(TENANT) as uow:
        version = uow.quote_versions.get(quote.id, quote.version)
        for number in range(1, times + 1):
            like = replace(
                quote,
                id=uow.ids.new("qte"),
                number=f"N-{number}",
                origin=ELSEWHERE,
                origin_key=f"{number}",
                serial=uow.numbers.next("quotation"),
                owner=number % (members + 1) or None,
            )
            uow.quotes.add(like)
            uow.quote_versions.put(like.id, version)


def kept(hub: Hub) -> list[tuple[Quote, tuple[int, ...]]]:
    """Every quote there is, with who handles it."""
    found: list[tuple[Quote, tuple[int, ...]]] = []
    with hub.reading(TENANT) as view:
        for serial in count(1):
            quote = view.quotations.find(serial)
            if quote is None:
                return found
            found.append((quote, view.quote_handlers.of(quote.id)))
    return found
