"""A tenant's catalogue while an upload is being added to it; nothing is written here.

Rows add and change; nothing is deleted, and a row that is left out never stops another.
"""

from collections.abc import Callable, Iterable

from engine.catalog import assortment, rows
from engine.catalog.assortment import Assortment
from engine.catalog.cells import BadCell, Cells
from engine.catalog.configurator import ROW as CONFIGURATOR
from engine.catalog.configurator import Configurator, configurator
from engine.catalog.intake import Kind, Rejection, Remark, Table, Upload
from engine.catalog.listing import ListName
from engine.catalog.promises import Promises
from engine.catalog.shelf import Tally
from engine.pricing import rows as customers
from engine.pricing import rule_rows
from engine.pricing.clientele import Clientele
from engine.pricing.policybook import Policybook
from engine.pricing.rulebook import Rulebook, Versions
from engine.pricing.snapshot import CatalogueData


def _trusted(_: Configurator) -> None:
    return None


class CatalogueDraft:
    """What is stored with an upload added, and what was said about its rows.

    `judge` says what is wrong with a configurator's model, by raising BadCell. `sandbox` says
    that the tenant was made for this import and becomes a sandbox; `on_row` is called after
    every row.
    """

    def __init__(
        self,
        stored: CatalogueData,
        *,
        judge: Callable[[Configurator], None] = _trusted,
        sandbox: bool = False,
        on_row: Callable[[], None] | None = None,
    ) -> None:
        self._judge = judge
        self.configurators = Versions(stored.configurators)
        self._on_row = on_row or (lambda: None)
        self.rejections: list[Rejection] = []
        self.remarks: list[Remark] = []
        self.promises = Promises(stored.settings, sandbox=sandbox)
        self.assortment = Assortment(
            price_lists=stored.price_lists,
            products=stored.products,
            entries=stored.entries,
            lists=stored.lists,
        )
        self.clientele = Clientele(
            self.assortment,
            accounts=stored.accounts,
            addresses=stored.addresses,
            aliases=stored.aliases,
            agreements=stored.agreements,
            ladders=stored.ladders,
        )
        self.rulebook = Rulebook(
            self.assortment,
            promotions=stored.promotions,
            channel_discounts=stored.channel_discounts,
            exchange_rates=stored.exchange_rates,
            approval_rules=stored.approval_rules,
        )
        self.policybook = Policybook(
            routing_rules=stored.routing_rules,
            change_fees=stored.change_fees,
            service_policies=stored.service_policies,
            stages=stored.stages,
            product_lines=stored.product_lines,
        )

    def add(self, upload: Upload) -> None:
        """Add every table, what others refer to first."""
        goods, clients = self.assortment, self.clientele
        self._each(upload, Kind.SETTINGS, rows.SETTINGS, self.promises.row)
        self._each(upload, Kind.CAPABILITIES, rows.CAPABILITY, self.promises.capability)
        self._each(upload, Kind.PRICE_LISTS, rows.PRICE_LIST, goods.price_list)
        self._each(upload, Kind.PRODUCTS, rows.PRODUCT, goods.product)
        self._each(upload, Kind.ENTRIES, rows.ENTRY, goods.entry)
        self._each(upload, Kind.OFFERS, assortment.OFFER, goods.offer)
        for table in upload.of_kind(Kind.LIST_ITEMS):
            if table.list_name is not None:
                self._rows(table, rows.LIST_ITEM, _item_taker(goods, table.list_name))
        self._each(upload, Kind.ACCOUNTS, customers.ACCOUNT, clients.account)
        self._each(upload, Kind.ADDRESSES, customers.ADDRESS, clients.address)
        self._each(upload, Kind.ALIASES, customers.ALIAS, clients.alias)
        self._each(upload, Kind.AGREEMENTS, customers.AGREEMENT, clients.agreement)
        self._each(upload, Kind.LADDERS, customers.LADDER, clients.ladder)
        book = self.rulebook
        self._each(upload, Kind.PROMOTIONS, rule_rows.PROMOTION, book.promotion)
        self._each(
            upload, Kind.CHANNEL_DISCOUNTS, rule_rows.CHANNEL_DISCOUNT, book.channel_discount
        )
        self._each(upload, Kind.EXCHANGE_RATES, rule_rows.EXCHANGE_RATE, book.exchange_rate)
        self._each(upload, Kind.APPROVAL_RULES, rule_rows.APPROVAL_RULE, book.approval_rule)
        self._each(upload, Kind.CONFIGURATORS, CONFIGURATOR, self._configurator)
        for kind, known, take in self.policybook.takers():
            self._each(upload, kind, known, take)

    def data(self) -> CatalogueData:
        """The catalogue as it will be."""
        goods, clients, book = self.assortment, self.clientele, self.rulebook
        policies = self.policybook
        return CatalogueData(
            price_lists=tuple(goods.price_lists.everything()),
            products=tuple(goods.products.everything()),
            entries=tuple(goods.entries.everything()),
            lists={name: tuple(shelf.everything()) for name, shelf in goods.lists.items()},
            addresses=tuple(clients.addresses.everything()),
            accounts=tuple(clients.accounts.everything()),
            aliases=tuple(clients.aliases.everything()),
            agreements=tuple(clients.agreements.shelf.everything()),
            ladders=tuple(clients.ladders.shelf.everything()),
            promotions=tuple(book.promotions.shelf.everything()),
            channel_discounts=tuple(book.channel_discounts.shelf.everything()),
            exchange_rates=tuple(book.exchange_rates.shelf.everything()),
            approval_rules=tuple(book.approval_rules.shelf.everything()),
            configurators=tuple(self.configurators.shelf.everything()),
            routing_rules=tuple(policies.routing_rules.shelf.everything()),
            change_fees=tuple(policies.change_fees.shelf.everything()),
            service_policies=tuple(policies.service_policies.shelf.everything()),
            stages=tuple(policies.stages.shelf.everything()),
            product_lines=tuple(policies.product_lines.shelf.everything()),
            settings=self.promises.finished(),
        )

    def tally(self) -> Tally:
        """The rows that were taken in."""
        goods, clients = self.assortment.tally(), self.clientele.tally()
        rules = self.rulebook.tally() + self.configurators.shelf.tally() + self.policybook.tally()
        return self.promises.tally() + goods + clients + rules

    def _configurator(self, cells: Cells) -> None:
        taken = configurator(cells)
        self._judge(taken)
        self.configurators.take(cells, taken)

    def _each(self, upload: Upload, kind: Kind, known: frozenset[str], take: "_Taker") -> None:
        for table in upload.of_kind(kind):
            self._rows(table, known, take)

    def _rows(self, table: Table, known: frozenset[str], take: "_Taker") -> None:
        for cells in Cells.of(table):
            try:
                cells.only(known)
                odd = take(cells) or ()
            except BadCell as bad:
                self.rejections.append(Rejection(table.title, cells.row, bad.column, bad.message))
            else:
                self.remarks += [
                    Remark(table.title, cells.row, each.column, each.message) for each in odd
                ]
            self._on_row()


_Taker = Callable[[Cells], Iterable[BadCell] | None]


def _item_taker(goods: Assortment, name: ListName) -> _Taker:
    return lambda cells: goods.list_item(name, cells)
