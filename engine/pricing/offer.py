"""An offer: a product in one price list."""

from dataclasses import dataclass

from engine.catalog.price_list import PriceList, PriceListEntry
from engine.catalog.product import Product


@dataclass(frozen=True, slots=True)
class Offer:
    """A product in one price list: what a salesperson can put on a quote.

    `key` names it on its own: the sku where the product stands in one price list only,
    else `sku@price list`.
    """

    key: str
    product: Product
    entry: PriceListEntry
    price_list: PriceList
