"""Price lists, products, entries, lists of terms and settings, to rows and back."""

from dataclasses import fields
from types import MappingProxyType
from typing import Any

import msgspec
from sqlalchemy import Row

from engine.catalog.listing import ListItem
from engine.catalog.price_list import PriceList, PriceListEntry
from engine.catalog.product import Product
from engine.catalog.settings import PricingPolicy, ProposalPolicy, TenantSettings
from engine.kernel.currency import currency
from engine.kernel.period import Period
from engine.store.repositories.mapper import Mapper, Values
from engine.store.tables import catalog as tables
from engine.store.tables.row import table

_DETAILS = tuple(
    field.name for field in fields(Product) if field.name not in tables.ProductRow.model_fields
)


def _price_list_values(noun: PriceList) -> Values:
    return {
        "key": noun.key,
        "name": noun.name,
        "description": noun.description,
        "currency": noun.currency.code,
        "starts_on": noun.validity.start,
        "ends_before": noun.validity.end,
        "switched_on": noun.switched_on,
        "tax_included": noun.tax_included,
    }


def _price_list(row: Row[Any]) -> PriceList:
    return PriceList(
        key=row.key,
        name=row.name,
        currency=currency(row.currency),
        description=row.description,
        validity=Period(row.starts_on, row.ends_before),
        switched_on=row.switched_on,
        tax_included=row.tax_included,
    )


def _product_values(noun: Product) -> Values:
    return {
        "sku": noun.sku,
        "code": noun.code,
        "name": noun.name,
        "details": {name: getattr(noun, name) for name in _DETAILS},
    }


def _product(row: Row[Any]) -> Product:
    named = {"sku": row.sku, "code": row.code, "name": row.name}
    return msgspec.convert(row.details | named, Product)


def _entry_values(noun: PriceListEntry) -> Values:
    return {
        "price_list": noun.price_list,
        "sku": noun.sku,
        "list_price": noun.list_price,
        "minimum_price": noun.minimum_price,
        "cost": noun.cost,
        "in_assortment": noun.in_assortment,
        "in_stock": noun.in_stock,
    }


def _entry(row: Row[Any]) -> PriceListEntry:
    return PriceListEntry(
        price_list=row.price_list,
        sku=row.sku,
        list_price=row.list_price,
        minimum_price=row.minimum_price,
        cost=row.cost,
        in_assortment=row.in_assortment,
        in_stock=row.in_stock,
    )


def item_values(list_name: str, noun: ListItem) -> Values:
    """The values of one item of the list called `list_name`."""
    return {
        "list_name": list_name,
        "key": noun.key,
        "display": noun.display,
        "description": noun.description,
        "icon": noun.icon,
    }


def item(row: Row[Any]) -> ListItem:
    """The list item a row stands for."""
    return ListItem(row.key, row.display, row.description, row.icon)


def settings_values(noun: TenantSettings) -> Values:
    """The values of a tenant's settings."""
    return {
        "time_zone": noun.time_zone,
        "pricing": msgspec.to_builtins(noun.pricing),
        "proposals": msgspec.to_builtins(noun.proposals, enc_hook=dict),
        "sandbox": noun.sandbox,
        "capabilities": noun.capabilities,
        "switches": noun.switches,
    }


def settings(row: Row[Any]) -> TenantSettings:
    """The settings a row stands for."""
    return TenantSettings(
        time_zone=row.time_zone,
        pricing=msgspec.convert(row.pricing, PricingPolicy),
        proposals=msgspec.convert(getattr(row, "proposals", {}), ProposalPolicy),
        sandbox=row.sandbox,
        capabilities=MappingProxyType(row.capabilities),
        switches=MappingProxyType(row.switches),
    )


PRICE_LISTS = Mapper(table(tables.PriceListRow), _price_list_values, _price_list)
PRODUCTS = Mapper(table(tables.ProductRow), _product_values, _product)
ENTRIES = Mapper(table(tables.EntryRow), _entry_values, _entry)
LIST_ITEMS = table(tables.ListItemRow)
SETTINGS = table(tables.SettingsRow)
