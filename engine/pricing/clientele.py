"""Who buys and on what terms, while rows of an upload are being added to it.

Every method takes one row, and raises `BadCell` when the row has to be left out; then
nothing of the row was taken.
"""

from collections.abc import Iterable

from engine.catalog.assortment import Assortment
from engine.catalog.cells import Cells
from engine.catalog.shelf import Shelf, Tally
from engine.customers.account import Account, Address, Alias
from engine.pricing import rows
from engine.pricing.agreement import Agreement, Ladder
from engine.pricing.rulebook import Versions

_LEVELS = 50
_TWICE = "stands here twice; the first row counts"


class Clientele:
    """Accounts, addresses, aliases, agreements and ladders, stored and just taken in."""

    def __init__(  # noqa: PLR0913 (each is a shelf of its own)
        self,
        assortment: Assortment,
        *,
        accounts: Iterable[Account],
        addresses: Iterable[Address],
        aliases: Iterable[Alias],
        agreements: Iterable[Agreement],
        ladders: Iterable[Ladder],
    ) -> None:
        self._assortment = assortment
        self.accounts = Shelf(accounts, lambda each: each.id)
        self.addresses = Shelf(addresses, lambda each: (each.crm_contact_id, each.kind))
        self.aliases = Shelf(aliases, lambda each: (each.crm_contact_id, each.word))
        self.agreements = Versions(agreements)
        self.ladders = Versions(ladders)
        self._by_contact = {
            account.crm_contact_id: account.id
            for account in self.accounts.everything()
            if account.crm_contact_id is not None
        }

    def account(self, cells: Cells) -> None:
        """An account; its parent must be known already."""
        taken = rows.account(cells)
        if taken.id in self.accounts.taken:
            raise cells.wrong("id", f"{taken.id!r} {_TWICE}")
        self._check_parent(cells, taken)
        if taken.crm_contact_id is not None:
            holder = self._by_contact.get(taken.crm_contact_id, taken.id)
            if holder != taken.id:
                raise cells.wrong("crm_contact_id", f"belongs to {holder!r}")
            self._by_contact[taken.crm_contact_id] = taken.id
        self.accounts.take(taken)

    def address(self, cells: Cells) -> None:
        """An address."""
        taken = rows.address(cells)
        if (taken.crm_contact_id, taken.kind) in self.addresses.taken:
            raise cells.wrong("kind", f"the {taken.kind} address of this contact {_TWICE}")
        self.addresses.take(taken)

    def alias(self, cells: Cells) -> None:
        """An alias of a known product."""
        taken = rows.alias(cells)
        if (taken.crm_contact_id, taken.word) in self.aliases.taken:
            raise cells.wrong("word", f"{taken.word!r} {_TWICE}")
        self._check_product(cells, taken.sku)
        self.aliases.take(taken)

    def agreement(self, cells: Cells) -> None:
        """An agreement with a known account, about known products."""
        taken = rows.agreement(cells)
        if taken.account is not None and taken.account not in self.accounts:
            raise cells.wrong("account", f"there is no account {taken.account!r}")
        for term, nested in zip(taken.terms, cells.nested("terms"), strict=True):
            if term.sku is not None:
                self._check_product(nested, term.sku)
        self.agreements.take(cells, taken)

    def ladder(self, cells: Cells) -> None:
        """A volume ladder of a known product."""
        taken = rows.ladder(cells)
        self._check_product(cells, taken.sku)
        if taken.price_list is not None and taken.price_list not in self._assortment.price_lists:
            raise cells.wrong("price_list", f"there is no price list {taken.price_list!r}")
        self.ladders.take(cells, taken)

    def tally(self) -> Tally:
        """The count of what was taken in."""
        rules = (self.agreements.shelf, self.ladders.shelf)
        shelves = (self.accounts, self.addresses, self.aliases, *rules)
        return sum((shelf.tally() for shelf in shelves), Tally())

    def _check_product(self, cells: Cells, sku: str) -> None:
        if sku not in self._assortment.products:
            raise cells.wrong("sku", f"there is no product {sku!r}")

    def _check_parent(self, cells: Cells, account: Account) -> None:
        parent = account.parent
        for _ in range(_LEVELS):
            if parent is None:
                return
            if parent == account.id:
                raise cells.wrong("parent", f"{account.parent!r} leads back to {account.id!r}")
            above = self.accounts.find(parent)
            if above is None:
                raise cells.wrong("parent", f"there is no account {parent!r}")
            parent = above.parent
        raise cells.wrong("parent", f"stands under more than {_LEVELS} others")
