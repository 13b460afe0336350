"""What every pricing rule has: a name and version, days it holds, goods and buyers.

Of several rules that speak of the same sale the one with the higher priority wins, then the
one that speaks more narrowly, then the price it makes decides, last its id.
"""

from collections.abc import Collection
from dataclasses import dataclass

from engine.customers.account import Account
from engine.kernel.period import ALWAYS, Period
from engine.pricing.offer import Offer


@dataclass(frozen=True, slots=True)
class RuleRef:
    """The rule that acted, at the version that acted."""

    id: str
    version: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """Products: of one sku, of one family, of one category, or (nothing given) all of them."""

    sku: str | None = None
    family: str | None = None
    category: str | None = None

    def hold(self, offer: Offer) -> bool:
        """Whether the offer's product is among them."""
        product = offer.product
        return (
            self.sku in {None, product.sku}
            and self.family in {None, product.family}
            and self.category in {None, product.category}
        )

    @property
    def narrowness(self) -> int:
        """3 for one product, 2 for a family, 1 for a category, 0 for all."""
        return 3 if self.sku else 2 if self.family else 1 if self.category else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyers:
    """Accounts: one with those below it, a group, a region, or (nothing given) everybody."""

    account: str | None = None
    group: str | None = None
    region: str | None = None

    def hold(self, lineage: Collection[Account]) -> bool:
        """Whether the buyer is among them; `lineage` is the account, then those above it."""
        if not self.narrowness:
            return True
        return any(
            self.account in {None, each.id}
            and self.group in {None, each.group}
            and self.region in {None, each.region}
            for each in lineage
        )

    @property
    def narrowness(self) -> int:
        """3 for one account, 2 for a group, 1 for a region, 0 for everybody."""
        return 3 if self.account else 2 if self.group else 1 if self.region else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One version of a pricing rule; `priority` wins over everything, higher first.

    `price_list` and `currency` (ISO code) narrow it to sales from that list or in that
    currency.
    """

    id: str
    name: str
    version: int = 1
    validity: Period = ALWAYS
    priority: int = 0
    goods: Goods = Goods()
    buyers: Buyers = Buyers()
    price_list: str | None = None
    currency: str | None = None

    @property
    def ref(self) -> RuleRef:
        return RuleRef(self.id, self.version, self.name)

    @property
    def narrowness(self) -> tuple[int, ...]:
        """How narrowly the rule speaks: of goods first, then of buyers, a list, a campaign."""
        listed, named = self.price_list is not None, self.is_campaign
        return self.goods.narrowness, self.buyers.narrowness, int(listed), int(named)

    @property
    def is_campaign(self) -> bool:
        """Whether it holds only for who names it."""
        return False

    def speaks_of(self, offer: Offer, lineage: Collection[Account]) -> bool:
        """Whether the rule speaks of this offer to this buyer, on the days it holds."""
        return (
            self.price_list in {None, offer.price_list.key}
            and self.currency in {None, offer.price_list.currency.code}
            and self.goods.hold(offer)
            and self.buyers.hold(lineage)
        )
