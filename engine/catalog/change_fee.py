"""Change fees: what a change to an order in progress costs, by how far its lines are."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from engine.catalog.wares import EVERYTHING, Wares
from engine.kernel.period import ALWAYS, Period

VALID_DAYS = 7
"""How long a fee that was quoted holds, where the policy says nothing else."""

STAGES = frozenset(
    {"pending", "acknowledged", "held", "backordered", "in_progress", "ready", "failed"}
)
"""The statuses of what may be changed at all; what has left the house is a return."""

_ZERO = Decimal(0)


class ChangeKind(StrEnum):
    """What is changed about a line."""

    CANCEL = "cancel"
    QUANTITY = "quantity"
    """fewer of it"""
    CONFIGURATION = "configuration"
    DATE = "date"
    """when it is asked for"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFee:
    """One row of the fee policy; the first by priority that speaks of a change decides.

    It speaks of the kinds in `changes`, of lines in `stages` (none: every one) and of orders in
    `currency`, in the time of grace `within_days` after the order was placed where that is given.
    The fee is `percent` of the net of what the change concerns, or of its cost (`of_cost`), plus
    `fixed`, not less than `minimum` and not more than `maximum`. Where the row does not say
    `allowed` the change is refused. `tax_rate` is a percentage of the fee, 0 for none. What is
    `waivable` may be dropped by whoever asks, with the word of `approver_group`. A fee that was
    quoted holds for `valid_days`.
    """

    id: str
    name: str
    changes: tuple[ChangeKind, ...] = ()
    stages: tuple[str, ...] = ()
    within_days: int | None = None
    wares: Wares = EVERYTHING
    percent: Decimal = _ZERO
    of_cost: bool = False
    fixed: Decimal = _ZERO
    minimum: Decimal = _ZERO
    maximum: Decimal | None = None
    currency: str | None = None
    allowed: bool = True
    waivable: bool = False
    approver_group: str = ""
    tax_rate: Decimal = _ZERO
    valid_days: int = VALID_DAYS
    priority: int = 0
    version: int = 1
    validity: Period = ALWAYS
