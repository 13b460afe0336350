"""Price books and unit prices, worked out once for each snapshot."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from engine.customers.account import Account
from engine.pricing.book import PriceBook, book
from engine.pricing.circumstances import Basket
from engine.pricing.offer import Offer
from engine.pricing.option import ChosenOption
from engine.pricing.pipeline import UnitPrice, price_unit
from engine.pricing.snapshot import Snapshot
from engine.pricing.waterfall import Waterfall

_ZERO = Decimal(0)


class Buying(NamedTuple):
    """Who buys, when, and from which data."""

    snapshot: Snapshot
    account: Account | None
    on: date


def price_book(buying: Buying, offer: Offer) -> PriceBook:
    """The price book of `offer`."""
    snapshot, account, on = buying
    key = (offer.key, None if account is None else account.id, on)
    found: PriceBook = snapshot.books.get(key, lambda: book(snapshot, offer, account, on))
    return found


def unit_price(  # noqa: PLR0913 (the key that prices are remembered by)
    buying: Buying,
    offer: Offer,
    basket: Basket,
    quantity: Decimal,
    list_price: Decimal,
    *,
    before: Decimal = _ZERO,
    options: tuple[ChosenOption, ...] = (),
) -> UnitPrice:
    """What the rules make of one unit of `offer`, `quantity` of which are in `basket`.

    `before` were bought earlier; `options` are what it is built with.
    """
    snapshot, account, on = buying
    whose = None if account is None else account.id
    key = (offer.key, whose, on, quantity, list_price, before, options)
    if not basket.matters:
        known: UnitPrice | None = snapshot.unit_prices.find(key)
        if known is not None:
            return known
    rules = price_book(buying, offer)
    circumstances = basket.around(rules, quantity, before)._replace(options=options)
    found: UnitPrice = snapshot.unit_prices.get(
        (*key, circumstances) if basket.matters else key,
        lambda: price_unit(
            rules, circumstances, Waterfall(list_price, offer.price_list.currency, quantity)
        ),
    )
    return found
