"""Everything an answer for one tenant depends on, frozen at one revision of its data."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from engine.catalog.change_fee import ChangeFee
from engine.catalog.configurator import Configurator
from engine.catalog.listing import ListItem, ListName
from engine.catalog.price_list import PriceList, PriceListEntry
from engine.catalog.product import Product
from engine.catalog.product_line import ProductLine
from engine.catalog.routing import RoutingRule
from engine.catalog.service_policy import ServicePolicy
from engine.catalog.settings import TenantSettings
from engine.customers.account import Account, Address, Alias
from engine.customers.stage import Stage
from engine.kernel.clock import Clock, today
from engine.kernel.memo import Memo
from engine.pricing.agreement import Aggregation, Agreement, Ladder
from engine.pricing.approval import ApprovalRule
from engine.pricing.exchange import ExchangeRate
from engine.pricing.offer import Offer
from engine.pricing.promotion import ChannelDiscount, Promotion

Key = TypeVar("Key")
Value = TypeVar("Value")

_REMEMBERED_PRICES = 20_000
_REMEMBERED_MODELS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueData:
    """The rows of one tenant's catalogue as plain tuples, in the order they were imported."""

    price_lists: tuple[PriceList, ...] = ()
    products: tuple[Product, ...] = ()
    entries: tuple[PriceListEntry, ...] = ()
    lists: Mapping[ListName, tuple[ListItem, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    addresses: tuple[Address, ...] = ()
    accounts: tuple[Account, ...] = ()
    aliases: tuple[Alias, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    ladders: tuple[Ladder, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    channel_discounts: tuple[ChannelDiscount, ...] = ()
    exchange_rates: tuple[ExchangeRate, ...] = ()
    approval_rules: tuple[ApprovalRule, ...] = ()
    configurators: tuple[Configurator, ...] = ()
    routing_rules: tuple[RoutingRule, ...] = ()
    change_fees: tuple[ChangeFee, ...] = ()
    service_policies: tuple[ServicePolicy, ...] = ()
    stages: tuple[Stage, ...] = ()
    product_lines: tuple[ProductLine, ...] = ()
    settings: TenantSettings = TenantSettings()


class Snapshot:
    """One tenant's data at one revision, with the indexes that answers are found by.

    It never changes, so threads share it and every table below is built at most once.
    """

    def __init__(self, tenant: str, revision: int, data: CatalogueData) -> None:
        self.tenant = tenant
        self.revision = revision
        self.data = data
        self.settings = data.settings
        self.zone = ZoneInfo(data.settings.time_zone)
        self.books: Memo[Any] = Memo(_REMEMBERED_PRICES)
        self.unit_prices: Memo[Any] = Memo(_REMEMBERED_PRICES)
        """Price books and unit prices worked out from this snapshot (see `remembered.py`)."""
        self.models: Memo[Any] = Memo(_REMEMBERED_MODELS)
        """Models of configurators (see `services/configuring.py`)."""

    def today(self, clock: Clock) -> date:
        """The business day it is now in the tenant's time zone."""
        return today(clock, self.zone)

    def midnight(self, day: date) -> datetime:
        """The instant a day begins where the tenant is."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def can(self, capability: str) -> bool:
        """Whether the tenant promises `capability`; what was never said is not promised."""
        return self.settings.capabilities.get(capability, False)

    @cached_property
    def price_lists(self) -> dict[str, PriceList]:
        return {price_list.key: price_list for price_list in self.data.price_lists}

    @cached_property
    def products(self) -> dict[str, Product]:
        return {product.sku: product for product in self.data.products}

    def configurator(self, key: str, on: date) -> Configurator | None:
        """The configurator of that id as it holds on a day."""
        every = (each for each in self.data.configurators if each.id == key)
        return next((each for each in every if on in each.validity), None)

    @cached_property
    def accounts(self) -> dict[str, Account]:
        return {account.id: account for account in self.data.accounts}

    @cached_property
    def accounts_by_contact(self) -> dict[int, Account]:
        linked = (each for each in self.data.accounts if each.crm_contact_id is not None)
        return {account.crm_contact_id or 0: account for account in linked}

    @cached_property
    def agreements_by_owner(self) -> tuple[dict[str, tuple[Agreement, ...]], ...]:
        """Agreements by account id, by group and by region."""
        every = self.data.agreements
        return (
            _grouped((each.account, each) for each in every if each.account),
            _grouped((each.group, each) for each in every if each.group),
            _grouped((each.region, each) for each in every if each.region),
        )

    @cached_property
    def looks_around(self) -> bool:
        """Whether any rule looks at more than the line it prices."""
        return any(each.counts is not Aggregation.LINE for each in self.data.ladders) or any(
            each.min_quantity or each.min_quote_amount for each in self.data.promotions
        )

    def lineage(self, account: Account | None) -> Iterator[Account]:
        """The account and those above it, nearest first; none where nobody is known."""
        seen: set[str] = set()
        while account is not None and account.id not in seen:
            yield account
            seen.add(account.id)
            account = self.accounts.get(account.parent) if account.parent else None

    @cached_property
    def ladders(self) -> dict[str, tuple[Ladder, ...]]:
        """Volume ladders by sku."""
        return _grouped((each.sku, each) for each in self.data.ladders)

    @cached_property
    def addresses(self) -> dict[int, tuple[Address, ...]]:
        """Addresses by CRM contact id."""
        return _grouped((each.crm_contact_id, each) for each in self.data.addresses)

    @cached_property
    def aliases(self) -> dict[int, tuple[Alias, ...]]:
        """Customers' own product words by CRM contact id."""
        return _grouped((each.crm_contact_id, each) for each in self.data.aliases)

    @cached_property
    def offers(self) -> dict[str, Offer]:
        """Every product in every price list, by offer key, in catalogue order."""
        places: dict[str, list[PriceListEntry]] = {}
        for entry in self.data.entries:
            places.setdefault(entry.sku, []).append(entry)
        offers: dict[str, Offer] = {}
        for product in self.data.products:
            entries = places.get(product.sku, [])
            for entry in entries:
                key = product.sku if len(entries) == 1 else f"{product.sku}@{entry.price_list}"
                offers[key] = Offer(key, product, entry, self.price_lists[entry.price_list])
        return offers

    @cached_property
    def offers_by_sku(self) -> dict[str, tuple[Offer, ...]]:
        return _grouped((offer.product.sku, offer) for offer in self.offers.values())

    @cached_property
    def search_texts(self) -> dict[str, str]:
        """What free text is matched against, by sku: every text people know a product by."""
        shown = {
            (name, item.key): item.display
            for name, items in self.data.lists.items()
            for item in items
        }
        return {
            product.sku: "\n".join(
                (
                    product.sku,
                    product.code,
                    product.name,
                    product.description,
                    product.item_number,
                    product.supplier,
                    product.supplier_code,
                    *product.extra_fields,
                    product.category,
                    shown.get((ListName.PRODUCT_CATEGORY, product.category), ""),
                    product.family,
                    shown.get((ListName.PRODUCT_FAMILY, product.family), ""),
                    product.type,
                    shown.get((ListName.PRODUCT_TYPE, product.type), ""),
                )
            ).casefold()
            for product in self.data.products
        }

    def offer(self, key: str, *, price_list: str = "", currency: str = "") -> Offer | None:
        """The offer `key` names, also when the product has since joined or left price lists.

        A bare sku that stands in several lists is decided by `price_list`, then by
        `currency` (ISO code), then by catalogue order.
        """
        found = self.offers.get(key)
        if found is not None:
            return found
        candidates = self.offers_by_sku.get(key, ())
        if not candidates and "@" in key:
            sku, _, price_list = key.rpartition("@")
            candidates = tuple(
                each
                for each in self.offers_by_sku.get(sku, ())
                if each.price_list.key == price_list
            )
        return _closest(candidates, price_list, currency)


def _closest(offers: tuple[Offer, ...], price_list: str, currency: str) -> Offer | None:
    def distance(offer: Offer) -> tuple[bool, bool]:
        return offer.price_list.key != price_list, offer.price_list.currency.code != currency

    return min(offers, key=distance, default=None)


def _grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, tuple[Value, ...]]:
    groups: dict[Key, list[Value]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in groups.items()}
