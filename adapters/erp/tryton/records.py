"""What Tryton has of the things that an order names, as far as a push needs it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from adapters.erp.tryton.wire import OddAnswer, Row, amount_of, id_of, row_of, rows_of, text_of

PARTY = (
    "code",
    "customer_payment_term.id",
    "addresses.street",
    "addresses.postal_code",
    "addresses.city",
    "addresses.invoice",
    "addresses.delivery",
)
UNIT = ("symbol", "name", "digits", "rounding", "category.id")
TAX = ("name", "rate", "type")
PRODUCT = (
    "code",
    "template.salable",
    *(f"template.sale_uom.{each}" for each in UNIT),
    *(f"template.account_category.customer_taxes.{each}" for each in TAX),
)
CURRENCY = ("code", "rounding")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address of a party, and what it is meant for."""

    id: int
    street: str
    zip_code: str
    city: str
    is_for_invoices: bool
    is_for_deliveries: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody to sell to; `payment_term` is what was agreed with them."""

    id: int
    addresses: tuple[Address, ...]
    payment_term: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit of measure; only units of one category measure the same."""

    id: int
    names: frozenset[str]
    digits: int
    rounding: Decimal
    category: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """A tax; `percent` is None where it is no percentage."""

    id: int
    name: str
    percent: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product as it is sold: the unit and the taxes that go with it."""

    id: int
    is_salable: bool
    unit: Unit | None
    taxes: tuple[Tax, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """A currency; every amount in it is a multiple of `rounding`."""

    id: int
    rounding: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """All that answers to the names in an order; there may be none or several of each.

    Products are listed by code, units by the name they were looked for under.
    """

    parties: tuple[Party, ...] = ()
    currencies: tuple[Currency, ...] = ()
    terms: tuple[int, ...] = ()
    taxes: tuple[Tax, ...] = ()
    products: Mapping[str, tuple[Product, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    units: Mapping[str, tuple[Unit, ...]] = field(default_factory=lambda: MappingProxyType({}))


def party(row: Row) -> Party:
    """A party, from a row with the members in `PARTY`; as are those below from theirs."""
    addresses = tuple(_address(each) for each in rows_of(row.get("addresses")))
    return Party(id=known(row), addresses=addresses, payment_term=_term(row))


def product(row: Row) -> Product:
    """A product; those that come in variants have most of it in their template."""
    template = row_of(row.get("template"))
    measured = row_of(template.get("sale_uom"))
    category = row_of(template.get("account_category"))
    return Product(
        id=known(row),
        is_salable=bool(template.get("salable")),
        unit=unit(measured) if measured else None,
        taxes=tuple(tax(each) for each in rows_of(category.get("customer_taxes"))),
    )


def unit(row: Row) -> Unit:
    """A unit, by its symbol and its name."""
    return Unit(
        id=known(row),
        names=frozenset({text_of(row.get("symbol")), text_of(row.get("name"))} - {""}),
        digits=int(amount_of(row.get("digits"))),
        rounding=amount_of(row.get("rounding")),
        category=id_of(row.get("category")),
    )


def tax(row: Row) -> Tax:
    """A tax; Tryton keeps 25 % as 0.25."""
    is_share = row.get("type") == "percentage" and row.get("rate") is not None
    return Tax(
        id=known(row),
        name=text_of(row.get("name")),
        percent=amount_of(row["rate"]) * 100 if is_share else None,
    )


def currency(row: Row) -> Currency:
    """A currency."""
    return Currency(id=known(row), rounding=amount_of(row.get("rounding")))


def known(row: Row) -> int:
    """A row's id."""
    found = id_of(row.get("id"))
    if found is None:
        raise OddAnswer("a row has no id")
    return found


def _address(row: Row) -> Address:
    return Address(
        id=known(row),
        street=text_of(row.get("street")),
        zip_code=text_of(row.get("postal_code")),
        city=text_of(row.get("city")),
        is_for_invoices=bool(row.get("invoice")),
        is_for_deliveries=bool(row.get("delivery")),
    )


def _term(row: Row) -> int | None:
    return id_of(row.get("customer_payment_term"))
