"""Instructions: what an act does to a contract, line by line, and what each line comes to."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from engine.contracts.prorating import Proration


class Action(StrEnum):
    """What is done to a contract."""

    RENEW = "renew"
    AMEND = "amend"
    TERMINATE = "terminate"


class Op(StrEnum):
    """What an instruction does."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"
    RENEW = "renew"
    TERMINATE = "terminate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One line of an act: credits are negative, and so are quantities that are taken away.

    `charge` is the charge of the contract it is about, empty where it makes a new one. An
    `amount` that is no part of periods has no `proration`. Where it charges a new price,
    `days_bought` says how many days of it the rest of the old one pays for.
    """

    op: Op
    sku: str
    name: str
    quantity_delta: Decimal
    effective_date: date
    unit_price: Decimal
    amount: Decimal
    proration: Proration | None = None
    charge: str = ""
    days_bought: int | None = None
