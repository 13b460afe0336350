"""Price lists and what stands in them."""

from typing import Any

from connector.vektra import paging, session
from engine.catalog.price_list import PriceList
from engine.kernel.errors import NotFound
from engine.pricing.snapshot import Snapshot

Json = dict[str, Any]


def list_price_lists(limit: int = paging.USUAL, cursor: str | None = None) -> Json:
    """Every price list, in the order of import."""
    data = session.snapshot()
    return paging.page(
        data.data.price_lists,
        lambda each: each.key,
        lambda each: _written(data, each),
        limit,
        cursor,
    )


def get_price_list(key: str, limit: int = paging.USUAL, cursor: str | None = None) -> Json:
    """One price list with a page of its prices."""
    data = session.snapshot()
    found = data.price_lists.get(key)
    if found is None:
        raise NotFound("there is no such price list")
    offers = [each for each in data.offers.values() if each.price_list.key == key]
    entries = paging.page(
        offers,
        lambda each: each.product.sku,
        lambda each: {"sku": each.product.sku, "list_price": each.entry.list_price},
        limit,
        cursor,
    )
    return {**_written(data, found), "entries": entries}


def _written(data: Snapshot, each: PriceList) -> Json:
    start, last = each.validity.start, each.validity.last_day
    return {
        "key": each.key,
        "name": each.name,
        "description": each.description,
        "currency": each.currency.code,
        "tax_included": each.tax_included,
        "valid_from": None if start is None else start.isoformat(),
        "valid_to": None if last is None else last.isoformat(),
        "active": each.is_active(session.today(data)),
    }
