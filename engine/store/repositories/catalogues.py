"""A tenant's catalogue: everything an answer depends on, loaded whole and put in bulk.

Putting inserts what is new and updates what is there; it never deletes what it was not
given. The first write of a transaction moves the tenant's revision by one.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Table, delete, select, update
from sqlmodel import Session

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
from engine.kernel.errors import NotFound
from engine.pricing.agreement import Agreement, Ladder
from engine.pricing.approval import ApprovalRule
from engine.pricing.exchange import ExchangeRate
from engine.pricing.promotion import ChannelDiscount, Promotion
from engine.pricing.snapshot import CatalogueData
from engine.store.repositories import catalog, customers, history, rules
from engine.store.repositories.mapper import Noun, Values, overwrite, put, rows
from engine.store.tables.row import table
from engine.store.tables.tenants import TenantRow

_TENANTS = table(TenantRow)
Written_contra = TypeVar("Written_contra", contravariant=True)


class _Putting(Protocol[Written_contra]):
    """Writes nouns of one kind."""

    @property
    def table(self) -> Table: ...
    def written(self, nouns: Iterable[Written_contra]) -> list[Values]: ...


class Catalogues:
    """The catalogue of one tenant.

    Rows that name what is not there are a `Conflict`: nothing of that call is put, and the
    transaction goes on. Parents of accounts are looked for at the very end.
    """

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._touched = False

    def revision(self) -> int:
        """The revision this transaction sees; `NotFound` when there is no such tenant."""
        mine = select(_TENANTS.c.revision).where(_TENANTS.c.tenant_id == self._tenant_id)
        revision: int | None = self._session.connection().scalar(mine)
        if revision is None:
            raise NotFound(f"there is no tenant {self._tenant_id}")
        return revision

    def hold(self) -> int:
        """The revision, as `revision`, which nobody else moves before this transaction ends."""
        mine = select(_TENANTS.c.revision).where(_TENANTS.c.tenant_id == self._tenant_id)
        held = mine.with_for_update(key_share=True)
        revision: int | None = self._session.connection().scalar(held)
        if revision is None:
            raise NotFound(f"there is no tenant {self._tenant_id}")
        return revision

    def touch(self) -> None:
        """Something an answer depends on changes here: move the revision, once.

        The tenant's row stays locked until the end, so that catalogues are written one
        after the other and no two writers hand out the same position.
        """
        if self._touched:
            return
        mine = update(_TENANTS).where(_TENANTS.c.tenant_id == self._tenant_id)
        moved = self._session.connection().execute(mine.values(revision=_TENANTS.c.revision + 1))
        if moved.rowcount == 0:
            raise NotFound(f"there is no tenant {self._tenant_id}")
        self._touched = True

    def load(self, at: int | None = None) -> CatalogueData:
        """All of it, in the order of import; as it was at the revision `at`, or as it is."""
        connection, tenant_id = self._session.connection(), self._tenant_id
        changes = {} if at is None else history.changed_after(connection, tenant_id, at)

        def of(kept: Table) -> Sequence[Any]:
            now = rows(connection, kept, tenant_id)
            return history.undone(kept, now, changes[kept.name]) if kept.name in changes else now

        every_rule = of(rules.AGREEMENTS.table)
        return CatalogueData(
            price_lists=catalog.PRICE_LISTS.read(of(catalog.PRICE_LISTS.table)),
            products=catalog.PRODUCTS.read(of(catalog.PRODUCTS.table)),
            entries=catalog.ENTRIES.read(of(catalog.ENTRIES.table)),
            lists=_lists(of(catalog.LIST_ITEMS)),
            addresses=customers.ADDRESSES.read(of(customers.ADDRESSES.table)),
            accounts=customers.ACCOUNTS.read(of(customers.ACCOUNTS.table)),
            aliases=customers.ALIASES.read(of(customers.ALIASES.table)),
            agreements=rules.AGREEMENTS.read(every_rule),
            ladders=rules.LADDERS.read(every_rule),
            promotions=rules.PROMOTIONS.read(every_rule),
            channel_discounts=rules.CHANNEL_DISCOUNTS.read(every_rule),
            exchange_rates=rules.EXCHANGE_RATES.read(every_rule),
            approval_rules=rules.APPROVAL_RULES.read(every_rule),
            configurators=rules.CONFIGURATORS.read(every_rule),
            routing_rules=rules.ROUTING_RULES.read(every_rule),
            change_fees=rules.CHANGE_FEES.read(every_rule),
            service_policies=rules.SERVICE_POLICIES.read(every_rule),
            stages=rules.STAGES.read(every_rule),
            product_lines=rules.PRODUCT_LINES.read(every_rule),
            settings=_settings(of(catalog.SETTINGS)),
        )

    def product_lines(self) -> tuple[ProductLine, ...]:
        """The product lines alone, in the order of import."""
        kept = rules.PRODUCT_LINES.table
        mine = (kept.c.tenant_id == self._tenant_id, kept.c.kind == rules.PRODUCT_LINES.kind)
        found = select(kept).where(*mine).order_by(kept.c.position)
        return rules.PRODUCT_LINES.read(self._session.connection().execute(found).all())

    def family_of(self, sku: str) -> str | None:
        """The family of a product; None where there is no such product."""
        kept = catalog.PRODUCTS.table
        mine = (kept.c.tenant_id == self._tenant_id, kept.c.sku == sku)
        details = self._session.connection().scalar(select(kept.c.details).where(*mine))
        return None if details is None else str(details.get("family") or "")

    def put_price_lists(self, price_lists: Iterable[PriceList]) -> None:
        self._put(catalog.PRICE_LISTS, price_lists)

    def put_products(self, products: Iterable[Product]) -> None:
        self._put(catalog.PRODUCTS, products)

    def put_entries(self, entries: Iterable[PriceListEntry]) -> None:
        self._put(catalog.ENTRIES, entries)

    def put_list(self, name: ListName, items: Iterable[ListItem]) -> None:
        self._write(catalog.LIST_ITEMS, [catalog.item_values(name.value, item) for item in items])

    def put_addresses(self, addresses: Iterable[Address]) -> None:
        self._put(customers.ADDRESSES, addresses)

    def put_accounts(self, accounts: Iterable[Account]) -> None:
        self._put(customers.ACCOUNTS, accounts)

    def put_aliases(self, aliases: Iterable[Alias]) -> None:
        self._put(customers.ALIASES, aliases)

    def put_agreements(self, agreements: Iterable[Agreement]) -> None:
        self._put(rules.AGREEMENTS, agreements)

    def put_ladders(self, ladders: Iterable[Ladder]) -> None:
        self._put(rules.LADDERS, ladders)

    def put_promotions(self, promotions: Iterable[Promotion]) -> None:
        self._put(rules.PROMOTIONS, promotions)

    def put_channel_discounts(self, discounts: Iterable[ChannelDiscount]) -> None:
        self._put(rules.CHANNEL_DISCOUNTS, discounts)

    def put_exchange_rates(self, rates: Iterable[ExchangeRate]) -> None:
        self._put(rules.EXCHANGE_RATES, rates)

    def put_approval_rules(self, approval_rules: Iterable[ApprovalRule]) -> None:
        self._put(rules.APPROVAL_RULES, approval_rules)

    def put_configurators(self, configurators: Iterable[Configurator]) -> None:
        self._put(rules.CONFIGURATORS, configurators)

    def put_routing_rules(self, routing_rules: Iterable[RoutingRule]) -> None:
        self._put(rules.ROUTING_RULES, routing_rules)

    def put_change_fees(self, change_fees: Iterable[ChangeFee]) -> None:
        self._put(rules.CHANGE_FEES, change_fees)

    def put_service_policies(self, policies: Iterable[ServicePolicy]) -> None:
        self._put(rules.SERVICE_POLICIES, policies)

    def put_stages(self, stages: Iterable[Stage]) -> None:
        self._put(rules.STAGES, stages)

    def put_product_lines(self, product_lines: Iterable[ProductLine]) -> None:
        self._put(rules.PRODUCT_LINES, product_lines)

    def remove_rule(self, kind: str, rule_id: str) -> bool:
        """Forget every version of a rule; whether there was one."""
        kept = rules.AGREEMENTS.table
        mine = (kept.c.tenant_id == self._tenant_id, kept.c.kind == kind, kept.c.id == rule_id)
        versions = self._session.connection().execute(select(kept.c.version).where(*mine)).all()
        if not versions:
            return False
        keys = [{"kind": kind, "id": rule_id, "version": each.version} for each in versions]
        with self._written(kept, keys) as connection:
            connection.execute(delete(kept).where(*mine))
        return True

    def put_settings(self, settings: TenantSettings) -> None:
        values = catalog.settings_values(settings)
        with self._written(catalog.SETTINGS, [values]) as connection:
            overwrite(connection, catalog.SETTINGS, {"tenant_id": self._tenant_id, **values})

    def _put(self, mapper: _Putting[Noun], nouns: Iterable[Noun]) -> None:
        self._write(mapper.table, mapper.written(nouns))

    def _write(self, kept: Table, values: list[Values]) -> None:
        with self._written(kept, values) as connection:
            put(connection, kept, self._tenant_id, values)

    @contextmanager
    def _written(self, kept: Table, values: list[Values]) -> Iterator[Connection]:
        """The connection to write `values` with; what they replace has been kept."""
        self.touch()
        with self._session.begin_nested():
            connection = self._session.connection()
            history.record(connection, kept, self._tenant_id, self.revision(), values)
            yield connection


def _lists(rows: Iterable[Any]) -> dict[ListName, tuple[ListItem, ...]]:
    found: dict[ListName, list[ListItem]] = {}
    for row in rows:
        found.setdefault(ListName(row.list_name), []).append(catalog.item(row))
    return {name: tuple(items) for name, items in found.items()}


def _settings(rows: Sequence[Any]) -> TenantSettings:
    return catalog.settings(rows[0]) if rows else TenantSettings()
