"""Promotions and channel discounts: dated rules that lower a price for whoever meets them."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from engine.pricing.rule import Rule

_ZERO = Decimal(0)


class Stacking(StrEnum):
    """How a promotion gets along with others."""

    EXCLUSIVE = "exclusive"
    """alone: the best of all that apply is taken"""
    ADDITIVE = "additive"
    """percentages of all additive ones are summed and taken off once"""
    COMPOUND = "compound"
    """taken off what the ones before it left"""


class Benefit(StrEnum):
    """What a promotion gives."""

    PERCENT = "percent"
    AMOUNT = "amount"
    """an amount off every unit"""
    UNIT_PRICE = "unit_price"
    """a price for every unit, where that is lower"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion(Rule):
    """A promotion; with `code` only for who names it, without for everybody it speaks of.

    `value` is a percentage (0..100) or an amount in `currency` (amounts name their currency).
    Conditions: at least `min_quantity` units of its goods on the whole quote, whose list
    prices come to at least `min_quote_amount`; and `min_amount` on the line at the moment
    it is applied.
    """

    code: str | None = None
    benefit: Benefit = Benefit.PERCENT
    value: Decimal = _ZERO
    stacking: Stacking = Stacking.EXCLUSIVE
    min_quantity: Decimal = _ZERO
    min_amount: Decimal = _ZERO
    min_quote_amount: Decimal = _ZERO

    @property
    def is_campaign(self) -> bool:
        return self.code is not None


class Role(StrEnum):
    """Who stands between the tenant and the customer."""

    PARTNER = "partner"
    DISTRIBUTOR = "distributor"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDiscount(Rule):
    """`percent` (0..100) off for a partner's or a distributor's part in the sale."""

    role: Role = Role.PARTNER
    percent: Decimal = _ZERO
