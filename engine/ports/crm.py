"""What the hub tells the system that knows a deal: what it came to, and what became of it.

A CRM is where people type, so nothing of theirs is written over: a member is only written while
it stands there as it was last said, or, the first time, where the deal was not changed since.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from engine.ports.connections import Checked, Steps


class DealStage(StrEnum):
    """What became of a deal."""

    ACCEPTED = "accepted"
    """the customer has accepted the quote"""
    ORDERED = "ordered"
    FULFILLED = "fulfilled"
    """all that will come has come"""
    CANCELLED = "cancelled"
    """the order was given up as a whole"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the members of a deal were last said to be, by name, as text; `at` is its instant."""

    at: datetime
    members: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmDocument:
    """What became of a deal that a CRM knows.

    `tenant` and `system` say whose deal it is and for whom; `crm` is the name of the CRM that
    calls it `opportunity`. `amount` is what it came to without tax, None where that is not to be
    touched. The order is empty as long as there is none; `order_state` is the order's status in
    our words. All of it is as it was `at` that instant; `last` is what was said before.
    """

    tenant: str
    system: str
    crm: str
    opportunity: str
    stage: DealStage
    amount: Decimal | None
    currency: str
    at: datetime
    title: str = ""
    quote_id: str = ""
    quote_number: str = ""
    order_id: str = ""
    order_number: str = ""
    order_state: str = ""
    last: Said | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A member that was left as it is `there`, although it is `ours`, and why."""

    member: str
    there: str
    ours: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmReceipt:
    """What came of it: the CRM's name for the deal, what was written, and what was not.

    `said` is the `last` of whatever is said next.
    """

    reference: str
    said: Said
    written: tuple[str, ...] = ()
    kept: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmCapabilities:
    """What a CRM and its adapter can do.

    `locks`: a write is refused where what was read has changed. `creates`: a deal that it does
    not know may be made there. `proof` says how that was found out.
    """

    proof: str
    locks: bool = True
    creates: bool = False


class Crm(Protocol):
    """A system that knows deals; its calls raise the outcomes of `engine.ports.outcomes`."""

    def capabilities(self) -> CrmCapabilities: ...

    def check(self) -> Checked:
        """Try the connection with everything a write needs; writes nothing."""
        ...

    def write(self, document: CrmDocument, key: str, steps: Steps) -> CrmReceipt:
        """Say what became of a deal; going on from `steps` where a try before has left them.

        It reads first, so it may be asked again after a lost answer. Declined where the deal is
        not there, is another order's, or is in another currency.
        """
        ...
