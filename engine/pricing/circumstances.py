"""What the price of a line depends on besides its own quantity: the rest of the basket."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from engine.pricing.agreement import Aggregation
from engine.pricing.book import PriceBook
from engine.pricing.offer import Offer
from engine.pricing.option import ChosenOption
from engine.pricing.rounding import EXACT
from engine.pricing.rule import Goods

_ZERO = Decimal(0)


class Circumstances(NamedTuple):
    """The facts the rules of one price book look at; the same facts give the same price.

    `counted` is the quantity a ladder looks at; `promoted` the quantities of the book's
    promotions' goods, in their order; `quote_amount` the basket at list prices; `codes` the
    promotion codes that were named; `before` the quantity that was bought earlier; `options` what
    the product is built with.
    """

    counted: Decimal
    promoted: tuple[Decimal, ...] = ()
    quote_amount: Decimal = _ZERO
    codes: frozenset[str | None] = frozenset()
    before: Decimal = _ZERO
    options: tuple[ChosenOption, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a basket as its neighbours see it."""

    offer: Offer
    quantity: Decimal
    list_price: Decimal


class Basket:
    """The quantities and list prices of several lines together."""

    def __init__(self, items: Iterable[Item], codes: frozenset[str] = frozenset()) -> None:
        self._items = tuple(items)
        self._codes = codes
        self._quantities: dict[Goods, Decimal] = {}

    @property
    def matters(self) -> bool:
        """Whether a line's price can depend on anything here but its own quantity."""
        return bool(self._items or self._codes)

    @cached_property
    def amount(self) -> Decimal:
        """The whole basket at list prices."""
        parts = (EXACT.multiply(item.quantity, item.list_price) for item in self._items)
        return sum(parts, _ZERO)

    def quantity(self, goods: Goods) -> Decimal:
        """How many units of `goods` there are."""
        if goods not in self._quantities:
            holding = (item.quantity for item in self._items if goods.hold(item.offer))
            self._quantities[goods] = sum(holding, _ZERO)
        return self._quantities[goods]

    def around(self, book: PriceBook, quantity: Decimal, before: Decimal = _ZERO) -> Circumstances:
        """The circumstances of a line of `quantity` units that `book` prices."""
        counted = self._counted(book, quantity)
        if not book.promotions:
            return Circumstances(counted, before=before)
        return Circumstances(
            counted,
            tuple(
                self.quantity(each.goods) if each.min_quantity else _ZERO
                for each in book.promotions
            ),
            self.amount if any(each.min_quote_amount for each in book.promotions) else _ZERO,
            frozenset(each.code for each in book.promotions if each.code in self._codes),
            before,
        )

    def _counted(self, book: PriceBook, quantity: Decimal) -> Decimal:
        product = book.offer.product
        match book.ladder.counts if book.ladder else Aggregation.LINE:
            case Aggregation.SKU:
                return self.quantity(Goods(sku=product.sku))
            case Aggregation.FAMILY:
                return self.quantity(Goods(family=product.family))
            case Aggregation.GROUP:
                return self.quantity(Goods(category=product.category))
        return quantity
