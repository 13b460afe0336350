"""Products: what they are, apart from what they cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType


class ExtraKind(StrEnum):
    """How to show the value of an extra datum."""

    STRING = "String"
    URL = "Url"
    IMAGE = "Image"


@dataclass(frozen=True, slots=True)
class ExtraDatum:
    """One labelled extra datum of a product; labels may repeat."""

    name: str
    value: str
    kind: ExtraKind = ExtraKind.STRING


class TaxKind(StrEnum):
    """How a tax is reckoned."""

    FIXED = "fixed"
    PERCENT = "percent"
    DIVISION = "division"
    """a percentage of the price with the tax in it"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductTax:
    """One of several taxes on a product, in their order.

    `amount` is a percentage, or money for each unit where the tax is fixed. One that
    `affects_base` is part of the base of those after it.
    """

    code: str
    amount: Decimal
    kind: TaxKind = TaxKind.PERCENT
    affects_base: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """What one unit of a bundle holds `quantity` units of."""

    sku: str
    quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product of one tenant, named by its `sku`.

    `code` is the article number people read and need not be unique. `category`,
    `family` and `type` hold a list key, or the display text where no list is kept.
    `tax_rate` is a percentage. `is_subscription` products are charged again and again,
    `is_usage` ones by what is used. Where there are `taxes`, they are levied instead of
    `tax_rate`. `units` says how many quantity units other units it is sold in hold (`box`: 12).
    `configurator` is the id of its configurator, if it has one. A bundle is sold as one product
    and fulfilled as its `components`. Absent texts are empty.
    """

    sku: str
    code: str
    name: str
    description: str = ""
    quantity_unit: str = ""
    price_unit: str = ""
    item_number: str = ""
    url: str = ""
    category: str = ""
    family: str = ""
    type: str = ""
    supplier: str = ""
    supplier_code: str = ""
    thumbnail: str = ""
    tax_text: str = ""
    tax_rate: Decimal = Decimal(0)
    taxes: tuple[ProductTax, ...] = ()
    units: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    is_subscription: bool = False
    is_usage: bool = False
    subscription_unit: str = ""
    default_subscription_quantity: Decimal = Decimal(0)
    rights: str = ""
    rule: str = ""
    configurator: str = ""
    components: tuple[Component, ...] = ()
    extra_data: tuple[ExtraDatum, ...] = ()
    extra_fields: tuple[str, str, str, str, str] = ("", "", "", "", "")
    images: tuple[str, ...] = ()
