"""Browsing the catalogue: price lists, and products found by what people type."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from engine.catalog import wildcard
from engine.catalog.price_list import PriceList
from engine.pricing.offer import Offer
from engine.pricing.snapshot import Snapshot

MOST_HITS = 200
"""More hits than this help nobody; the best come first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """Free text over products. `currency` empty: all; `price_list` empty: all active ones.

    `contact` is the CRM company whose own product words count as well.
    """

    text: str
    on: date
    currency: str = ""
    price_list: str = ""
    contact: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """An offer found, under the article number the customer knows it by."""

    offer: Offer
    code: str


def price_lists(snapshot: Snapshot, currency: str) -> list[PriceList]:
    """Every price list in `currency` (any letter case; empty: in all currencies)."""
    wanted = currency.strip().upper()
    return [
        price_list
        for price_list in snapshot.data.price_lists
        if wanted in {"", price_list.currency.code}
    ]


def active_price_lists(snapshot: Snapshot, currency: str, on: date) -> list[PriceList]:
    """The price lists in `currency` that quotes may be made from on `on`."""
    return [each for each in price_lists(snapshot, currency) if each.is_active(on)]


def find(snapshot: Snapshot, query: Find) -> list[Hit] | None:
    """Offers in which every word of the text occurs, best first; None for blank text.

    `%` inside a word stands for anything, alone for every product. A word the customer
    has for a product finds it too, and the hit then carries that word as its code.
    Products out of assortment and inactive price lists are never found.
    """
    words = query.text.casefold().split()
    if not words:
        return None
    offers = on_sale(snapshot, query.on, query.currency, query.price_list)
    aliases = _aliases(snapshot, query.contact, words)
    ranked = []
    for place, offer in enumerate(offers):
        alias = aliases.get(offer.product.sku)
        text = snapshot.search_texts[offer.product.sku]
        if alias is not None:
            text = f"{text}\n{alias.casefold()}"
        if all(wildcard.contains(text, word) for word in words):
            hit = Hit(offer, offer.product.code if alias is None else alias)
            ranked.append((_rank(hit, words), place, hit))
    ranked.sort(key=lambda each: each[:2])
    return [hit for _rank_, _place, hit in ranked[:MOST_HITS]]


def on_sale(
    snapshot: Snapshot, on: date, currency: str = "", price_list: str = ""
) -> Iterable[Offer]:
    """Offers in assortment, in active price lists of `currency`, or only in `price_list`."""
    open_lists = {
        each.key
        for each in active_price_lists(snapshot, currency, on)
        if price_list in {"", each.key}
    }
    return (
        offer
        for offer in snapshot.offers.values()
        if offer.entry.in_assortment and offer.price_list.key in open_lists
    )


def _aliases(snapshot: Snapshot, contact: int, words: Sequence[str]) -> dict[str, str]:
    """The customer's words among `words`, by the sku they mean."""
    return {
        alias.sku: alias.word
        for alias in snapshot.aliases.get(contact, ())
        if any(wildcard.contains(alias.word.casefold(), word) for word in words if word.strip("%"))
    }


def _rank(hit: Hit, words: Sequence[str]) -> int:
    """0 exact code, 1 code begins, 2 name begins, 3 the rest."""
    product = hit.offer.product
    codes = [code.casefold() for code in (hit.code, product.code, product.sku)]
    whole = " ".join(words)
    if whole in codes or any(word in codes for word in words):
        return 0
    if any(code.startswith(words[0]) for code in codes):
        return 1
    return 2 if product.name.casefold().startswith(words[0]) else 3


def without(offer: Offer, *, cost: bool, minimum_price: bool) -> Offer:
    """The offer as somebody may see it who must not see costs or minimum prices."""
    if cost and minimum_price:
        return offer
    entry = replace(
        offer.entry,
        cost=offer.entry.cost if cost else None,
        minimum_price=offer.entry.minimum_price if minimum_price else None,
    )
    return replace(offer, entry=entry)
