"""Service policies: how contracts of some accounts are renewed, amended and ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from engine.kernel.period import ALWAYS, Period

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)


class Dialect(StrEnum):
    """How a part of a billing period is reckoned."""

    ACTUAL = "actual"
    """the days there are, of the days of the period"""
    ACTUAL_THIRTY = "actual_30"
    """the days there are, of months of thirty"""
    THIRTY = "strict_30"
    """every month has thirty days"""
    MONTHS_FIRST = "months_first"
    """whole months, then the days that are left, of the month they begin"""


class RenewalPrice(StrEnum):
    """What a renewed charge costs."""

    SAME = "same"
    LIST = "list"
    """the price of the day it is renewed"""
    UPLIFT = "uplift"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeStep:
    """From `months_left` on, terminating costs `percent` of the remaining commitment."""

    months_left: int
    percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePolicy:
    """The terms of contracts; one for an account or group is taken before one for everybody.

    Renewing: prices are as `renewal_price` says; an uplift is `uplift_percent`, or where there is
    an index `index_percent` plus `index_spread`, not less than `index_floor`. Contracts that
    `auto_renew` do so at their end, which is told `notice_days` before.
    Amending: with `current_prices` what is new costs what it does now, else what it did when the
    contract was made. What is agreed may not fall below `minimum_percent` of what it was at first,
    nor be changed from a day more than `backdating_days` back, or before the open period.
    Ending: `commitment_percent` of the value is committed. Of what remains, the step with the most
    months that are left says how many percent are due (all of it where there are no steps), at
    most `fee_cap_percent` of the commitment, and nothing for one of the `waived_reasons`.
    An `evergreen` contract runs on after its term; ending it then takes `notice_days`.
    """

    id: str
    name: str
    account: str | None = None
    group: str | None = None
    dialect: Dialect = Dialect.ACTUAL
    renewal_price: RenewalPrice = RenewalPrice.SAME
    uplift_percent: Decimal = _ZERO
    index_percent: Decimal | None = None
    index_spread: Decimal = _ZERO
    index_floor: Decimal = _ZERO
    auto_renew: bool = False
    notice_days: int = 0
    current_prices: bool = False
    minimum_percent: Decimal = _ZERO
    commitment_percent: Decimal = _HUNDRED
    fee_steps: tuple[FeeStep, ...] = ()
    fee_cap_percent: Decimal | None = None
    waived_reasons: tuple[str, ...] = ()
    backdating_days: int = 0
    evergreen: bool = False
    in_arrears: bool = False
    billing_day: int | None = None
    priority: int = 0
    version: int = 1
    validity: Period = ALWAYS

    @property
    def uplift(self) -> Decimal:
        """By how many percent renewed prices rise."""
        if self.index_percent is None:
            return self.uplift_percent
        return max(self.index_floor, self.index_percent + self.index_spread)


USUAL_SERVICE = ServicePolicy(id="", name="")
"""The terms where a tenant has said nothing."""


def chosen_policy(
    policies: Iterable[ServicePolicy], account: str | None, group: str | None, on: date
) -> ServicePolicy:
    """The policy of an account on a day: its own, else its group's, else everybody's."""
    speaking = [
        each
        for each in policies
        if on in each.validity and each.account in {None, account} and each.group in {None, group}
    ]

    def narrowness(each: ServicePolicy) -> tuple[bool, bool, int, int]:
        return each.account is not None, each.group is not None, each.priority, each.version

    return max(speaking, key=narrowness, default=USUAL_SERVICE)
