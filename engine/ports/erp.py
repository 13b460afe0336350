"""What the hub asks of a system that fulfils orders.

A push is `plan` (what is missing there, what cannot be expressed), `find` (was it made before?),
`create`, `advance`. An adapter may hold nothing in memory between two calls: what it has reached
is kept as steps.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from engine.ports.connections import Checked, Miss, Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalAddress:
    """Where something is sent to; `country_code` has two letters, or is empty."""

    lines: tuple[str, ...] = ()
    city: str = ""
    zip_code: str = ""
    country_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Whom the order is for, by our account id; `contact_id` is the CRM's number for it."""

    id: str
    name: str
    contact_id: int | None = None
    invoice: PostalAddress | None = None
    delivery: PostalAddress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedLine:
    """A line to be fulfilled; `net` is what all of it was sold for, in the order's currency.

    `unit_price` is the net of one unit as exactly as it was priced; `tax_rate` is in percent and
    `tax` the amount of it, both None where nobody has said.
    """

    line_id: str
    sku: str
    name: str
    quantity: Decimal
    unit: str
    net: Decimal
    unit_price: Decimal = Decimal(0)
    tax_rate: Decimal | None = None
    tax: Decimal | None = None
    configuration: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    requested_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDocument:
    """The part of an order that one system fulfils.

    `tenant` and `system` say whose order it is and for whom; `order_number` is what people
    call it in both systems. `account` is the customer's id, `customer` what is known of it.
    """

    tenant: str
    system: str
    order_id: str
    order_number: str
    account: str | None
    currency: str
    purchase_order: str
    lines: tuple[OrderedLine, ...]
    customer: Customer | None = None
    placed_on: date | None = None
    requested_date: date | None = None
    comment: str = ""

    @property
    def net(self) -> Decimal:
        """What the lines were sold for, together."""
        return sum((each.net for each in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the other system calls the order, and each of its lines by our line ids.

    `number` is what people call it there; `net`, `tax` and `total` are what it comes to there,
    where that is known. `notes` is what people should know of it.
    """

    reference: str
    lines: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    number: str = ""
    net: Decimal | None = None
    tax: Decimal | None = None
    total: Decimal | None = None
    notes: tuple[str, ...] = ()


class Stage(StrEnum):
    """How far an order is there, in words that every system's can be brought into."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    IN_PROGRESS = "in_progress"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    INVOICED = "invoiced"
    DONE = "done"
    CANCELLED = "cancelled"
    TROUBLED = "troubled"
    """somebody has to look at it there"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineState:
    """How much of a line has left the house; `external_ref` is the line's name there.

    `line_id` is our own, where the system tells it.
    """

    external_ref: str
    shipped: Decimal
    cancelled: Decimal = Decimal(0)
    line_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderState:
    """What a system says of an order it has.

    `key` is our order's number as it stands there. Totals are the system's own: it may compute
    taxes itself. `state` is its own word for where the order is.
    """

    reference: str
    key: str
    stage: Stage
    number: str = ""
    state: str = ""
    currency: str = ""
    net: Decimal | None = None
    tax: Decimal | None = None
    total: Decimal | None = None
    lines: tuple[LineState, ...] = ()
    tracking: tuple[str, ...] = ()
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """A page of orders that changed, the mark to ask from next, and whether there is `more` now."""

    states: tuple[OrderState, ...]
    mark: str
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpCapabilities:
    """What a system and its adapter can do.

    `is_idempotent`: created twice under a key it is one order, by the system's own doing.
    `is_atomic`: an order is there with all its lines or not at all. `price_digits` and
    `quantity_digits` are what it keeps after the point, None for any. `computes_tax`: its taxes
    are its own. `reads_changes`: it can be asked what changed. `cancels`: drafts and confirmed
    orders can be cancelled there. `looks_up`: it can be asked whether an order was made, and
    where it is. `takes_changes`: an order it has can be replaced by what has become of it.
    `tells_all`: whatever happens to an order shows among its changes; where it does not, orders
    are read one by one from time to time. `proof` says how all that was found out.
    """

    proof: str
    is_idempotent: bool = False
    is_atomic: bool = True
    price_digits: int | None = None
    quantity_digits: int | None = None
    computes_tax: bool = True
    reads_changes: bool = False
    cancels: bool = False
    looks_up: bool = True
    takes_changes: bool = False
    tells_all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpLoss:
    """What the system cannot express of an order; `amount` is the money at stake, exactly."""

    path: str
    message: str
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpPlan:
    """What would be handed over: everything that is missing there, and everything that is lost.

    `payload` is what the system would be sent, for people to read.
    """

    misses: tuple[Miss, ...] = ()
    losses: tuple[ErpLoss, ...] = ()
    payload: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


class Erp(Protocol):
    """A system that fulfils orders; its calls raise the outcomes of `engine.ports.outcomes`."""

    def capabilities(self) -> ErpCapabilities: ...

    def check(self) -> Checked:
        """Try the connection with everything a push needs; writes nothing."""
        ...

    def plan(self, document: OrderDocument) -> ErpPlan:
        """What a push would do; it reads there and writes nothing."""
        ...

    def find(self, document: OrderDocument, key: str) -> Receipt | None:
        """The order that was made under `key`, if there is one, whatever became of it."""
        ...

    def create(self, document: OrderDocument, key: str, steps: Steps) -> Receipt:
        """Make the order; going on from `steps` where a try before has left them."""
        ...

    def advance(self, receipt: Receipt, to: Stage, steps: Steps) -> OrderState:
        """Bring an order on to a stage, at most as far as `confirmed`; it may be there already."""
        ...

    def read(self, reference: str) -> OrderState:
        """Where an order is. Declined where there is none of that name, or Absent."""
        ...

    def cancel(self, reference: str) -> OrderState:
        """Cancel an order. Declined where it can no longer be."""
        ...

    def change(self, reference: str, document: OrderDocument, key: str) -> OrderState:
        """Have an order as it is in `document` by now; a change sent twice is made once.

        Declined where the system takes no changes, or not this one.
        """
        ...

    def changes(self, mark: str | None) -> Changes:
        """Orders of ours that changed since `mark`, a page of them; all open ones without one."""
        ...
