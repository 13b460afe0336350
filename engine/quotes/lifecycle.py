"""The life of a quote version: which states validation may move, and where to."""

from enum import IntEnum

from engine.kernel.finding import Severity


class VersionState(IntEnum):
    """States of a version; the numbers are those the CRM stores."""

    UNKNOWN = 0
    DRAFT = 1
    DRAFT_NOT_CALCULATED = 2
    DRAFT_NEEDS_APPROVAL = 3
    DRAFT_APPROVED = 4
    DRAFT_NOT_APPROVED = 5
    SENT = 6
    ARCHIVED = 7
    LOST = 8
    SOLD = 9


OPEN = frozenset(
    {
        VersionState.UNKNOWN,
        VersionState.DRAFT,
        VersionState.DRAFT_NOT_CALCULATED,
        VersionState.DRAFT_NEEDS_APPROVAL,
    }
)
"""The states whose prices may still move; a person's decision or the customer's closes them."""


def after_validation(
    state: VersionState,
    gravest: Severity,
    *,
    is_calculable: bool,
    needs_approval: bool = False,
    is_approved: bool = False,
) -> VersionState:
    """The state a version is in after it was validated.

    A version that could not be calculated stays as it is. A warning calls for an approval, and
    so do the tenant's rules (`needs_approval`), unless what they ask for was given here.
    """
    if state not in OPEN or not is_calculable:
        return state
    if needs_approval or gravest is Severity.WARNING:
        return VersionState.DRAFT_NEEDS_APPROVAL
    return VersionState.DRAFT_APPROVED if is_approved else VersionState.DRAFT
