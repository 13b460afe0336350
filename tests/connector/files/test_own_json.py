import json

from connector.files import reading
from engine.catalog.intake import Kind, Rejection
from engine.catalog.listing import ListName


def test_every_member_becomes_a_table_of_its_kind() -> None:
    whole = {
        "settings": {"time_zone": "UTC"},
        "price_lists": [{"key": "A"}],
        "products": [{"sku": "P"}],
        "entries": [{"sku": "P"}, {"sku": "Q"}],
        "lists": {"PaymentTerms": [{"key": "1"}]},
        "addresses": [],
        "accounts": [{"id": "ACME"}],
        "aliases": [{"word": "x"}],
        "agreements": [{"id": "1"}],
        "ladders": [{"id": "1"}],
    }
    upload = reading.read_bytes(json.dumps(whole).encode(), "catalogue.json")
    assert [(each.kind, each.title, len(each.rows)) for each in upload.tables] == [
        (Kind.SETTINGS, "settings", 1),
        (Kind.PRICE_LISTS, "price_lists", 1),
        (Kind.PRODUCTS, "products", 1),
        (Kind.ENTRIES, "entries", 2),
        (Kind.LIST_ITEMS, "lists/PaymentTerms", 1),
        (Kind.ADDRESSES, "addresses", 0),
        (Kind.ACCOUNTS, "accounts", 1),
        (Kind.ALIASES, "aliases", 1),
        (Kind.AGREEMENTS, "agreements", 1),
        (Kind.LADDERS, "ladders", 1),
    ]
    assert upload.tables[4].list_name is ListName.PAYMENT_TERMS
    assert upload.rejections == ()


def test_what_is_not_known_or_of_the_wrong_shape_is_rejected_by_name() -> None:
    whole = {
        "prices": [],
        "settings": [],
        "lists": {"colours": [], "producttype": {}},
        "products": [1, {"sku": "P"}],
        "accounts": "ACME",
    }
    upload = reading.read_bytes(json.dumps(whole).encode(), "catalogue.json")
    assert upload.rejections == (
        Rejection("prices", 0, "", "is not known here"),
        Rejection("settings", 0, "", "is no JSON object"),
        Rejection("lists", 0, "colours", "is no list that is kept"),
        Rejection("lists/producttype", 0, "", "is no JSON array"),
        Rejection("products", 1, "", "is no JSON object"),
        Rejection("accounts", 0, "", "is no JSON array"),
    )
    [products] = (table for table in upload.tables if table.kind is Kind.PRODUCTS)
    assert [row.number for row in products.rows] == [2]
