"""Small catalogues for tests: keyword defaults, made to read like sentences."""

from datetime import date
from decimal import Decimal

from engine.catalog.price_list import PriceList, PriceListEntry
from engine.catalog.product import Product
from engine.customers.account import Account
from engine.kernel.currency import currency
from engine.kernel.period import ALWAYS, Period
from engine.pricing.agreement import Agreement, AgreementTerm, Ladder, TermKind, Tier
from engine.pricing.book import PriceBook
from engine.pricing.circumstances import Basket, Item
from engine.pricing.pipeline import UnitPrice, price_unit
from engine.pricing.snapshot import CatalogueData, Snapshot
from engine.pricing.waterfall import Waterfall

TODAY = date(2026, 3, 2)


def a_price_list(
    key: str = "NOK-2026", code: str = "NOK", *, validity: Period = ALWAYS, on: bool = True
) -> PriceList:
    return PriceList(
        key=key, name=f"List {key}", currency=currency(code), validity=validity, switched_on=on
    )


def a_product(sku: str = "PUMP", **members: object) -> Product:
    return Product(**{"sku": sku, "code": sku, "name": f"The {sku}", **members})  # type: ignore[arg-type]


def an_entry(
    sku: str = "PUMP", list_price: str = "100", price_list: str = "NOK-2026", **members: object
) -> PriceListEntry:
    return PriceListEntry(
        price_list=price_list,
        sku=sku,
        list_price=Decimal(list_price),
        **members,  # type: ignore[arg-type]
    )


def percent_off(value: str, **scope: str) -> AgreementTerm:
    return AgreementTerm(
        kind=TermKind.PERCENT,
        value=Decimal(value),
        sku=scope.get("sku"),
        category=scope.get("category"),
    )


def fixed_at(value: str, sku: str, code: str = "NOK") -> AgreementTerm:
    return AgreementTerm(
        kind=TermKind.FIXED_PRICE, value=Decimal(value), sku=sku, currency=currency(code)
    )


def an_agreement(*terms: AgreementTerm, account: str = "ACME", **members: object) -> Agreement:
    return Agreement(
        **{"id": f"AGR-{account}", "name": "Frame 2026", "account": account, **members},  # type: ignore[arg-type]
        terms=terms,
    )


def a_ladder(*tiers: tuple[str, str], sku: str = "PUMP", **members: object) -> Ladder:
    return Ladder(
        **{"id": f"LAD-{sku}", "name": "Volume", "sku": sku, **members},  # type: ignore[arg-type]
        tiers=tuple(Tier(Decimal(start), Decimal(percent)) for start, percent in tiers),
    )


def an_account(id_: str = "ACME", **members: object) -> Account:
    return Account(**{"id": id_, "name": id_, **members})  # type: ignore[arg-type]


def a_snapshot(**data: object) -> Snapshot:
    """A tenant's snapshot with one price list and one product unless told otherwise."""
    defaults = {
        "price_lists": (a_price_list(),),
        "products": (a_product(),),
        "entries": (an_entry(),),
    }
    return Snapshot("CustA", 1, CatalogueData(**{**defaults, **data}))  # type: ignore[arg-type]


def a_unit_price(
    rules: PriceBook, quantity: str | Decimal, list_price: str | Decimal | None = None
) -> UnitPrice:
    """What `rules` make of one unit, alone in its basket."""
    offer, units = rules.offer, Decimal(quantity)
    listed = offer.entry.list_price if list_price is None else Decimal(list_price)
    around = Basket([Item(offer, units, listed)]).around(rules, units)
    return price_unit(rules, around, Waterfall(listed, offer.price_list.currency, units))
