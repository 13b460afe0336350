"""Parts of what is made at Stripe out of a document."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import msgspec


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What one unit of a product costs, once or each so many months, or by use.

    Usage is counted by a `meter`. `amount` is in minor units and may have decimals. `key` is a
    name made of all the rest, so that a rate of that name always is this rate.
    """

    sku: str
    product: str
    currency: str
    amount: str
    months: int = 0
    tiers: tuple[Mapping[str, str], ...] = ()
    tier_kind: str = ""
    meter: str = ""

    @property
    def key(self) -> str:
        parts = (self.product, self.currency, self.amount, self.months, self.meter)
        tiers = [sorted(each.items()) for each in self.tiers]
        said = msgspec.json.encode([*parts, tiers, self.tier_kind])
        return "qw-" + hashlib.sha256(said).hexdigest()[:40]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """So many units at a rate; `quantity` is None of what is counted. `periods` of it are due."""

    charges: tuple[str, ...]
    rate: Rate
    quantity: int | None
    periods: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Items that are billed together; `end` is the first day after, None where it runs on."""

    piece: str
    months: int
    start: date
    end: date | None
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """An amount that is invoiced once, in minor units; below zero it is a credit."""

    charge: str
    sku: str
    product: str
    amount: int
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything that is made of a document."""

    products: Mapping[str, str]
    """the names of products by their ids there"""
    subscriptions: tuple[Subscription, ...]
    extras: tuple[Extra, ...]
    usage: tuple[str, ...]
    """the skus that are counted"""
