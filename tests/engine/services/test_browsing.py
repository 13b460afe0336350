from datetime import date

import pytest

from engine.customers.account import Alias
from engine.kernel.period import Period
from engine.services import browsing
from tests.builders import TODAY, a_price_list, a_product, a_snapshot, an_entry

LISTS = (
    a_price_list("NOK-2026"),
    a_price_list("NOK-OLD", validity=Period.of_days(None, date(2026, 3, 1))),
    a_price_list("NOK-OFF", on=False),
    a_price_list("USD-2026", "USD"),
)
SHOP = a_snapshot(
    price_lists=LISTS,
    products=(
        a_product("FILTER-H13", name="HEPA filter", description="For the vacuum pump"),
        a_product("PUMP", name="Vacuum pump", supplier="Nordlys AS"),
        a_product("PUMP-XL", name="Big vacuum pump"),
        a_product("HOSE", name="Hose", family="Accessories"),
        a_product("GONE", name="Old pump"),
    ),
    entries=(
        an_entry("FILTER-H13"),
        an_entry("PUMP"),
        an_entry("PUMP-XL", price_list="USD-2026"),
        an_entry("HOSE", price_list="NOK-OLD"),
        an_entry("GONE", in_assortment=False),
    ),
    aliases=(Alias(2, "ACME-VAC-01", "PUMP"),),
)


def skus(text: str, **query: object) -> list[str] | None:
    hits = browsing.find(SHOP, browsing.Find(text=text, on=TODAY, **query))  # type: ignore[arg-type]
    return None if hits is None else [hit.offer.product.sku for hit in hits]


@pytest.mark.parametrize(
    ("currency", "active", "every"),
    [("NOK", 1, 3), ("nok", 1, 3), ("USD", 1, 1), ("EUR", 0, 0), ("", 2, 4)],
)
def test_price_lists_by_currency(currency: str, active: int, every: int) -> None:
    assert len(browsing.active_price_lists(SHOP, currency, TODAY)) == active
    assert len(browsing.price_lists(SHOP, currency)) == every


@pytest.mark.parametrize("text", ["", "   ", "\t"])
def test_blank_input_has_no_answer(text: str) -> None:
    assert skus(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("%", ["FILTER-H13", "PUMP", "PUMP-XL"]),
        ("%%", ["FILTER-H13", "PUMP", "PUMP-XL"]),
        ("pump", ["PUMP", "PUMP-XL", "FILTER-H13"]),
        ("VACUUM pump", ["PUMP", "FILTER-H13", "PUMP-XL"]),
        ("nordlys", ["PUMP"]),
        ("vac%pump xl", ["PUMP-XL"]),
        ("hose", []),
        ("old", []),
        ("no such thing", []),
    ],
)
def test_every_word_must_occur_somewhere_best_first(text: str, found: list[str]) -> None:
    assert skus(text) == found


def test_a_price_list_or_currency_narrows_the_search() -> None:
    assert skus("%", currency="USD") == ["PUMP-XL"]
    assert skus("%", price_list="NOK-2026") == ["FILTER-H13", "PUMP"]
    assert skus("%", price_list="NOK-OFF") == []
    assert skus("%", currency="USD", price_list="NOK-2026") == []


def test_a_customer_finds_products_by_its_own_word_and_sees_it() -> None:
    hits = browsing.find(SHOP, browsing.Find(text="acme-vac", on=TODAY, contact=2))
    assert hits is not None
    assert [(hit.offer.product.sku, hit.code) for hit in hits] == [("PUMP", "ACME-VAC-01")]
    assert skus("acme-vac", contact=3) == []


def test_no_more_hits_than_people_can_use() -> None:
    products = tuple(a_product(f"P{n:03}") for n in range(250))
    shop = a_snapshot(products=products, entries=tuple(an_entry(p.sku) for p in products))
    hits = browsing.find(shop, browsing.Find(text="%", on=TODAY))
    assert hits is not None
    assert len(hits) == browsing.MOST_HITS
