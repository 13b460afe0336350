"""Products: what can be sold, and what it is listed at."""

from typing import Any

from connector.vektra import answers, paging, session
from engine.catalog import wildcard
from engine.catalog.charge import charge_of
from engine.catalog.product import Product
from engine.kernel.errors import NotFound
from engine.pricing.snapshot import Snapshot

Json = dict[str, Any]


def list_products(q: str = "", limit: int = paging.USUAL, cursor: str | None = None) -> Json:
    """Products in catalogue order; `q` is looked for in every text people know one by."""
    data = session.snapshot()
    wanted = q.strip().casefold()
    found = [
        each
        for each in data.data.products
        if not wanted or wildcard.contains(data.search_texts[each.sku], wanted)
    ]
    return paging.page(
        found, lambda each: each.sku, lambda each: _written(data, each), limit, cursor
    )


def get_product(sku: str) -> Json:
    """One product."""
    data = session.snapshot()
    found = data.products.get(sku)
    if found is None:
        raise NotFound("there is no such product")
    return _written(data, found)


def _written(data: Snapshot, product: Product) -> Json:
    return {
        "sku": product.sku,
        "name": product.name,
        "description": product.description,
        "code": product.code,
        "unit": product.quantity_unit,
        "category": product.category,
        "family": product.family,
        "type": product.type,
        "charge": answers.charge(charge_of(product)),
        "tax": {"code": product.tax_text, "rate": product.tax_rate},
        "prices": [
            {
                "price_list": each.price_list.key,
                "currency": each.price_list.currency.code,
                "list_price": each.entry.list_price,
            }
            for each in data.offers_by_sku.get(product.sku, ())
        ],
    }
