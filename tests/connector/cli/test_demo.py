from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from connector.cli import demo
from connector.files import reading
from engine.catalog.capabilities import CAPABILITIES
from engine.catalog.listing import ListName
from engine.customers.account import AddressKind, Alias
from engine.hub import Hub
from engine.pricing.agreement import TermKind, Tier
from engine.pricing.line import Ask
from engine.pricing.snapshot import CatalogueData
from engine.services import drafting
from engine.services.drafting import NewQuote
from engine.services.importing import import_catalogue
from engine.services.pricing import PriceBasket
from tests.connector.cli.conftest import RING

TODAY = date(2026, 11, 21)
Load = Callable[[str], CatalogueData]


@pytest.fixture
def seeded(hub: Hub) -> Load:
    assert demo.seed(hub, RING) == ("CustDemo", "CustOther")

    def load(tenant: str) -> CatalogueData:
        with hub.reading(tenant) as view:
            return view.catalogues.load()

    return load


def price(data: CatalogueData, price_list: str, sku: str) -> Decimal:
    [entry] = [e for e in data.entries if (e.price_list, e.sku) == (price_list, sku)]
    return entry.list_price


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize(
    ("tenant_id", "secret"),
    [
        ("CustDemo", "demo-shared-secret-0123456789abcdef"),
        ("CustOther", "other-shared-secret-0123456789abcdef"),
    ],
)
def test_demo_secrets_are_the_published_ones(hub: Hub, tenant_id: str, secret: str) -> None:
    tenant = hub.standing(tenant_id)
    assert tenant is not None
    assert RING.open(tenant_id, tenant.sealed_secret or "") == secret


@pytest.mark.parametrize("tenant_id", list(demo.TENANTS))
def test_demo_data_are_taken_without_a_remark(seeded: Load, hub: Hub, tenant_id: str) -> None:
    upload = reading.read_path(Path(demo.__file__).parent / f"{tenant_id}.json")
    with hub.unit_of_work(tenant_id) as uow:
        report = import_catalogue(uow, upload)
    assert (report.rejected, report.warnings) == ((), ())
    assert (report.created, report.updated) == (0, 0)
    assert report.unchanged > 50
    assert seeded(tenant_id).products


def test_seeding_again_leaves_what_people_changed(seeded: Load, hub: Hub) -> None:
    before = seeded("CustDemo")
    dearer = [
        (entry if entry.sku != "VX-2000" else type(entry)(
            price_list=entry.price_list, sku=entry.sku, list_price=entry.list_price + 1
        ))
        for entry in before.entries
    ]  # fmt: skip
    with hub.unit_of_work("CustDemo") as uow:
        uow.catalogues.put_entries(dearer)
    assert demo.seed(hub, RING) == ()
    assert price(seeded("CustDemo"), "USD-STD", "VX-2000") == Decimal(12001)


def test_custdemo_sells_vacuum_units_in_three_currencies(seeded: Load) -> None:
    data = seeded("CustDemo")
    active = {each.currency.code for each in data.price_lists if each.is_active(TODAY)}
    assert active == {"USD", "EUR", "NOK"}
    assert [each.key for each in data.price_lists if not each.is_active(TODAY)] == [
        "USD-2024",
        "NOK-PILOT",
    ]
    assert len(data.products) == 21
    assert price(data, "USD-STD", "VX-2000") == Decimal(12000)
    assert all(
        e.cost and e.minimum_price and e.cost < e.minimum_price < e.list_price for e in data.entries
    )
    assert {name for name, items in data.lists.items() if items} == set(ListName)
    keys = {item.key for item in data.lists[ListName.PRODUCT_CATEGORY]}
    assert {product.category for product in data.products} <= keys


def test_care_plus_is_a_monthly_subscription(seeded: Load) -> None:
    [care] = [each for each in seeded("CustDemo").products if each.sku == "CARE-PLUS"]
    assert (care.is_subscription, care.subscription_unit) == (True, "month")
    assert care.default_subscription_quantity == Decimal(12)


def test_acme_has_terms_of_its_own_and_four_units_reach_a_tier(seeded: Load) -> None:
    data = seeded("CustDemo")
    [acme] = [each for each in data.accounts if each.id == "ACME"]
    assert acme.crm_contact_id == 2
    agreement = data.agreements[0]
    assert (agreement.account, agreement.validity.end) == ("ACME", None)
    percent, fixed, *_ = agreement.terms
    assert (percent.kind, percent.value, percent.category) == (TermKind.PERCENT, Decimal(8), "VX")
    assert (fixed.kind, fixed.value, fixed.sku) == (
        TermKind.FIXED_PRICE,
        Decimal(165),
        "CARE-PLUS",
    )
    [ladder] = [each for each in data.ladders if each.sku == "VX-2000"]
    assert ladder.tiers == (
        Tier(Decimal(3), Decimal(3)),
        Tier(Decimal(10), Decimal(6)),
        Tier(Decimal(25), Decimal(10)),
    )
    assert {each.kind for each in data.addresses if each.crm_contact_id == 2} == set(AddressKind)
    assert Alias(2, "ACME-VAC-01", "VX-2000") in data.aliases


def test_demo_tenants_promise_all_they_can_keep(seeded: Load) -> None:
    for tenant in demo.TENANTS:
        settings = seeded(tenant).settings
        assert settings.capabilities.keys() == CAPABILITIES
        assert {name for name, on in settings.capabilities.items() if not on} == {
            "iorderconsumer_send_order_confirm",
            "no-cache-quotelists",
        }
        assert (settings.sandbox, settings.time_zone) == (False, "UTC")


def test_custother_has_the_same_keys_and_other_prices(seeded: Load) -> None:
    data, other = seeded("CustDemo"), seeded("CustOther")
    assert {each.sku for each in other.products} == {each.sku for each in data.products}
    assert {each.currency.code for each in other.price_lists} == {"USD"}
    assert price(other, "USD-STD", "VX-2000") == Decimal(13440)
    assert other.accounts[0].id == "ACME"
    assert other.agreements[0] != data.agreements[0]


def lines_of(hub: Hub) -> list[str]:
    with hub.reading("CustDemo") as view:
        return [each.id for each in view.catalogues.product_lines()]


def test_a_demo_tenant_from_before_product_lines_gets_them(seeded: Load, hub: Hub) -> None:
    before, there = seeded("CustDemo"), lines_of(hub)
    assert len(there) >= 2
    standing = hub.standing("CustDemo")
    data = hub.snapshot("CustDemo", standing.revision if standing else 0)
    basket = PriceBasket(asks=(Ask(sku="VX-2000", quantity=Decimal(1)),), account_id="ACME")
    with hub.unit_of_work("CustDemo") as uow:
        for each in there:
            uow.catalogues.remove_rule("product_line", each)
        quote = drafting.create(uow, data, NewQuote(basket=basket, made_by="me")).quote
        assert quote.line == ""
    assert demo.seed(hub, RING) == ()
    assert lines_of(hub) == there
    after = seeded("CustDemo")
    assert (after.products, after.entries) == (before.products, before.entries)
    with hub.reading("CustDemo") as view:
        assert view.quotes.get(quote.id).line in there


def test_a_demo_tenant_keeps_the_product_lines_it_has(seeded: Load, hub: Hub) -> None:
    assert seeded("CustDemo").product_lines
    first, *others = lines_of(hub)
    with hub.unit_of_work("CustDemo") as uow:
        for each in others:
            uow.catalogues.remove_rule("product_line", each)
    demo.seed(hub, RING)
    assert lines_of(hub) == [first]


def test_a_demo_tenant_left_empty_is_filled(hub: Hub) -> None:
    with hub.administration() as administration:
        from engine.tenants.tenant import Tenant  # noqa: PLC0415

        administration.tenants.add(Tenant(id="CustDemo"))
    assert demo.seed(hub, RING) == ("CustDemo", "CustOther")
