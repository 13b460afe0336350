"""Everything an answer for one tenant depends on, frozen at one revision of its data."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.catalog.listing import ListItem, ListName
from engine.catalog.price_list import PriceList, PriceListEntry
from engine.catalog.product import Product
from engine.catalog.settings import TenantSettings
from engine.customers.account import Account, Address, Alias
from engine.pricing.agreement import Agreement, Ladder


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueData:
    """The rows of one tenant's catalogue as plain tuples, in the order they were imported."""

    price_lists: tuple[PriceList, ...] = ()
    products: tuple[Product, ...] = ()
    entries: tuple[PriceListEntry, ...] = ()
    lists: Mapping[ListName, tuple[ListItem, ...]] = MappingProxyType({})
    addresses: tuple[Address, ...] = ()
    accounts: tuple[Account, ...] = ()
    aliases: tuple[Alias, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    ladders: tuple[Ladder, ...] = ()
    settings: TenantSettings = TenantSettings()
