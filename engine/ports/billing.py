"""What the engine asks of a billing system: to take charges with their schedule, once.

A push is `plan` (what is missing there, what cannot be expressed), `find` (was it made before?)
and `create`. An adapter may hold nothing in memory between two calls: what it has reached is
kept as steps.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Protocol

from engine.ports.billed import (
    BilledDiscount,
    BilledGroup,
    BilledTier,
    Commitment,
    CrmDeal,
)
from engine.ports.connections import Checked, Miss, Steps
from engine.ports.erp import Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledPart:
    """The `numerator` days of a full period of `denominator`, in a dialect of proration."""

    dialect: str
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledCharge:
    """Something that is charged.

    `type` is one_time, recurring or usage. `amount` is that of all `quantity` units together:
    for one `period` (month, quarter, year) of a recurring charge, the whole of a one-time one; it
    is that of one unit of usage. `total` is what the whole term was sold for. `end_date` is the
    first day after the term. `time` is in_advance or in_arrears.
    `unit_price` is the net of one unit as exactly as it was priced. Usage may have `tiers`:
    graduated ones price the units that fall into them, volume ones every unit, which `tier_kind`
    says; `minimum` is due where it comes to less. What is off is told as `discount`, and is not
    in `amount`. A charge of a bundle names its `group`.
    """

    id: str
    sku: str
    name: str
    type: str
    amount: Decimal
    quantity: Decimal
    total: Decimal
    start_date: date
    end_date: date | None = None
    period: str | None = None
    billing_day: int | None = None
    time: str = "in_advance"
    line_id: str = ""
    unit: str = ""
    description: str = ""
    unit_price: Decimal | None = None
    tiers: tuple[BilledTier, ...] = ()
    tier_kind: str = ""
    minimum: Decimal | None = None
    discount: BilledDiscount | None = None
    commitment: Commitment | None = None
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledAmount:
    """An amount of the charge called `charge` that falls due on `day`.

    It is for the days from `period_start` until before `period_end`, and for a `part` of a full
    period where that is said. What is `estimated` depends on what will be used.
    """

    day: date
    amount: Decimal
    charge: str
    period_start: date | None = None
    period_end: date | None = None
    part: BilledPart | None = None
    estimated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingTrace:
    """What was sold, so that an invoice can be followed back to it."""

    quote_id: str
    quote_number: str
    version: int
    pricing_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingDocument:
    """Charges of one account in one currency; the schedule adds up to `total`.

    `tenant` and `system` say whose they are and for whom. `account` is the customer's id,
    `customer` what is known of it. What recurs, or all where nothing does, lasts from
    `starts_at` until before `ends_at`; None where nothing says so. `committed` is the part of the
    recurring charges that has to be paid whatever happens. Numbers are what people call the thing
    in both systems.
    """

    tenant: str
    system: str
    account: str | None
    currency: str
    total: Decimal
    charges: tuple[BilledCharge, ...]
    schedule: tuple[ScheduledAmount, ...]
    trace: BillingTrace
    name: str = ""
    customer: Customer | None = None
    order_number: str = ""
    purchase_order: str = ""
    deal: CrmDeal | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    signed_at: datetime | None = None
    auto_renew: bool = False
    committed: Decimal | None = None
    groups: tuple[BilledGroup, ...] = ()

    @property
    def expected_usage(self) -> Decimal:
        """What usage is expected to come to; it is part of `total`, and nobody knows it yet."""
        return sum((each.total for each in self.charges if each.type == "usage"), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingCapabilities:
    """What a billing system and its adapter can express. `currencies` None: any.

    `is_idempotent`: created twice under a key it is one, by the system's own doing. `is_atomic`:
    all charges of a document are there or none. `proof` says how that was found out.
    """

    proof: str
    is_idempotent: bool = False
    is_atomic: bool = True
    currencies: frozenset[str] | None = None
    negative_amounts: bool = True
    free_usage: bool = True
    """usage charges without a price"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What a billing system cannot express of a document.

    `path` points at it (`charges/2/amount`). `amount` is the money at stake, exactly; None where
    none is.
    """

    path: str
    message: str
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingPlan:
    """What would be handed over: everything that is missing there, and everything that is lost.

    `payload` is what the system would be sent, for people to read.
    """

    misses: tuple[Miss, ...] = ()
    losses: tuple[Loss, ...] = ()
    payload: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingReceipt:
    """What a billing system calls what it took: `document`, and each charge by our id.

    `total` is what it comes to there over the whole term, where that is known, with usage as it is
    expected. `notes` is what people should know of it.
    """

    external_ids: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    total: Decimal | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingState:
    """What a billing system says of all that it has made of a document.

    `key` is our number as it stands there and `quote_id` our id of the quote, where that does;
    `state` is its own word for where it is. It is not `is_alive` where it was called off, rather
    than over with its term. `total` is what it comes to there over the whole term, with usage as it
    is expected; None where the system does not tell. `troubles` is what else is not as it was
    handed over.
    """

    reference: str
    key: str
    state: str
    is_alive: bool
    quote_id: str = ""
    currency: str = ""
    total: Decimal | None = None
    troubles: tuple[str, ...] = ()


class Billing(Protocol):
    """A billing system; its calls raise the outcomes of `engine.ports.outcomes`."""

    def capabilities(self) -> BillingCapabilities: ...

    def losses(self, document: BillingDocument) -> tuple[Loss, ...]:
        """What the system cannot express; asks nobody."""
        ...

    def check(self) -> Checked:
        """Try the connection with everything a push needs; writes nothing."""
        ...

    def plan(self, document: BillingDocument) -> BillingPlan:
        """What a push would do; it reads there and writes nothing."""
        ...

    def find(self, document: BillingDocument, key: str) -> BillingReceipt | None:
        """What was made of the document, all of it, if it was."""
        ...

    def create(self, document: BillingDocument, key: str, steps: Steps) -> BillingReceipt:
        """Have the document taken; going on from `steps` where a try before has left them.

        Under a key that was used before it is what was created then.
        """
        ...

    def read(self, document: BillingDocument, names: Mapping[str, str]) -> BillingState:
        """Where a document is, whose receipt has called it so. Declined where it is not there."""
        ...
