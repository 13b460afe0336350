"""Agreements and volume ladders: the dated rules a price book holds."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from engine.kernel.currency import Currency
from engine.kernel.period import ALWAYS, Period


class TermKind(StrEnum):
    """How an agreement's term speaks of a price."""

    FIXED_PRICE = "fixed_price"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementTerm:
    """One promise: for `sku`, else for `category`, else (both None) for everything.

    FIXED_PRICE: `value` is the price of one unit in `currency`.
    PERCENT: `value` percent (0..100) off the price the step finds, whatever the currency.
    """

    kind: TermKind
    value: Decimal
    sku: str | None = None
    category: str | None = None
    currency: Currency | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What was agreed with one account, from a day to a day."""

    id: str
    account: str
    name: str
    terms: tuple[AgreementTerm, ...]
    version: int = 1
    validity: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class Tier:
    """From `starts_at` units on, `percent` (0..100) off the price of every unit."""

    starts_at: Decimal
    percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """A volume ladder for one product: the tier that the quantity reaches prices every unit.

    `price_list` None means the ladder holds in every list.
    """

    id: str
    name: str
    sku: str
    tiers: tuple[Tier, ...]
    price_list: str | None = None
    version: int = 1
    validity: Period = ALWAYS
