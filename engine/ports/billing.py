"""What the engine asks of a billing system: to take charges with their schedule, once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Protocol


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

    `tenant` and `system` say whose they are and for whom.
    """

    tenant: str
    system: str
    account: str | None
    currency: str
    total: Decimal
    charges: tuple[BilledCharge, ...]
    schedule: tuple[ScheduledAmount, ...]
    trace: BillingTrace


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingCapabilities:
    """What a billing system can express. `currencies` None: any."""

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
class BillingReceipt:
    """What a billing system calls what it took: `document`, and each charge by our id."""

    external_ids: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class Billing(Protocol):
    """A billing system; its calls raise the outcomes of `engine.ports.outcomes`."""

    def capabilities(self) -> BillingCapabilities: ...

    def losses(self, document: BillingDocument) -> tuple[Loss, ...]:
        """What the system cannot express; sends nothing."""
        ...

    def find(self, tenant: str, key: str) -> BillingReceipt | None:
        """What was created under `key`, if anything was."""
        ...

    def create(self, document: BillingDocument, key: str) -> BillingReceipt:
        """Have the document taken; under a key that was used before it is what was created then."""
        ...
