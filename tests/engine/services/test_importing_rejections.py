from collections.abc import Mapping
from decimal import Decimal

import pytest

from engine.catalog.intake import Broken, Kind, Rejection, Remark
from engine.hub import Hub
from tests.engine.services.uploads import (
    AGREEMENT,
    LADDER,
    LISTS,
    OFFER,
    RISING,
    counts,
    kept,
    put,
    table,
)


@pytest.mark.parametrize(
    ("change", "column", "message"),
    [
        ({"price_list": "SEK"}, "price_list", "there is no price list 'SEK'"),
        ({"price_list": ""}, "price_list", "is missing"),
        ({"sku": None}, "sku", "is missing"),
        ({"list_price": None}, "list_price", "is missing"),
        (
            {"list_price": "12,50"},
            "list_price",
            "'12,50' has a comma: write a point, as in 1234.50",
        ),
        ({"list_price": Decimal(-1)}, "list_price", "-1 is negative"),
        ({"list_price": Decimal(10) ** 15}, "list_price", "is not below 1000000000000000"),
        ({"cost": Broken("#REF!")}, "cost", "holds #REF! instead of a value"),
        ({"minimum_price": "cheap"}, "minimum_price", "'cheap' is no decimal number"),
        ({"in_assortment": "perhaps"}, "in_assortment", "'perhaps' is neither yes nor no"),
        ({"sku": "PUMP"}, "sku", "'PUMP' stands twice in 'NOK'; the first row counts"),
        ({"colour": "red"}, "colour", "is not known here"),
        ({"images": "x.png"}, "images", "is no list of texts"),
        ({"currency": "USD"}, "currency", "the price list 'NOK' is in NOK"),
    ],
)
def test_a_rejected_row_is_named_and_stops_no_other(
    hub: Hub, change: dict[str, object], column: str, message: str
) -> None:
    bad = {**OFFER, "sku": "BAD", **change}
    last = {**OFFER, "sku": "LAST"}
    report = put(hub, table(Kind.PRICE_LISTS, *LISTS), table(Kind.OFFERS, OFFER, bad, last))
    assert report.rejected == (Rejection("offers", 2, column, message),)
    assert [each.sku for each in kept(hub).products] == ["PUMP", "LAST"]


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ("PUMP", "PUMP@NOK", "'PUMP@NOK' is the key of 'PUMP' in 'NOK'"),
        ("PUMP@NOK", "PUMP", "PUMP@NOK is another product"),
    ],
)
def test_no_product_takes_the_key_of_another(
    hub: Hub, first: str, second: str, message: str
) -> None:
    rows = ({**OFFER, "sku": first}, {**OFFER, "sku": second})
    report = put(hub, table(Kind.PRICE_LISTS, *LISTS), table(Kind.OFFERS, *rows))
    assert report.rejected == (Rejection("offers", 2, "sku", message),)
    assert [each.sku for each in kept(hub).products] == [first]


@pytest.mark.parametrize(
    ("change", "column", "message"),
    [
        (
            {"tax_rate": Decimal(4545)},
            "tax_rate",
            "4545 is no percentage from 0 to 100; 0 stands in",
        ),
        ({"tax_rate": "-1"}, "tax_rate", "-1 is no percentage from 0 to 100; 0 stands in"),
        ({"extra_xml": "<Fields><Field"}, "extra_xml", "is no sound XML; 0 fields were found"),
        ({"name": None}, "name", "is missing; 'PUMP' stands in"),
    ],
)
def test_odd_cells_are_taken_with_a_warning(
    hub: Hub, change: dict[str, object], column: str, message: str
) -> None:
    report = put(hub, table(Kind.PRICE_LISTS, *LISTS), table(Kind.OFFERS, {**OFFER, **change}))
    assert report.warnings == (Remark("offers", 1, column, message),)
    assert counts(report) == (3, 0, 0, 0)
    assert kept(hub).products[0].tax_rate == 0


def test_an_unknown_currency_is_rejected(hub: Hub) -> None:
    report = put(hub, table(Kind.PRICE_LISTS, {"key": "X", "currency": "XXY"}))
    assert report.rejected == (
        Rejection("price lists", 1, "currency", "'XXY' is no ISO 4217 currency"),
    )


@pytest.fixture
def shop(hub: Hub) -> Hub:
    put(
        hub,
        table(Kind.PRICE_LISTS, *LISTS),
        table(Kind.OFFERS, OFFER),
        table(Kind.ACCOUNTS, {"id": "ACME"}),
    )
    return hub


@pytest.mark.parametrize(
    ("kind", "row", "column"),
    [
        (Kind.AGREEMENTS, {**AGREEMENT, "account": "NOBODY"}, "account"),
        (Kind.AGREEMENTS, {**AGREEMENT, "terms": ()}, "terms"),
        (
            Kind.AGREEMENTS,
            {**AGREEMENT, "terms": ({"kind": "percent", "value": "101"},)},
            "terms/0/value",
        ),
        (
            Kind.AGREEMENTS,
            {**AGREEMENT, "terms": ({"kind": "gift", "value": "1"},)},
            "terms/0/kind",
        ),
        (
            Kind.AGREEMENTS,
            {**AGREEMENT, "terms": ({"kind": "fixed_price", "value": "1"},)},
            "terms/0/currency",
        ),
        (
            Kind.AGREEMENTS,
            {**AGREEMENT, "terms": ({"kind": "percent", "value": "1", "sku": "NO"},)},
            "terms/0/sku",
        ),
        (
            Kind.AGREEMENTS,
            {**AGREEMENT, "terms": ({"kind": "percent", "value": "1", "of": "x"},)},
            "terms/0/of",
        ),
        (Kind.AGREEMENTS, {**AGREEMENT, "valid_to": "2025-12-31"}, "valid_to"),
        (Kind.AGREEMENTS, {**AGREEMENT, "version": "1.5"}, "version"),
        (Kind.LADDERS, {**LADDER, "sku": "NO"}, "sku"),
        (Kind.LADDERS, {**LADDER, "price_list": "NO"}, "price_list"),
        (Kind.LADDERS, {**LADDER, "tiers": (RISING[1], RISING[0])}, "tiers"),
        (Kind.LADDERS, {**LADDER, "tiers": ({"percent": "5"},)}, "tiers/0/starts_at"),
        (Kind.ALIASES, {"crm_contact_id": Decimal(2), "word": "X", "sku": "NO"}, "sku"),
        (Kind.ALIASES, {"word": "X", "sku": "PUMP"}, "crm_contact_id"),
        (Kind.ENTRIES, {"price_list": "NOK", "sku": "NO", "list_price": "1"}, "sku"),
        (Kind.ENTRIES, {"price_list": "NO", "sku": "PUMP", "list_price": "1"}, "price_list"),
        (
            Kind.PRODUCTS,
            {"sku": "NEW", "extra_fields": ("", "", "", "", "", "six")},
            "extra_fields",
        ),
        (
            Kind.PRODUCTS,
            {"sku": "NEW", "extra_data": ({"name": "a", "kind": "Colour"},)},
            "extra_data/0/kind",
        ),
    ],
)
def test_what_refers_to_nothing_or_says_too_much_is_rejected(
    shop: Hub, kind: Kind, row: Mapping[str, object], column: str
) -> None:
    before = kept(shop)
    report = put(shop, table(kind, row))
    assert [each.column for each in report.rejected] == [column]
    assert kept(shop) == before
