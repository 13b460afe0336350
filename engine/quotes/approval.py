"""Approvals of a quote: what needs one, who gave it, and how long it holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from engine.pricing.approval import Approval


class Verdict(StrEnum):
    """What somebody decided about an approval."""

    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decided on an approval, and what was measured then.

    It speaks of one version of one rule: a rule that was changed has to be decided on anew.
    """

    rule: str
    rule_version: int
    level: int
    measured: Decimal
    verdict: Verdict
    by: str
    at: datetime
    comment: str = ""

    def speaks_of(self, approval: Approval) -> bool:
        return (self.rule, self.rule_version) == (approval.rule.id, approval.rule.version)


class Standing(StrEnum):
    """Where an approval stands."""

    REQUIRED = "required"
    """it will have to be asked for"""
    PENDING = "pending"
    """it was asked for"""
    APPROVED = "approved"
    REJECTED = "rejected"


def decision_on(approval: Approval, decisions: Sequence[Decision]) -> Decision | None:
    """The last decision that still holds: what was agreed to holds as long as it got no worse."""
    for decision in reversed(decisions):
        if decision.speaks_of(approval):
            if decision.verdict is Verdict.REJECTED:
                return decision
            was = Approval(rule=approval.rule, measured=decision.measured)
            return decision if approval.is_no_worse_than(was) else None
    return None


def outstanding(
    approvals: Iterable[Approval], decisions: Sequence[Decision]
) -> tuple[Approval, ...]:
    """The approvals nobody has given."""
    return tuple(each for each in approvals if not _is_given(each, decisions))


def standing(approval: Approval, decisions: Sequence[Decision], *, is_asked_for: bool) -> Standing:
    """Where `approval` stands; `is_asked_for` says that the quote was submitted."""
    decision = decision_on(approval, decisions)
    if decision is not None and decision.verdict is Verdict.APPROVED:
        return Standing.APPROVED
    if is_asked_for:
        return Standing.PENDING
    return Standing.REQUIRED if decision is None else Standing.REJECTED


def _is_given(approval: Approval, decisions: Sequence[Decision]) -> bool:
    decision = decision_on(approval, decisions)
    return decision is not None and decision.verdict is Verdict.APPROVED
