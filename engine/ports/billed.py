"""Parts of what a billing system is told: tiers, discounts, commitments, groups of charges."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledTier:
    """The price of units of usage from `starts_at` until before `ends_at`, None without an end.

    Of graduated tiers those are the units that lie between the two. `flat` is due once where any
    unit falls into the tier.
    """

    starts_at: Decimal
    ends_at: Decimal | None
    unit_price: Decimal
    flat: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledDiscount:
    """How much less than its list price a charge is: so much each period, or once.

    `periods` says for how many of them, None for all.
    """

    name: str
    amount: Decimal
    periods: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What the customer has to take whatever happens.

    That is `units`; or where it `is_money`, an amount of so much. `price` is what the committed
    units cost together. It counts anew every `months` where that is said, from `billing_day` on.
    `overage` is the billing system's own word for what happens above it.
    """

    units: Decimal
    price: Decimal | None = None
    is_money: bool = False
    months: int | None = None
    billing_day: int | None = None
    overage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledComponent:
    """What one unit of a bundle holds; its price is the bundle's."""

    sku: str
    name: str
    quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledGroup:
    """Charges that are told as one: those that name its `id`.

    `minimum` is what is due at least where usage comes to less.
    """

    id: str
    sku: str
    name: str
    description: str = ""
    components: tuple[BilledComponent, ...] = ()
    minimum: Decimal | None = None
    commitment: Commitment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmDeal:
    """The deal that the charges come from, as a CRM names it; the CRM's name is in lower case."""

    crm: str
    external_id: str
