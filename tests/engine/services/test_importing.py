from datetime import date
from decimal import Decimal

import pytest

from engine.catalog.intake import Kind, Rejection, Remark, Upload
from engine.catalog.listing import ListItem, ListName
from engine.catalog.price_list import PriceListEntry
from engine.catalog.settings import TenantSettings
from engine.hub import Hub
from engine.kernel.currency import currency
from engine.pricing.snapshot import CatalogueData
from engine.services.importing import import_catalogue
from tests.engine.services.uploads import LISTS, OFFER, TENANT, counts, kept, put, revision, table


def test_offers_become_products_and_entries(hub: Hub) -> None:
    rich = {**OFFER, "cost": "60.5", "in_stock": Decimal(-3), "in_assortment": "no"}
    report = put(hub, table(Kind.PRICE_LISTS, *LISTS), table(Kind.OFFERS, rich))
    assert counts(report) == (3, 0, 0, 0)
    [product] = kept(hub).products
    assert (product.sku, product.code, product.name) == ("PUMP", "PUMP", "Pump")
    assert kept(hub).entries == (
        PriceListEntry(
            price_list="NOK",
            sku="PUMP",
            list_price=Decimal(100),
            cost=Decimal("60.5"),
            in_assortment=False,
            in_stock=Decimal(-3),
        ),
    )


def test_the_same_upload_again_writes_nothing(hub: Hub) -> None:
    upload = (
        table(Kind.PRICE_LISTS, *LISTS),
        table(Kind.OFFERS, OFFER, {**OFFER, "price_list": "EUR"}),
    )
    put(hub, *upload)
    before = revision(hub)
    assert counts(put(hub, *upload)) == (0, 0, 4, 0)
    assert revision(hub) == before


def test_a_change_is_an_update_and_nothing_is_deleted(hub: Hub) -> None:
    other = {**OFFER, "sku": "HOSE", "name": "Hose"}
    put(hub, table(Kind.PRICE_LISTS, *LISTS), table(Kind.OFFERS, OFFER, other))
    before = revision(hub)
    report = put(hub, table(Kind.OFFERS, {**OFFER, "list_price": Decimal("99.95")}))
    assert counts(report) == (0, 1, 0, 0)
    assert revision(hub) == before + 1
    assert [(each.sku, each.list_price) for each in kept(hub).entries] == [
        ("PUMP", Decimal("99.95")),
        ("HOSE", Decimal(100)),
    ]


def test_a_changed_product_is_an_update_too(hub: Hub) -> None:
    put(hub, table(Kind.PRICE_LISTS, *LISTS), table(Kind.OFFERS, OFFER))
    assert counts(put(hub, table(Kind.OFFERS, {**OFFER, "name": "Big pump"}))) == (0, 1, 0, 0)
    assert kept(hub).products[0].name == "Big pump"


def test_cells_that_are_not_there_leave_what_was(hub: Hub) -> None:
    full = {**OFFER, "description": "Red", "cost": Decimal(60), "minimum_price": Decimal(80)}
    put(hub, table(Kind.PRICE_LISTS, *LISTS), table(Kind.OFFERS, full))
    put(
        hub,
        table(Kind.OFFERS, {"price_list": "NOK", "sku": "PUMP", "list_price": "90", "cost": None}),
    )
    data = kept(hub)
    assert (data.products[0].name, data.products[0].description) == ("Pump", "Red")
    assert (data.entries[0].minimum_price, data.entries[0].cost) == (Decimal(80), None)


def test_a_product_told_twice_is_what_the_later_row_says(hub: Hub) -> None:
    report = put(
        hub,
        table(Kind.PRICE_LISTS, *LISTS),
        table(Kind.OFFERS, OFFER, {**OFFER, "price_list": "EUR", "name": "Pumpe"}),
    )
    assert kept(hub).products[0].name == "Pumpe"
    assert report.warnings == (
        Remark("offers", 2, "name", "of 'PUMP' differs from an earlier row; the later row counts"),
    )


def test_an_offer_with_a_currency_brings_its_price_list(hub: Hub) -> None:
    new = {**OFFER, "price_list": "SPRING", "currency": "usd"}
    report = put(hub, table(Kind.OFFERS, new, {**new, "sku": "HOSE"}))
    assert counts(report) == (2, 0, 0, 0)
    [price_list] = kept(hub).price_lists
    assert (price_list.key, price_list.name, price_list.currency) == (
        "SPRING",
        "SPRING",
        currency("USD"),
    )
    assert [each.message for each in report.warnings] == ["the price list 'SPRING' is new"]


def test_price_lists_are_valid_on_their_last_day(hub: Hub) -> None:
    put(
        hub,
        table(
            Kind.PRICE_LISTS,
            {"key": "A", "currency": "NOK", "valid_to": "2026-11-21", "switched_on": "yes"},
            {"key": "B", "currency": "NOK", "switched_on": Decimal(0)},
            {"key": "A", "currency": "NOK"},
        ),
    )
    first, second = kept(hub).price_lists
    assert (first.is_active(date(2026, 11, 21)), first.is_active(date(2026, 11, 22))) == (
        True,
        False,
    )
    assert not second.is_active(date(2026, 11, 21))


def test_list_items_need_a_key_of_their_own(hub: Hub) -> None:
    items = table(
        Kind.LIST_ITEMS,
        {"key": Decimal("1.0"), "display": "Net 30", "description": "30 days"},
        {"key": "", "display": "Nameless"},
        {"key": "1", "display": "Again"},
        {"key": "2"},
        list_name=ListName.PAYMENT_TERMS,
    )
    report = put(hub, items)
    assert kept(hub).lists == {
        ListName.PAYMENT_TERMS: (ListItem("1", "Net 30", "30 days"), ListItem("2", "2"))
    }
    assert [(each.row, each.column) for each in report.rejected] == [(2, "key"), (3, "key")]


def test_products_and_entries_may_come_apart(hub: Hub) -> None:
    report = put(
        hub,
        table(Kind.ENTRIES, {"price_list": "NOK", "sku": "PUMP", "list_price": Decimal(5)}),
        table(
            Kind.PRODUCTS,
            {"sku": "PUMP", "name": "Pump", "images": ("a.png", "b.png")},
            {"sku": "PUMP"},
        ),
        table(Kind.PRICE_LISTS, *LISTS),
    )
    assert counts(report) == (4, 0, 0, 1)
    assert kept(hub).products[0].images == ("a.png", "b.png")
    assert kept(hub).entries[0].list_price == 5


def test_what_the_reader_of_the_file_said_comes_first(hub: Hub) -> None:
    said = Upload(
        tables=(table(Kind.PRICE_LISTS, {"key": ""}),),
        rejections=(Rejection("file", 1, "", "is no object"),),
        remarks=(Remark("file", 0, "", "was odd"),),
    )
    with hub.unit_of_work(TENANT) as uow:
        report = import_catalogue(uow, said)
    assert [each.sheet for each in report.rejected] == ["file", "price lists"]
    assert report.warnings == said.remarks


def test_every_row_is_counted_while_it_goes(hub: Hub) -> None:
    seen: list[int] = []
    with hub.unit_of_work(TENANT) as uow:
        upload = Upload(tables=(table(Kind.PRICE_LISTS, *LISTS, {"key": ""}),))
        import_catalogue(uow, upload, on_row=lambda: seen.append(1))
    assert len(seen) == 3


def import_and_fail(hub: Hub) -> None:
    with hub.unit_of_work(TENANT) as uow:
        import_catalogue(uow, Upload(tables=(table(Kind.PRICE_LISTS, *LISTS),)))
        raise RuntimeError


def test_an_import_that_fails_on_the_way_leaves_nothing(hub: Hub) -> None:
    with pytest.raises(RuntimeError):
        import_and_fail(hub)
    assert kept(hub) == CatalogueData()
    assert kept(hub).settings == TenantSettings()
