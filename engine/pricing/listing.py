"""Finding what a product costs in one currency: its price list, another, or a converted one."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from engine.catalog.price_list import PriceList
from engine.kernel.currency import Currency
from engine.pricing.exchange import ExchangeRate, rate
from engine.pricing.offer import Offer
from engine.pricing.rounding import EXACT, unit_price
from engine.pricing.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Listed:
    """An offer in the currency asked for; `converted_at` where its prices had to be converted."""

    offer: Offer
    converted_at: ExchangeRate | None = None

    def per(self, units: Decimal) -> "Listed":
        """The same offer for so many units at once."""

        def times(price: Decimal | None) -> Decimal | None:
            return None if price is None else EXACT.multiply(price, units)

        entry = self.offer.entry
        larger = replace(
            entry,
            list_price=EXACT.multiply(entry.list_price, units),
            minimum_price=times(entry.minimum_price),
            cost=times(entry.cost),
        )
        return replace(self, offer=replace(self.offer, entry=larger))


class Listing:
    """The price list of a quote, and where else its products are looked for."""

    def __init__(self, snapshot: Snapshot, price_list: PriceList, on: date) -> None:
        self._snapshot = snapshot
        self._on = on
        self.price_list = price_list

    @property
    def currency(self) -> Currency:
        return self.price_list.currency

    def knows(self, sku: str) -> bool:
        """Whether there is such a product at all."""
        return sku in self._snapshot.products

    def find(self, sku: str) -> Listed | None:
        """What `sku` costs: in the list, else in another active one of the same currency.

        Where no list in that currency has it, the list of the tenant's base currency prices it
        at the rate of the day. None where nothing does.
        """
        offers = self._snapshot.offers_by_sku.get(sku, ())
        active = [each for each in offers if each.price_list.is_active(self._on)]
        same = [each for each in active if each.price_list.currency == self.currency]
        found = min(same, key=lambda each: each.price_list.key != self.price_list.key, default=None)
        return self._converted(active) if found is None else Listed(found)

    def _converted(self, active: list[Offer]) -> Listed | None:
        base = self._snapshot.settings.pricing.base_currency
        rates = self._snapshot.data.exchange_rates
        rule = rate(rates, base, self.currency.code, self._on) if base else None
        source = next((each for each in active if each.price_list.currency.code == base), None)
        if rule is None or source is None:
            return None
        return Listed(_in_currency(source, self.currency, rule.rate), rule)


def usual_list(snapshot: Snapshot, currency: Currency | None, on: date) -> PriceList | None:
    """The first active price list in `currency`, or of any where none is asked for.

    Where there is none, the first of the tenant's base currency stands in, in the currency
    asked for, if there is a rate for it.
    """
    active = [each for each in snapshot.data.price_lists if each.is_active(on)]
    found = next((each for each in active if currency in {None, each.currency}), None)
    if found is not None or currency is None:
        return found
    base = snapshot.settings.pricing.base_currency
    stand_in = next((each for each in active if each.currency.code == base), None)
    if stand_in is None or rate(snapshot.data.exchange_rates, base, currency.code, on) is None:
        return None
    return replace(stand_in, currency=currency)


def _in_currency(offer: Offer, currency: Currency, rate: Decimal) -> Offer:
    def converted(price: Decimal) -> Decimal:
        return unit_price(EXACT.multiply(price, rate))

    entry = offer.entry
    return replace(
        offer,
        key=f"{offer.key}~{currency.code}~{rate}",
        price_list=replace(offer.price_list, currency=currency),
        entry=replace(
            entry,
            list_price=converted(entry.list_price),
            minimum_price=None if entry.minimum_price is None else converted(entry.minimum_price),
            cost=None if entry.cost is None else converted(entry.cost),
        ),
    )
