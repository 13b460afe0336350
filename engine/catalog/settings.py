"""How one tenant wants to be served: data, never a special case in code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class RoundingMode(StrEnum):
    """What happens to exactly half a minor unit."""

    HALF_UP = "half_up"
    """away from zero"""
    HALF_EVEN = "half_even"
    HALF_DOWN = "half_down"
    """towards zero"""


class RoundingLevel(StrEnum):
    """What is rounded to whole minor units first; what stands above adds up rounded amounts."""

    LINE = "line"
    UNIT = "unit"
    DOCUMENT = "document"
    """the sum of all lines is rounded once, and lines share it by largest remainder"""


class TaxLevel(StrEnum):
    """Where tax is rounded."""

    LINE = "line"
    RATE_GROUP = "rate_group"
    """once for all lines of a rate, and shared over them by largest remainder"""


class TierBounds(StrEnum):
    """Which tier a quantity belongs to that is exactly where one begins."""

    FROM = "from"
    """the tier that begins there"""
    ABOVE = "above"
    """the tier before it: its upper bound is inclusive"""


class DayCount(StrEnum):
    """How many months lie between two days."""

    MONTHS_FIRST = "months_first"
    """whole months from the first day, then the days left of the month they begin"""
    CALENDAR_MONTHS = "calendar_months"
    """each calendar month by its own days"""
    THIRTY = "thirty"
    """months of thirty days each"""
    ACTUAL_THIRTY = "actual_thirty"
    """the days there are, of thirty"""
    ACTUAL_365 = "actual_365"
    """the days there are, of years of 365"""


class TaxBasis(StrEnum):
    """What a tax that is added to a price is worked out from."""

    NET_FIRST = "net_first"
    """from what the line comes to"""
    GROSS_FIRST = "gross_first"
    """a unit with its tax is rounded first; the line with its tax is so many of them"""


class PromotionStacking(StrEnum):
    """How promotions get along with each other."""

    OWN = "own"
    """as each of them says"""
    EXCLUSIVE = "exclusive"
    ADDITIVE = "additive"
    COMPOUND = "compound"


class Preference(StrEnum):
    """Which of two rules that speak equally narrowly wins."""

    LOWEST_NET = "lowest_net"
    HIGHEST_NET = "highest_net"


class CustomPrice(StrEnum):
    """What a custom price says that a person gives a quotation."""

    NET = "net"
    """what it comes to before the taxes on top"""
    GROSS = "gross"
    """what is to be paid"""


MOVABLE_STEPS = ("agreement", "volume", "promotion", "channel")
"""The steps of the pipeline whose order a tenant may choose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PricingPolicy:
    """How prices of one tenant come about; a quote keeps the policy it was priced under.

    What a custom price says is as of now, whatever it was when the quote was priced.
    `steps` is the order of MOVABLE_STEPS. `partner_first` takes the partner's discount off
    before the distributor's. `base_currency` (ISO code, or empty for none) is the currency
    whose price list prices what the asked currency has no price for.
    """

    rounding_mode: RoundingMode = RoundingMode.HALF_UP
    rounding_level: RoundingLevel = RoundingLevel.LINE
    tax_level: TaxLevel = TaxLevel.LINE
    tier_bounds: TierBounds = TierBounds.FROM
    tax_basis: TaxBasis = TaxBasis.NET_FIRST
    preference: Preference = Preference.LOWEST_NET
    stacking: PromotionStacking = PromotionStacking.OWN
    day_count: DayCount = DayCount.MONTHS_FIRST
    custom_price: CustomPrice = CustomPrice.NET
    steps: tuple[str, ...] = MOVABLE_STEPS
    partner_first: bool = True
    base_currency: str = ""


USUAL_PRICING = PricingPolicy()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalPolicy:
    """What proposals of one tenant say beside the quote, and what may be done with them.

    `accept_online` lets whoever has the address of a proposal accept it there. `language` is that
    of proposals that ask for none. `seller` are the lines below the tenant's name, `terms` the
    conditions by language, `accent` the colour of headings (`#1f5fa8`, or empty for the usual).
    """

    accept_online: bool = False
    language: str = "en"
    seller: tuple[str, ...] = ()
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    accent: str = ""


USUAL_PROPOSALS = ProposalPolicy()


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantSettings:
    """Settings of one tenant.

    `capabilities` are the promises of the SuperOffice surface, by their wire names;
    `switches` are the fault switches of the reference connector, obeyed only in a
    `sandbox`. `time_zone` is an IANA name; business days are days there.
    """

    time_zone: str = "UTC"
    pricing: PricingPolicy = USUAL_PRICING
    proposals: ProposalPolicy = USUAL_PROPOSALS
    sandbox: bool = False
    capabilities: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    switches: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
