"""A change to an order: what it would cost, how long that holds, and whether it was made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from engine.orders.fees import FeeRow

_ZERO = Decimal(0)


class ChangeType(StrEnum):
    """What is done to an order in progress."""

    REVISE = "revise"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChange:
    """A change as it was quoted, and made if `applied_at` says so.

    `content` tells one change from another; what was quoted is for the order as it was at
    `order_revision`, and holds until `expires_at`. `amount` and `tax` are the sums of the rows'.
    `answer` is what whoever made the change was told, to be told again.
    """

    id: str
    order_id: str
    type: ChangeType
    content: str
    order_revision: int
    quoted_at: datetime
    expires_at: datetime
    by: str
    reason: str
    currency: str
    rows: tuple[FeeRow, ...]
    price_delta: Decimal
    applied_at: datetime | None = None
    answer: str = ""

    @property
    def amount(self) -> Decimal:
        return total_fee(self.rows)

    @property
    def tax(self) -> Decimal:
        return sum((each.tax for each in self.rows), _ZERO)


def total_fee(rows: Iterable[FeeRow]) -> Decimal:
    """What rows of fees come to, without tax."""
    return sum((each.fee for each in rows), _ZERO)
