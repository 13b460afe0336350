"""Agreements and volume ladders: the dated rules a price book holds."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from engine.kernel.currency import Currency
from engine.kernel.period import ALWAYS, Period
from engine.pricing.rule import RuleRef


class TermKind(StrEnum):
    """How an agreement's term speaks of a price."""

    FIXED_PRICE = "fixed_price"
    PERCENT = "percent"
    TIERS = "tiers"
    """tiers of its own, which stand in the place of the catalogue's ladder"""


class LadderKind(StrEnum):
    """How the tiers of a ladder price a quantity."""

    VOLUME = "volume"
    """the tier that the quantity reaches prices every unit"""
    GRADUATED = "graduated"
    """every tier prices the units that fall into it; flat fees of all reached tiers add up"""
    STAIRSTEP = "stairstep"
    """the tier that the quantity reaches costs its flat price, however many units"""
    PACKAGE = "package"
    """every started package of `package_size` units costs the flat price of the tier reached"""
    BLOCK = "block"
    """the flat price of the tier reached covers `package_size` units; each above costs its price"""
    PERCENTAGE = "percentage"
    """`percent` of what the units come to at list price beyond the free ones, with the tier's flat
    price as a fee; at least `least`, at most `most`"""
    CUMULATIVE = "cumulative"
    """as graduated, going on from what was bought before"""


class Aggregation(StrEnum):
    """Whose quantities count when a tier is looked for."""

    LINE = "line"
    SKU = "sku"
    """all lines of the same product"""
    FAMILY = "family"
    """all lines of the product's family"""
    GROUP = "group"
    """all lines of the product's category"""


@dataclass(frozen=True, slots=True)
class Tier:
    """From `starts_at` units on; of graduated tiers, the units above `starts_at`.

    `percent` (0..100) off the price of a unit; or `price`, the price of a unit itself, in the
    currency of the ladder; `flat` is due once for the tier. Prices are None where percent speaks.
    """

    starts_at: Decimal
    percent: Decimal = Decimal(0)
    price: Decimal | None = None
    flat: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementTerm:
    """One promise: for `sku`, else for `category`, else (both None) for everything.

    FIXED_PRICE: `value` is the price of one unit in `currency`.
    PERCENT: `value` percent (0..100) off the price the step finds, whatever the currency.
    TIERS: `tiers` of the kind `ladder` instead of the catalogue's; `value` is 0.
    """

    kind: TermKind
    value: Decimal = Decimal(0)
    sku: str | None = None
    category: str | None = None
    currency: Currency | None = None
    tiers: tuple[Tier, ...] = ()
    ladder: LadderKind = LadderKind.VOLUME


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What was agreed with one account, with a group of accounts, or for a region.

    Exactly one of `account`, `group` and `region` is given. Where it `stacks`, promotions
    lower an agreed unit price further; otherwise that price is final.
    """

    id: str
    name: str
    terms: tuple[AgreementTerm, ...]
    account: str | None = None
    group: str | None = None
    region: str | None = None
    version: int = 1
    validity: Period = ALWAYS
    stacks: bool = False

    @property
    def ref(self) -> RuleRef:
        return RuleRef(self.id, self.version, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """A ladder of tiers for one product, by quantity.

    `price_list` None means the ladder holds in every list; one with prices of its own names a
    list, whose currency they are in. `package_size`, `free_units`, `least` and `most` are for the
    kinds that name them. Above `ends_at` units, where it is given, there is no price.
    """

    id: str
    name: str
    sku: str
    tiers: tuple[Tier, ...]
    price_list: str | None = None
    version: int = 1
    validity: Period = ALWAYS
    kind: LadderKind = LadderKind.VOLUME
    counts: Aggregation = Aggregation.LINE
    package_size: Decimal = Decimal(1)
    free_units: Decimal = Decimal(0)
    least: Decimal | None = None
    most: Decimal | None = None
    ends_at: Decimal | None = None

    @property
    def ref(self) -> RuleRef:
        return RuleRef(self.id, self.version, self.name)
