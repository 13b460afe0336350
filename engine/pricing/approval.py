"""Approvals: what about a price a person has to agree to before it may leave the house."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from engine.kernel.period import ALWAYS, Period


class Trigger(StrEnum):
    """What is measured."""

    BELOW_FLOOR = "below_floor"
    """unit price below the floor, in percent of it; measured on every line"""
    LINE_DISCOUNT = "line_discount"
    """discount in percent of the list price, on every line"""
    PRICE_OVERRIDE = "price_override"
    """lines whose unit price was typed, as a number of lines"""
    TERM_MONTHS = "term_months"
    """length of a recurring line's term"""
    QUOTE_DISCOUNT = "quote_discount"
    """discount in percent of the list price, of the whole"""
    MARGIN = "margin"
    """margin in percent of the net, of the whole; measured where the cost is known"""
    TOTAL = "total"
    """net of the whole"""


_FIRST = tuple(Trigger)
"""The order approvals are asked for: of lines before those of the whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRule:
    """An approval of `level` by `approver_group` once `trigger` passes `threshold`.

    Margins pass it by falling below, everything else by rising above. `currency` (ISO code)
    narrows rules about totals.
    """

    id: str
    name: str
    trigger: Trigger
    threshold: Decimal = Decimal(0)
    level: int = 1
    approver_group: str = ""
    currency: str | None = None
    version: int = 1
    validity: Period = ALWAYS


FLOOR = ApprovalRule(id="floor", name="Price below the floor", trigger=Trigger.BELOW_FLOOR)
"""Holds for every tenant that has no rule of its own about floors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """An approval that is needed: what was measured, and on which lines (counted from 1)."""

    rule: ApprovalRule
    measured: Decimal
    lines: tuple[int, ...] = ()

    def is_no_worse_than(self, approved: "Approval") -> bool:
        """Whether what was approved still covers this."""
        if self.rule.trigger is Trigger.MARGIN:
            return self.measured >= approved.measured
        return self.measured <= approved.measured


@dataclass(frozen=True, slots=True)
class Measured:
    """What one trigger measured: on line `line`, or (0) on the whole."""

    trigger: Trigger
    value: Decimal
    line: int = 0


def needed(rules: Iterable[ApprovalRule], measured: Sequence[Measured]) -> tuple[Approval, ...]:
    """The approvals that `rules` ask for, in the order they are asked for."""
    every = tuple(rules)
    if not any(rule.trigger is Trigger.BELOW_FLOOR for rule in every):
        every = (FLOOR, *every)
    found = (_approval(rule, measured) for rule in every)
    return tuple(
        sorted(
            (each for each in found if each is not None),
            key=lambda each: (_FIRST.index(each.rule.trigger), each.rule.level, each.rule.id),
        )
    )


def _approval(rule: ApprovalRule, measured: Sequence[Measured]) -> Approval | None:
    falls = rule.trigger is Trigger.MARGIN
    passing = [
        each
        for each in measured
        if each.trigger is rule.trigger
        and (each.value < rule.threshold if falls else each.value > rule.threshold)
    ]
    if not passing:
        return None
    values = [each.value for each in passing]
    lines = tuple(each.line for each in passing if each.line)
    return Approval(rule=rule, measured=min(values) if falls else max(values), lines=lines)
