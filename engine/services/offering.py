"""Offering: items of contracts become lines of a quote, which comes to the same exactly."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from engine.contracts.contract import Contract, Item
from engine.contracts.crediting import Sources, total_of
from engine.kernel.errors import Invalid
from engine.pricing.carried import Carried
from engine.pricing.line import Ask
from engine.pricing.rounding import unit_price
from engine.pricing.snapshot import Snapshot
from engine.pricing.totals import PricedLine
from engine.services.pricing import PriceBasket, price_basket


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """An item that is offered for so many `months`; credits are taken off, `total` is left.

    `sources` say which charges the credits come from. `is_asked` says that somebody asked for its
    price. `agreed_price` is what was agreed to with the contract, None where prices of now hold.
    """

    item: Item
    months: Decimal
    total: Decimal
    sources: Sources = ()
    agreed_price: Decimal | None = None
    is_asked: bool = False

    @property
    def credit(self) -> Decimal:
        """What is taken off in all."""
        return total_of(self.sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pricing:
    """The data that something is priced with, and as of which day."""

    data: Snapshot
    on: date


def pricings(
    contract: Contract, data: Snapshot, book: Snapshot, today: date
) -> tuple[Pricing, ...]:
    """What amendments of a contract are priced with: what it was sold from, or as of now.

    What there was not when it was sold is priced as of now too.
    """
    now = Pricing(data=data, on=today)
    if contract.policy.current_prices or contract.priced_on is None:
        return (now,)
    return (Pricing(data=book, on=contract.priced_on), now)


def basket_of(contract: Contract, pricing: Pricing, asks: Sequence[Ask]) -> PriceBasket:
    """Lines for the contract's account, in its currency and from its price list if that holds."""
    listed = pricing.data.price_lists.get(contract.price_list or "")
    holds = listed is not None and listed.is_active(pricing.on)
    return PriceBasket(
        asks=tuple(asks),
        account_id=contract.account,
        currency=contract.currency,
        price_list=contract.price_list if holds else None,
        on=pricing.on,
    )


def priced(contract: Contract, pricing: Pricing, asks: Sequence[Ask]) -> tuple[PricedLine, ...]:
    """The lines priced. Invalid where any cannot be."""
    basket = basket_of(contract, pricing, asks)
    return price_basket(pricing.data, pricing.on, basket).priced.lines


def offered(
    contract: Contract, ways: Sequence[Pricing], offerings: Sequence[Offering]
) -> tuple[Pricing, PriceBasket]:
    """The basket of a quote, with the first of `ways` by which it can be priced."""
    for way in ways[:-1]:
        try:
            return way, _basket(contract, way, offerings)
        except Invalid:
            continue
    return ways[-1], _basket(contract, ways[-1], offerings)


def _basket(contract: Contract, way: Pricing, offerings: Sequence[Offering]) -> PriceBasket:
    asks = [_ask(way.data, each) for each in offerings]
    usual = priced(contract, way, asks)
    typed = [
        ask
        if line.full_unit_price == each.item.unit_price
        else replace(ask, unit_price=each.item.unit_price)
        for ask, line, each in zip(asks, usual, offerings, strict=True)
    ]
    full = priced(contract, way, typed)
    settled = [
        replace(ask, carried=_carried(ask, each, line.net_total))
        for ask, line, each in zip(typed, full, offerings, strict=True)
    ]
    return basket_of(contract, way, settled)


def _carried(ask: Ask, each: Offering, full: Decimal) -> Carried:
    """What the line brings from the contract; with its credit, of `full` the total is left."""
    return Carried(
        credit=full - each.total,
        unit_price=None if each.is_asked else each.item.unit_price,
        agreed_price=each.agreed_price,
        unit=ask.unit,
        configuration=ask.configuration,
        charge=each.item.replaces,
        sources=each.sources,
    )


def _ask(data: Snapshot, each: Offering) -> Ask:
    charge = each.item.charge
    product = data.products.get(charge.sku)
    usual = product is None or product.quantity_unit == each.item.unit
    return Ask(
        sku=charge.sku,
        quantity=charge.quantity,
        unit="" if usual else each.item.unit,
        term_months=unit_price(each.months),
        start_date=charge.start_date,
        configuration=each.item.chosen,
    )
