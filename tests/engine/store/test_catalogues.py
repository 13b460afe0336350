from dataclasses import replace
from decimal import Decimal

import pytest

from engine.catalog.listing import ListItem, ListName
from engine.catalog.price_list import PriceListEntry
from engine.catalog.product import Product
from engine.customers.account import Account, Alias
from engine.hub import Hub
from engine.kernel.errors import Conflict, NotFound
from engine.pricing.agreement import AgreementTerm, TermKind, Tier
from engine.pricing.snapshot import CatalogueData
from tests.engine.store.nouns import (
    ACME,
    CATALOGUE,
    DOLLARS,
    NORDIC,
    ODD,
    PLAIN_PRODUCT,
    ZENITH,
    put,
)


def loaded(hub: Hub, tenant: str = "fjord") -> CatalogueData:
    with hub.reading(tenant) as view:
        return view.catalogues.load()


def revision(hub: Hub, tenant: str = "fjord") -> int:
    standing = hub.standing(tenant)
    assert standing is not None
    return standing.revision


def test_a_tenant_begins_with_an_empty_catalogue(hub: Hub) -> None:
    assert loaded(hub) == CatalogueData()


def test_every_noun_comes_back_as_it_was_put(hub: Hub) -> None:
    with hub.unit_of_work("fjord") as work:
        put(work, CATALOGUE)
    assert loaded(hub) == CATALOGUE


def test_putting_the_same_again_changes_nothing_but_the_revision(hub: Hub) -> None:
    for _ in range(2):
        with hub.unit_of_work("fjord") as work:
            put(work, CATALOGUE)
    assert loaded(hub) == CATALOGUE
    assert revision(hub) == 3


def test_the_order_of_import_is_kept_and_updates_stay_where_they_stand(hub: Hub) -> None:
    with hub.unit_of_work("fjord") as work:
        work.catalogues.put_products(Product(sku=sku, code=sku, name="") for sku in "cab")
    with hub.unit_of_work("fjord") as work:
        work.catalogues.put_products(Product(sku=sku, code=sku, name="new") for sku in "zbya")
    assert [(product.sku, product.name) for product in loaded(hub).products] == [
        ("c", ""),
        ("a", "new"),
        ("b", "new"),
        ("z", "new"),
        ("y", "new"),
    ]


def test_the_last_of_two_with_one_key_counts(hub: Hub) -> None:
    with hub.unit_of_work("fjord") as work:
        work.catalogues.put_products(
            [replace(PLAIN_PRODUCT, name="first"), replace(PLAIN_PRODUCT, name="second")]
        )
    assert loaded(hub).products == (replace(PLAIN_PRODUCT, name="second"),)


def test_keys_are_told_apart_by_letter_case(hub: Hub) -> None:
    products = (replace(PLAIN_PRODUCT, sku="vx"), replace(PLAIN_PRODUCT, sku="VX"))
    with hub.unit_of_work("fjord") as work:
        work.catalogues.put_products(products)
    assert loaded(hub).products == products


def test_putting_deletes_nothing_it_was_not_given(hub: Hub) -> None:
    with hub.unit_of_work("fjord") as work:
        put(work, CATALOGUE)
    with hub.unit_of_work("fjord") as work:
        work.catalogues.put_list(ListName.PRODUCT_TYPE, [ListItem("#1", "Extra small")])
        work.catalogues.put_agreements([replace(CATALOGUE.agreements[1], name="renewed")])
        work.catalogues.put_products([])
    kept = loaded(hub)
    assert kept.products == CATALOGUE.products
    assert kept.agreements == (
        CATALOGUE.agreements[0],
        replace(CATALOGUE.agreements[1], name="renewed"),
    )
    assert [item.display for item in kept.lists[ListName.PRODUCT_TYPE]] == ["XL", "Extra small"]
    assert kept.lists[ListName.PAYMENT_TERMS] == CATALOGUE.lists[ListName.PAYMENT_TERMS]


def test_terms_and_tiers_are_replaced_with_what_they_belong_to(hub: Hub) -> None:
    agreement = replace(
        CATALOGUE.agreements[0], terms=(AgreementTerm(kind=TermKind.PERCENT, value=Decimal(5)),)
    )
    ladder = replace(CATALOGUE.ladders[0], tiers=(Tier(Decimal(1), Decimal(2)),))
    with hub.unit_of_work("fjord") as work:
        put(work, CATALOGUE)
    with hub.unit_of_work("fjord") as work:
        work.catalogues.put_agreements([agreement])
        work.catalogues.put_ladders([ladder])
    assert loaded(hub).agreements == (agreement, CATALOGUE.agreements[1])
    assert loaded(hub).ladders == (ladder, CATALOGUE.ladders[1])


def test_a_unit_of_work_moves_the_revision_once_however_much_it_writes(hub: Hub) -> None:
    with hub.unit_of_work("fjord") as work:
        put(work, CATALOGUE)
        work.catalogues.touch()
    assert (revision(hub), revision(hub, "skerry")) == (2, 1)


def test_touching_alone_moves_the_revision(hub: Hub) -> None:
    with hub.unit_of_work("fjord") as work:
        work.catalogues.touch()
    assert revision(hub) == 2


def test_a_unit_of_work_that_leaves_the_catalogue_alone_leaves_the_revision(hub: Hub) -> None:
    with hub.unit_of_work("fjord") as work:
        work.catalogues.load()
        work.numbers.next("Q")
    assert revision(hub) == 1


def test_a_rollback_leaves_nothing_and_no_revision(hub: Hub) -> None:
    def given_up() -> None:
        with hub.unit_of_work("fjord") as work:
            put(work, CATALOGUE)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        given_up()
    assert loaded(hub) == CatalogueData()
    assert revision(hub) == 1


def test_two_tenants_with_the_same_keys_stay_apart(hub: Hub) -> None:
    other = CatalogueData(
        price_lists=(replace(NORDIC, name="theirs"), DOLLARS),
        products=tuple(replace(product, name="theirs") for product in CATALOGUE.products),
        entries=tuple(replace(entry, list_price=Decimal(1)) for entry in CATALOGUE.entries),
        lists={ListName.PRODUCT_TYPE: (ListItem("#1", "theirs"),)},
        addresses=tuple(replace(address, city="theirs") for address in CATALOGUE.addresses),
        accounts=tuple(replace(account, name="theirs") for account in CATALOGUE.accounts),
        aliases=(Alias(2, "støvsuger", ODD),),
        agreements=tuple(
            replace(agreement, name="theirs", terms=()) for agreement in CATALOGUE.agreements
        ),
        ladders=tuple(replace(ladder, name="theirs", tiers=()) for ladder in CATALOGUE.ladders),
        settings=replace(CATALOGUE.settings, time_zone="America/New_York"),
    )
    with hub.unit_of_work("fjord") as work:
        put(work, CATALOGUE)
    with hub.unit_of_work("skerry") as work:
        put(work, other)
    assert loaded(hub, "fjord") == CATALOGUE
    assert loaded(hub, "skerry") == other


def test_no_row_can_name_what_only_another_tenant_has(hub: Hub) -> None:
    with hub.unit_of_work("fjord") as work:
        put(work, CATALOGUE)
    entry = PriceListEntry(price_list="", sku="VX-2000", list_price=Decimal(1))
    with hub.unit_of_work("skerry") as work:
        work.catalogues.put_price_lists([DOLLARS])
    for wrong in (
        CatalogueData(entries=(entry,)),
        CatalogueData(aliases=(Alias(2, "vacuum", "VX-2000"),)),
        CatalogueData(accounts=(replace(ACME, id="child"),)),
    ):
        with pytest.raises(Conflict), hub.unit_of_work("skerry") as work:
            put(work, wrong)
    assert loaded(hub, "skerry") == CatalogueData(price_lists=(DOLLARS,))


def test_a_call_that_is_refused_puts_nothing_and_the_work_goes_on(hub: Hub) -> None:
    entries = [
        PriceListEntry(price_list="", sku=sku, list_price=Decimal(1))
        for sku in ("VX-2000", "unknown")
    ]
    with hub.unit_of_work("fjord") as work:
        work.catalogues.put_price_lists([DOLLARS])
        work.catalogues.put_products([PLAIN_PRODUCT])
        with pytest.raises(Conflict):
            work.catalogues.put_entries(entries)
        work.catalogues.put_accounts([ZENITH])
    assert loaded(hub) == CatalogueData(
        price_lists=(DOLLARS,), products=(PLAIN_PRODUCT,), accounts=(ZENITH,)
    )


def test_accounts_may_arrive_before_their_parents(hub: Hub) -> None:
    child, parent = Account(id="c", name="", parent="p"), Account(id="p", name="")
    with hub.unit_of_work("fjord") as work:
        work.catalogues.put_accounts([child])
        work.catalogues.put_accounts([parent])
    assert loaded(hub).accounts == (child, parent)


def test_a_tenant_that_does_not_exist_has_no_catalogue_to_write(hub: Hub) -> None:
    with pytest.raises(NotFound), hub.unit_of_work("nobody") as work:
        work.catalogues.put_products([PLAIN_PRODUCT])
    assert hub.standing("nobody") is None


def test_a_large_price_list_is_put_and_loaded_whole(hub: Hub) -> None:
    products = tuple(Product(sku=f"{number}", code="", name="") for number in range(3000))
    entries = tuple(
        PriceListEntry(price_list="", sku=product.sku, list_price=Decimal(7))
        for product in products
    )
    with hub.unit_of_work("fjord") as work:
        work.catalogues.put_price_lists([DOLLARS])
        work.catalogues.put_products(products)
        work.catalogues.put_entries(entries)
    kept = loaded(hub)
    assert (kept.products, kept.entries) == (products, entries)
