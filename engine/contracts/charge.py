"""A charge: what is owed again and again, or once, under a contract or for a quote."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from engine.catalog.charge import ChargePeriod, ChargeType


class BillingTime(StrEnum):
    """When a period of a recurring charge is billed."""

    IN_ADVANCE = "in_advance"
    """on its first day"""
    IN_ARREARS = "in_arrears"
    """on the day after its last"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Something that is charged.

    `amount` is that of all `quantity` units together: for one period of a recurring charge, the
    whole of a one-time one, a unit of a usage one. `start_date` is its first day; `end_date` the
    first day after its term (None where it runs on, or is due once). `line_id` names the line it
    was sold as. `total` is what the whole term was sold for, to the last minor unit.
    """

    id: str
    sku: str
    name: str
    type: ChargeType
    amount: Decimal
    quantity: Decimal
    start_date: date
    total: Decimal
    period: ChargePeriod | None = None
    end_date: date | None = None
    billing_day: int | None = None
    time: BillingTime = BillingTime.IN_ADVANCE
    line_id: str = ""
