"""Nouns with the values that databases are known to bend."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from zlib import crc32

from engine.catalog.listing import ListItem, ListName
from engine.catalog.price_list import PriceList, PriceListEntry
from engine.catalog.product import ExtraDatum, ExtraKind, Product
from engine.catalog.settings import PricingPolicy, RoundingMode, TenantSettings
from engine.customers.account import Account, Address, AddressKind, Alias
from engine.kernel.currency import currency
from engine.kernel.period import Period
from engine.orders.order import Order, OrderLine, OrderStatus, Progress
from engine.pricing.agreement import Agreement, AgreementTerm, Ladder, TermKind, Tier
from engine.pricing.snapshot import CatalogueData
from engine.quotes.quote import Quote, QuoteStatus
from engine.store.unit_of_work import UnitOfWork

HUGE = Decimal("123456789012345678.1234567891")
TINY = Decimal("-0.000000000001")
WIDEST = Decimal("99999999999999999999999999.999999999999")
ODD = "Blåbær 漢字 🚜 'quoted' \"twice\" \\ % :x ?1 \n\t\u200b"
INSTANT = datetime(2026, 2, 28, 23, 59, 59, 999999, UTC)

PLAIN_PRODUCT = Product(sku="VX-2000", code="", name="")
ODD_PRODUCT = Product(
    sku=ODD,
    code=ODD,
    name=ODD,
    description=ODD * 500,
    quantity_unit="stk",
    price_unit="pr. stk",
    item_number="#18595",
    url="https://example.test/?a=1&b=%20",
    category="#1",
    family="M - Medium",
    type="#2",
    supplier="Life is good",
    supplier_code="007",
    thumbnail="https://example.test/t.png",
    tax_text="MVA",
    tax_rate=HUGE,
    is_subscription=True,
    subscription_unit="måned",
    default_subscription_quantity=Decimal("1.5"),
    rights="r",
    rule="R",
    extra_data=(
        ExtraDatum("Colour", "blå"),
        ExtraDatum("Colour", "", ExtraKind.URL),
        ExtraDatum("", ODD, ExtraKind.IMAGE),
    ),
    extra_fields=("Blåbær", "", "Rips", "", ODD),
    images=("https://example.test/1.png", ""),
)
NORDIC = PriceList(
    key="NOK-2026",
    name=ODD,
    currency=currency("NOK"),
    description="",
    validity=Period(date(2024, 2, 29), date(2033, 1, 1)),
    switched_on=False,
)
DOLLARS = PriceList(key="", name="", currency=currency("USD"))
EMPTY_ACCOUNT = Account(id="", name="")
ACME = Account(
    id="ACME", name=ODD, parent="ZENITH", group="g", region="Østlandet", crm_contact_id=2**31
)
ZENITH = Account(id="ZENITH", name="Zenith", crm_contact_id=0)

CATALOGUE = CatalogueData(
    price_lists=(NORDIC, DOLLARS),
    products=(ODD_PRODUCT, PLAIN_PRODUCT),
    entries=(
        PriceListEntry(
            price_list="NOK-2026",
            sku=ODD,
            list_price=HUGE,
            minimum_price=TINY,
            cost=Decimal(0),
            in_assortment=False,
            in_stock=Decimal("-3.5"),
        ),
        PriceListEntry(price_list="", sku="VX-2000", list_price=WIDEST),
    ),
    lists={
        ListName.PRODUCT_TYPE: (ListItem("", "XL", ODD, "icon"), ListItem("#1", "XS")),
        ListName.PAYMENT_TERMS: (ListItem("#1", "30 Days"),),
    },
    addresses=(
        Address(
            crm_contact_id=2,
            kind=AddressKind.DELIVERY,
            lines=("Hiltonåsen 5", "", "c/o"),
            city="SLEPENDEN",
            zip_code="N-1341",
            country_code="NO",
            country="Norge",
        ),
        Address(crm_contact_id=2, kind=AddressKind.INVOICE),
    ),
    accounts=(ACME, ZENITH, EMPTY_ACCOUNT),
    aliases=(Alias(2, "støvsuger", "VX-2000"), Alias(2, "Støvsuger", ODD)),
    agreements=(
        Agreement(
            id="agr_1",
            account="ACME",
            name=ODD,
            terms=(
                AgreementTerm(
                    kind=TermKind.FIXED_PRICE, value=HUGE, sku="VX-2000", currency=currency("EUR")
                ),
                AgreementTerm(kind=TermKind.PERCENT, value=Decimal("33.333333333333")),
                AgreementTerm(kind=TermKind.PERCENT, value=Decimal(0), category="#1"),
            ),
            version=7,
            validity=Period(date.min, date.max),
        ),
        Agreement(id="agr_0", account="ZENITH", name="", terms=()),
    ),
    ladders=(
        Ladder(
            id="lad_1",
            name="",
            sku=ODD,
            tiers=(Tier(Decimal(100), Decimal("12.5")), Tier(Decimal(10), Decimal("0.1"))),
            price_list="NOK-2026",
            version=2,
            validity=Period(None, date(2026, 7, 1)),
        ),
        Ladder(id="lad_0", name=ODD, sku="VX-2000", tiers=()),
    ),
    settings=TenantSettings(
        time_zone="Europe/Oslo",
        pricing=PricingPolicy(rounding_mode=RoundingMode.HALF_EVEN, partner_first=False),
        sandbox=True,
        capabilities=MappingProxyType({"iproductprovider_provide_cost": True, ODD: False}),
        switches=MappingProxyType({"cannot_send_quote": True}),
    ),
)


def put(work: UnitOfWork, data: CatalogueData) -> None:
    """Put all of `data`, rows before those that name them."""
    work.catalogues.put_settings(data.settings)
    work.catalogues.put_price_lists(data.price_lists)
    work.catalogues.put_products(data.products)
    work.catalogues.put_entries(data.entries)
    for name, items in data.lists.items():
        work.catalogues.put_list(name, items)
    work.catalogues.put_addresses(data.addresses)
    work.catalogues.put_accounts(data.accounts)
    work.catalogues.put_aliases(data.aliases)
    work.catalogues.put_agreements(data.agreements)
    work.catalogues.put_ladders(data.ladders)


def a_quote(id: str = "qte_1", *, number: str = "", origin_key: str = "") -> Quote:
    """A draft from SuperOffice; number and origin key follow from the id unless given."""
    return Quote(
        id=id,
        number=number or f"Q-{id}",
        origin="superoffice",
        origin_key=origin_key or id,
        status=QuoteStatus.DRAFT,
        created_at=INSTANT,
        updated_at=INSTANT.astimezone(timezone(timedelta(hours=5, minutes=30))),
        currency="NOK",
        serial=crc32(id.encode()) >> 1,
    )


def a_line(id: str = "orl_1", total: Decimal = HUGE) -> OrderLine:
    """A line as sold, with figures a binary number cannot hold."""
    return OrderLine(
        id=id,
        line_ref="",
        sku=ODD,
        name=ODD,
        quantity=Decimal("0.1"),
        unit="",
        unit_list_price=WIDEST,
        discount=TINY,
        total=total,
        progress=Progress.of(Decimal("0.1")),
    )


DOCUMENT: Mapping[str, object] = MappingProxyType(
    {
        "zebra": HUGE,
        "apple": [1, Decimal("1E+400"), 10**40, None, True, "", ODD, "\0"],
        "nested": MappingProxyType({"": MappingProxyType({})}),
    }
)


def an_order(
    id: str = "ord_1", *, quote_id: str = "qte_1", number: str = "", lines: int = 2
) -> Order:
    """An order of `quote_id`; the number follows from the id unless given."""
    return Order(
        id=id,
        number=number or f"O-{id}",
        quote_id=quote_id,
        alternative_ref="alt 1",
        currency="NOK",
        total=HUGE,
        placed_at=INSTANT,
        lines=tuple(a_line(f"orl_{number}") for number in range(lines, 0, -1)),
        purchase_order=ODD,
        comment="",
        status=OrderStatus.PLACED,
        document=DOCUMENT,
    )
