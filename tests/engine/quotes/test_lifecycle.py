import pytest

from engine.kernel.finding import Severity
from engine.quotes.lifecycle import VersionState, after_validation

S = VersionState


@pytest.mark.parametrize(
    "state", [S.UNKNOWN, S.DRAFT, S.DRAFT_NOT_CALCULATED, S.DRAFT_NEEDS_APPROVAL]
)
@pytest.mark.parametrize(
    ("gravest", "after"),
    [
        (Severity.OK, S.DRAFT),
        (Severity.INFO, S.DRAFT),
        (Severity.WARNING, S.DRAFT_NEEDS_APPROVAL),
        (Severity.ERROR, S.DRAFT),
    ],
)
def test_a_draft_that_was_validated(state: S, gravest: Severity, after: S) -> None:
    assert after_validation(state, gravest, is_calculable=True) is after


@pytest.mark.parametrize(
    "state", [S.DRAFT_APPROVED, S.DRAFT_NOT_APPROVED, S.SENT, S.ARCHIVED, S.LOST, S.SOLD]
)
@pytest.mark.parametrize("gravest", list(Severity))
def test_a_decided_version_stays_where_it_is(state: S, gravest: Severity) -> None:
    assert after_validation(state, gravest, is_calculable=True, needs_approval=True) is state


def test_a_version_that_cannot_be_calculated_stays_where_it_is() -> None:
    state = after_validation(S.DRAFT_NOT_CALCULATED, Severity.ERROR, is_calculable=False)
    assert state is S.DRAFT_NOT_CALCULATED
