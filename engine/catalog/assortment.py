"""What a tenant offers, while rows of an upload are being added to it.

Every method takes one row, gives back what is odd about it, and raises `BadCell` when
the row has to be left out; then nothing of the row was taken.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields

from engine.catalog import rows
from engine.catalog.cells import BadCell, Cells
from engine.catalog.listing import ListItem, ListName
from engine.catalog.price_list import PriceList, PriceListEntry
from engine.catalog.product import Product
from engine.catalog.shelf import Change, Shelf, Tally

OFFER = rows.PRODUCT | rows.ENTRY | {"currency"}
_TWICE = "stands here twice; the first row counts"


class Assortment:
    """Price lists, products, entries and lists, stored and just taken in."""

    def __init__(
        self,
        *,
        price_lists: Iterable[PriceList],
        products: Iterable[Product],
        entries: Iterable[PriceListEntry],
        lists: Mapping[ListName, Iterable[ListItem]],
    ) -> None:
        self.price_lists = Shelf(price_lists, lambda each: each.key)
        self.products = Shelf(products, lambda each: each.sku)
        self.entries = Shelf(entries, lambda each: (each.price_list, each.sku))
        self.lists = {name: Shelf(lists.get(name, ()), lambda each: each.key) for name in ListName}
        self._offered: set[str] = set()
        self._implied: set[str] = set()

    def price_list(self, cells: Cells) -> list[BadCell]:
        """A price list."""
        taken = rows.price_list(cells)
        if taken.key in self.price_lists.taken:
            raise cells.wrong("key", f"{taken.key!r} {_TWICE}")
        self.price_lists.take(taken)
        return []

    def product(self, cells: Cells) -> list[BadCell]:
        """A product by itself."""
        sku = cells.key("sku")
        if sku in self.products.taken:
            raise cells.wrong("sku", f"{sku!r} {_TWICE}")
        self._check_key(cells, sku)
        taken, odd = rows.product(cells, self.products.find(sku))
        self.products.take(taken)
        return odd

    def entry(self, cells: Cells) -> list[BadCell]:
        """A product's price in one price list; both must be known."""
        price_list, sku = cells.key("price_list"), cells.key("sku")
        if price_list not in self.price_lists:
            raise cells.wrong("price_list", f"there is no price list {price_list!r}")
        if sku not in self.products:
            raise cells.wrong("sku", f"there is no product {sku!r}")
        self.entries.take(self._entry(cells, price_list, sku))
        return []

    def offer(self, cells: Cells) -> list[BadCell]:
        """A product together with its price in one price list."""
        price_list, odd = self._price_list_of(cells)
        sku = cells.key("sku")
        self._check_key(cells, sku)
        entry = self._entry(cells, price_list.key, sku)
        known = self.products.find(sku)
        product, remarks = rows.product(cells, known)
        if known is not None and sku in self._offered and product != known:
            odd.append(_difference(cells, product, known))
        if price_list.key not in self.price_lists:
            self.price_lists.take(price_list)
            self._implied.add(price_list.key)
        self.products.take(product)
        self.entries.take(entry)
        self._offered.add(sku)
        return odd + remarks

    def _check_key(self, cells: Cells, sku: str) -> None:
        """No sku may read like another product's key in one of the price lists."""
        plain, _, price_list = sku.rpartition("@")
        if plain in self.products and price_list in self.price_lists:
            raise cells.wrong("sku", f"{sku!r} is the key of {plain!r} in {price_list!r}")
        for each in self.price_lists.everything():
            if f"{sku}@{each.key}" in self.products:
                raise cells.wrong("sku", f"{sku}@{each.key} is another product")

    def list_item(self, name: ListName, cells: Cells) -> list[BadCell]:
        """An item of the list called `name`."""
        taken = rows.list_item(cells)
        if taken.key in self.lists[name].taken:
            raise cells.wrong("key", f"{taken.key!r} {_TWICE}")
        self.lists[name].take(taken)
        return []

    def tally(self) -> Tally:
        """What was taken in, row by row: a product and its price from one row count once."""
        products = (
            self.products.change(sku) for sku in self.products.taken if sku not in self._offered
        )
        lists = (
            self.price_lists.change(key)
            for key in self.price_lists.taken
            if key not in self._implied
        )
        total = Tally.of(lists) + Tally.of(products)
        total += Tally.of(self._offer_change(*key) for key in self.entries.taken)
        return sum((shelf.tally() for shelf in self.lists.values()), total)

    def _offer_change(self, price_list: str, sku: str) -> Change:
        change = self.entries.change((price_list, sku))
        if change is Change.UNCHANGED and sku in self._offered:
            return self.products.change(sku)
        return change

    def _entry(self, cells: Cells, price_list: str, sku: str) -> PriceListEntry:
        if (price_list, sku) in self.entries.taken:
            raise cells.wrong(
                "sku", f"{sku!r} stands twice in {price_list!r}; the first row counts"
            )
        return rows.entry(cells, self.entries.find((price_list, sku)), price_list)

    def _price_list_of(self, cells: Cells) -> tuple[PriceList, list[BadCell]]:
        """The price list of an offer; a row that names a currency may bring a new one."""
        key = cells.key("price_list")
        known = self.price_lists.find(key)
        if known is None and cells.value("currency") is None:
            raise cells.wrong("price_list", f"there is no price list {key!r}")
        if cells.value("currency") is None and known is not None:
            return known, []
        money = rows.currency_of(cells)
        if known is None:
            made = PriceList(key=key, name=key, currency=money)
            return made, [cells.wrong("price_list", f"the price list {key!r} is new")]
        if known.currency != money:
            raise cells.wrong("currency", f"the price list {key!r} is in {known.currency.code}")
        return known, []


def _difference(cells: Cells, product: Product, known: Product) -> BadCell:
    names = [
        field.name
        for field in fields(Product)
        if getattr(product, field.name) != getattr(known, field.name)
    ]
    return cells.wrong(
        names[0], f"of {product.sku!r} differs from an earlier row; the later row counts"
    )
