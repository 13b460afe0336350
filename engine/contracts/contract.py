"""Contracts: what a customer has for a term and is charged for again and again."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from engine.catalog.charge import ChargeType
from engine.catalog.service_policy import ServicePolicy
from engine.contracts.charge import Charge
from engine.contracts.prorating import Grid
from engine.kernel import calendar
from engine.kernel.errors import IllegalTransition
from engine.pricing.rounding import EXACT, Rounding, ceiling, floor

_ZERO = Decimal(0)
_ONE = Decimal(1)
_HUNDRED = Decimal(100)


class ContractStatus(StrEnum):
    """Where a contract is in its life."""

    PENDING = "pending"
    ACTIVE = "active"
    IN_NOTICE = "in_notice"
    """it was ended, and runs on until its last day"""
    EXPIRED = "expired"
    TERMINATED = "terminated"
    RENEWED = "renewed"
    """another contract goes on from its end"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A charge of a contract with what it was sold as.

    `unit_price` is what a unit costs for one period after every discount, `list_unit_price`
    before them. Periods are counted from `anchor`. `chosen` are the options somebody chose,
    `build` those of the whole configuration. An `uplift_percent` of its own is taken before the
    contract's. An item that took another one's place names its charge in `replaces`.
    """

    charge: Charge
    unit: str
    unit_price: Decimal
    list_unit_price: Decimal
    anchor: date
    chosen: tuple[tuple[str, str], ...] = ()
    build: tuple[tuple[str, str], ...] = ()
    uplift_percent: Decimal | None = None
    replaces: str = ""

    @property
    def amount(self) -> Decimal:
        """What all units cost for one period, exactly."""
        return EXACT.multiply(self.unit_price, self.charge.quantity)

    @property
    def grid(self) -> Grid:
        """The periods it is charged for."""
        months = self.charge.period.months if self.charge.period else 1
        return Grid(anchor=self.anchor, months=months)

    @property
    def recurs(self) -> bool:
        return self.charge.type is ChargeType.RECURRING

    def lasts_beyond(self, day: date) -> bool:
        """Whether any day from `day` on is charged for."""
        end = self.charge.end_date
        return end is None or end > max(day, self.charge.start_date)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A contract of one tenant.

    `end_date` is the first day after its term, None where it runs on. `policy` are the terms it
    was made under; it was priced as of `priced_on` with the revision `rules` of the tenant's data,
    0 where that is not known. `commitment` is what the customer has to pay whatever happens,
    `first_value` what was agreed at the beginning. It goes on from `renews`, and `renewed_by` goes
    on from it. `noticed_on` is the day somebody ended it, `terminated_on` the first day without it.
    """

    id: str
    number: str
    account: str | None
    currency: str
    start_date: date
    end_date: date | None
    term_months: Decimal | None
    policy: ServicePolicy
    items: tuple[Item, ...]
    created_at: datetime
    updated_at: datetime
    auto_renew: bool = False
    uplift_percent: Decimal | None = None
    commitment: Decimal = _ZERO
    first_value: Decimal = _ZERO
    price_list: str | None = None
    priced_on: date | None = None
    rules: int = 0
    quote_id: str | None = None
    order_id: str | None = None
    renews: tuple[str, ...] = ()
    renewed_by: str | None = None
    noticed_on: date | None = None
    terminated_on: date | None = None
    reason: str = ""
    is_renewal_told: bool = False
    revision: int = 1

    @property
    def charges(self) -> tuple[Charge, ...]:
        """What it charges, in the order it was agreed."""
        return tuple(each.charge for each in self.items)

    @property
    def value(self) -> Decimal:
        """What the whole term comes to as agreed now."""
        return sum((each.charge.total for each in self.items if each.recurs), _ZERO)

    @property
    def notice_on(self) -> date | None:
        """The day it is told that the contract ends or renews."""
        if self.end_date is None:
            return None
        return max(self.end_date - timedelta(days=self.policy.notice_days), self.start_date)

    @property
    def told_on(self) -> date | None:
        """The day its renewal is told, then the day it renews by itself."""
        if self.renewed_by is not None or self.terminated_on is not None:
            return None
        if not self.is_renewal_told:
            return self.notice_on
        return self.end_date if self.auto_renew else None

    def items_on(self, day: date) -> tuple[Item, ...]:
        """The items in force on a day."""
        return tuple(
            each for each in self.items if each.charge.start_date <= day and each.lasts_beyond(day)
        )

    def items_from(self, day: date) -> tuple[Item, ...]:
        """The items that any day from `day` on is charged for."""
        return tuple(each for each in self.items if each.lasts_beyond(day))

    def attributes(self, day: date) -> dict[str, str]:
        """What it is like on a day: the options of what is in force, by variable.

        Before it begins that is what it begins with, after its end what it ended with.
        """
        shown = self.items_on(self.within(day)) or self.items_from(day) or self.items
        found: dict[str, list[str]] = {}
        for item in shown:
            for variable, value in item.build:
                values = found.setdefault(variable, [])
                if value not in values:
                    values.append(value)
        return {variable: ", ".join(values) for variable, values in found.items()}

    def within(self, day: date) -> date:
        """The day of its term that is nearest to `day`."""
        end = self.terminated_on or self.end_date
        if end is not None and day >= end:
            day = end - timedelta(days=1)
        return max(day, self.start_date)


def term_end(start: date, months: Decimal, anchor: int | None = None) -> date:
    """The first day after so many months, on the day of the month `anchor` where they are whole.

    A begun day of a part of a month counts.
    """
    whole = int(floor(months, _ONE))
    end = calendar.plus_months(start, whole, anchor)
    days = (calendar.plus_months(start, whole + 1, anchor) - end).days
    part = EXACT.multiply(EXACT.subtract(months, Decimal(whole)), Decimal(days))
    return end + timedelta(days=int(ceiling(part, _ONE)))


def status_on(contract: Contract, day: date) -> ContractStatus:
    """The contract's status on a day."""
    if contract.renewed_by is not None:
        return ContractStatus.RENEWED
    if contract.terminated_on is not None:
        ended = day >= contract.terminated_on or contract.terminated_on <= contract.start_date
        return ContractStatus.TERMINATED if ended else ContractStatus.IN_NOTICE
    if day < contract.start_date:
        return ContractStatus.PENDING
    if contract.end_date is not None and day >= contract.end_date:
        return ContractStatus.EXPIRED
    return ContractStatus.ACTIVE


_RUNNING = frozenset({ContractStatus.PENDING, ContractStatus.ACTIVE})


def guard(contract: Contract, day: date) -> None:
    """Raise `IllegalTransition` where nothing can be done with the contract any more."""
    status = status_on(contract, day)
    if status not in _RUNNING:
        raise IllegalTransition(f"contract {contract.number} is {status.value}")


def committed(value: Decimal, policy: ServicePolicy, rounding: Rounding) -> Decimal:
    """What of a contract's value has to be paid whatever happens."""
    return rounding.money(EXACT.divide(EXACT.multiply(value, policy.commitment_percent), _HUNDRED))


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractSearch:
    """Which contracts to list: of a status as it is on the day `today`, of an account."""

    today: date
    status: ContractStatus | None = None
    account: str | None = None
