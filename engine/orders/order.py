"""An order and its lines: what was sold, and how far each unit of it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from engine.catalog.charge import Charge, ChargeType
from engine.pricing.totals import NOTHING, Totals

_ZERO = Decimal(0)
_ONCE = Charge(type=ChargeType.ONE_TIME)


class OrderStatus(StrEnum):
    """Where an order is, as a whole."""

    PLACED = "placed"
    IN_PROGRESS = "in_progress"
    PARTIALLY_SHIPPED = "partially_shipped"
    COMPLETED = "completed"
    COMPLETED_PARTIALLY = "completed_partially"
    """all that will come has come; some of it was cancelled, rejected or sent back"""
    ATTENTION = "attention"
    """something failed, and a person has to look at it"""
    CANCELLED = "cancelled"


class LineStatus(StrEnum):
    """Where a unit of a line is."""

    PENDING = "pending"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    READY = "ready"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    HELD = "held"
    BACKORDERED = "backordered"
    FAILED = "failed"
    REJECTED = "rejected"
    CANCEL_REQUESTED = "cancel_requested"
    CANCELLED = "cancelled"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was told of a line: so many units, all where None, reached `status` at an instant."""

    status: LineStatus
    at: datetime
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the units of a line are.

    `quantities` says how many units are in each status; they add up to the line's quantity.
    `reported` counts the units that were told one by one to have reached a status, `at` says
    when a status was last spoken of, both by status. `told` is what led here from `before`, by
    when it happened, so that what is told late can be read in its place.
    """

    quantities: Mapping[str, Decimal]
    reported: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    at: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))
    tracking: tuple[str, ...] = ()
    external_ref: str = ""
    told: tuple[Told, ...] = ()
    before: "Progress | None" = None

    @classmethod
    def of(cls, quantity: Decimal) -> "Progress":
        """That of a line nobody has spoken of."""
        return cls(quantities={LineStatus.PENDING.value: quantity})


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One line as sold. Amounts are in the order's currency; `line_ref` is the quote's line.

    `system` fulfils it; it starts when the lines of its order that `waits_for` fulfils are done.
    A component of a bundle names its bundle's line as `parent` and costs nothing of its own; a
    bundle is as far as its components. `cost` is what all of it costs us, where that is known.
    What contracts serve is begun at `begun_at`, when the first day of its contract is over.
    """

    id: str
    line_ref: str
    sku: str
    name: str
    quantity: Decimal
    unit: str
    unit_list_price: Decimal
    discount: Decimal
    total: Decimal
    progress: Progress
    system: str = ""
    waits_for: str | None = None
    parent: str | None = None
    is_bundle: bool = False
    charge: Charge = _ONCE
    configuration: tuple[tuple[str, str], ...] = ()
    requested_date: date | None = None
    cost: Decimal | None = None
    family: str = ""
    category: str = ""
    begun_at: datetime | None = None

    def units(self, *statuses: LineStatus) -> Decimal:
        """How many units are in any of the statuses."""
        found = self.progress.quantities
        return sum((found.get(each.value, _ZERO) for each in statuses), _ZERO)

    @property
    def delivered(self) -> Decimal:
        """How many units the customer has."""
        return self.units(LineStatus.DELIVERED, LineStatus.COMPLETED)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFee:
    """What a change to the order costs, with its tax; `change` names the change."""

    change: str
    label: str
    amount: Decimal
    tax: Decimal
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order of one tenant, at most one per quote; nothing about it is ever priced again.

    `number` (`O-2026-000001`) is the key other systems know it by. `alternative_ref`
    names the alternative that was ordered; `document` is the buyer's side of it as it
    was handed in, kept for reading back. `rules` is the revision of the tenant's data its
    prices came from. `revision` counts writes, for optimistic locking.
    """

    id: str
    number: str
    quote_id: str
    alternative_ref: str
    currency: str
    total: Decimal
    placed_at: datetime
    lines: tuple[OrderLine, ...]
    account: str | None = None
    purchase_order: str = ""
    comment: str = ""
    requested_date: date | None = None
    status: OrderStatus = OrderStatus.PLACED
    totals: Totals = NOTHING
    fees: tuple[OrderFee, ...] = ()
    rules: int = 0
    revision: int = 1
    document: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def fulfilled(self) -> tuple[OrderLine, ...]:
        """The lines that a system fulfils: all but bundles, whose components stand for them."""
        return tuple(each for each in self.lines if not each.is_bundle)

    @property
    def systems(self) -> tuple[str, ...]:
        """The systems that fulfil lines, in the lines' order."""
        return tuple(dict.fromkeys(each.system for each in self.fulfilled))


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSearch:
    """Which orders to list: of a status, of an account."""

    status: OrderStatus | None = None
    account: str | None = None
