"""Pricing rules, while rows of an upload are being added to them.

Every method takes one row, gives back what is odd about it, and raises `BadCell` when the
row has to be left out; then nothing of the row was taken.
"""

from collections.abc import Iterable
from typing import Generic, Protocol, TypeVar

from engine.catalog.assortment import Assortment
from engine.catalog.cells import BadCell, Cells
from engine.catalog.shelf import Shelf, Tally
from engine.kernel.period import Period
from engine.pricing import rule_rows
from engine.pricing.approval import ApprovalRule
from engine.pricing.exchange import ExchangeRate
from engine.pricing.promotion import ChannelDiscount, Promotion, Stacking
from engine.pricing.rule import Rule


class Versioned(Protocol):
    """What every rule has."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def validity(self) -> Period: ...


V = TypeVar("V", bound=Versioned)


class Versions(Generic[V]):
    """The rules of one kind: versions of one rule never hold on the same day."""

    def __init__(self, stored: Iterable[V]) -> None:
        known = tuple(stored)
        self.shelf: Shelf[tuple[str, int], V] = Shelf(known, lambda each: (each.id, each.version))
        self._by_id: dict[str, dict[int, V]] = {}
        for each in known:
            self._by_id.setdefault(each.id, {})[each.version] = each

    def take(self, cells: Cells, taken: V) -> None:
        """Take a version in; BadCell where it stands here twice or overlaps another."""
        if (taken.id, taken.version) in self.shelf.taken:
            raise cells.wrong("id", f"{taken.id!r} stands here twice; the first row counts")
        versions = self._by_id.setdefault(taken.id, {})
        for other in versions.values():
            if other.version != taken.version and other.validity.overlaps(taken.validity):
                raise cells.wrong("valid_from", f"overlaps version {other.version}")
        versions[taken.version] = taken
        self.shelf.take(taken)


class Rulebook:
    """Promotions, channel discounts, exchange rates and approval rules."""

    def __init__(
        self,
        assortment: Assortment,
        *,
        promotions: Iterable[Promotion],
        channel_discounts: Iterable[ChannelDiscount],
        exchange_rates: Iterable[ExchangeRate],
        approval_rules: Iterable[ApprovalRule],
    ) -> None:
        self._assortment = assortment
        self.promotions = Versions(promotions)
        self.channel_discounts = Versions(channel_discounts)
        self.exchange_rates = Versions(exchange_rates)
        self.approval_rules = Versions(approval_rules)

    def promotion(self, cells: Cells) -> list[BadCell]:
        """A promotion; odd where another exclusive one speaks of the same sale as narrowly."""
        taken = rule_rows.promotion(cells)
        self._check(cells, taken)
        self.promotions.take(cells, taken)
        rivals = [each for each in self.promotions.shelf.everything() if rival(each, taken)]
        return [cells.wrong("id", f"ties with {each.id!r}: neither is narrower") for each in rivals]

    def channel_discount(self, cells: Cells) -> None:
        """A partner's or distributor's discount."""
        taken = rule_rows.channel_discount(cells)
        self._check(cells, taken)
        self.channel_discounts.take(cells, taken)

    def exchange_rate(self, cells: Cells) -> None:
        """An exchange rate."""
        self.exchange_rates.take(cells, rule_rows.exchange_rate(cells))

    def approval_rule(self, cells: Cells) -> None:
        """An approval rule."""
        self.approval_rules.take(cells, rule_rows.approval_rule(cells))

    def tally(self) -> Tally:
        """The count of what was taken in."""
        shelves = (
            self.promotions.shelf,
            self.channel_discounts.shelf,
            self.exchange_rates.shelf,
            self.approval_rules.shelf,
        )
        return sum((shelf.tally() for shelf in shelves), Tally())

    def _check(self, cells: Cells, rule: Rule) -> None:
        sku, price_list = rule.goods.sku, rule.price_list
        if sku is not None and sku not in self._assortment.products:
            raise cells.wrong("sku", f"there is no product {sku!r}")
        if price_list is not None and price_list not in self._assortment.price_lists:
            raise cells.wrong("price_list", f"there is no price list {price_list!r}")


def rival(one: Promotion, other: Promotion) -> bool:
    """Whether two exclusive promotions can meet on one sale with nothing to decide between them.

    Their days overlap, they speak of the same goods to the same buyers, and priority and
    narrowness are the same.
    """
    return (
        one.id != other.id
        and one.stacking is Stacking.EXCLUSIVE is other.stacking
        and one.validity.overlaps(other.validity)
        and (one.priority, one.narrowness) == (other.priority, other.narrowness)
        and (one.goods, one.buyers, one.code) == (other.goods, other.buyers, other.code)
        and (one.price_list is None or one.price_list == other.price_list)
        and (None in {one.currency, other.currency} or one.currency == other.currency)
    )
