"""Rows of price lists, products, their entries, lists of terms and a tenant's settings.

`position` keeps the order of import.
"""

from datetime import date
from typing import Any, ClassVar

from engine.store.columns import Document, Exact, Key, OptionalExact, Words
from engine.store.tables.row import Row, of_tenant, refers


class PriceListRow(Row, table=True):
    """A price list, valid from `starts_on` to the day before `ends_before`."""

    __tablename__: ClassVar[str] = "price_lists"
    __table_args__: ClassVar[Any] = (of_tenant(),)

    tenant_id: Key
    key: Key
    position: int
    name: Words
    description: Words
    currency: Words
    starts_on: date | None
    ends_before: date | None
    switched_on: bool
    tax_included: bool


class ProductRow(Row, table=True):
    """A product; `details` holds the members that only describe it."""

    __tablename__: ClassVar[str] = "products"
    __table_args__: ClassVar[Any] = (of_tenant(),)

    tenant_id: Key
    sku: Key
    position: int
    code: Words
    name: Words
    details: Document


class EntryRow(Row, table=True):
    """One product's price in one price list."""

    __tablename__: ClassVar[str] = "price_list_entries"
    __table_args__: ClassVar[Any] = (
        refers("price_list", to="price_lists.key"),
        refers("sku", to="products.sku"),
    )

    tenant_id: Key
    price_list: Key
    sku: Key
    position: int
    list_price: Exact
    minimum_price: OptionalExact
    cost: OptionalExact
    in_assortment: bool
    in_stock: Exact


class ListItemRow(Row, table=True):
    """One item of a list offered to a salesperson."""

    __tablename__: ClassVar[str] = "list_items"
    __table_args__: ClassVar[Any] = (of_tenant(),)

    tenant_id: Key
    list_name: Key
    key: Key
    position: int
    display: Words
    description: Words
    icon: Words


class SettingsRow(Row, table=True):
    """How the tenant wants to be served."""

    __tablename__: ClassVar[str] = "tenant_settings"
    __table_args__: ClassVar[Any] = (of_tenant(),)

    tenant_id: Key
    time_zone: Words
    sandbox: bool
    capabilities: Document
    switches: Document
    pricing: Document
    proposals: Document
