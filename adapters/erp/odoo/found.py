"""What was found in Odoo of what an order names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from adapters.erp.odoo.amounts import Precision

_BY_NUMBER = "id:"
_Any = TypeVar("_Any", bound="Named")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A record, by the text that it is looked for with."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Product(Named):
    """A product, by its internal reference; `taxes` are those it is usually sold with."""

    taxes: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax(Named):
    """A tax on sales; None stands for one that is no percentage on top of a net price."""

    rate: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address(Named):
    """An address of a customer, by its first line."""

    city: str
    zip_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Company(Named):
    """Who sells; `rounds_lines`: amounts are rounded line by line."""

    currency: str
    rounds_lines: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Everything that may be meant, more than one of a name where Odoo has more."""

    company: Company
    precision: Precision
    customers: Sequence[Named] = ()
    addresses: Sequence[Address] = ()
    products: Sequence[Product] = ()
    units: Sequence[Named] = ()
    taxes: Sequence[Tax] = ()
    pricelists: Sequence[Named] = ()
    terms: Sequence[Named] = ()


def number_in(theirs: str) -> int | None:
    """The record that is meant by its number, as in `id:42`."""
    digits = theirs.removeprefix(_BY_NUMBER)
    is_number = theirs.startswith(_BY_NUMBER) and digits.isascii() and digits.isdigit()
    return int(digits) if is_number else None


def matching(records: Iterable[_Any], theirs: str) -> list[_Any]:
    """The records that are called `theirs`."""
    number = number_in(theirs)
    if number is not None:
        return [each for each in records if each.id == number]
    return [each for each in records if each.name == theirs]
