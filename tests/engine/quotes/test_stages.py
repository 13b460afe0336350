"""A quote's life in five words: what each status is called, and what leads to the next."""

from datetime import UTC, datetime

import pytest

from engine.quotes.acts import Act, guard
from engine.quotes.history import Happening, HistoryEntry
from engine.quotes.quote import OWN, Quote, QuoteStatus
from engine.quotes.stages import FINAL, Stage, left_as, next_stages, stage_of, way

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
_S = QuoteStatus


def a_quote(status: QuoteStatus) -> Quote:
    return Quote(
        id="qte_1",
        number="Q-2026-000001",
        origin=OWN,
        origin_key="qte_1",
        status=status,
        created_at=NOW,
        updated_at=NOW,
    )


@pytest.mark.parametrize(
    ("status", "stage", "onward"),
    [
        (_S.DRAFT, "in_process", "in_process active lost"),
        (_S.IN_APPROVAL, "in_process", "in_process lost"),
        (_S.APPROVED, "active", "in_process active hold won lost"),
        (_S.SENT, "active", "in_process active hold won lost"),
        (_S.ON_HOLD, "hold", "in_process active hold lost"),
        (_S.ACCEPTED, "won", "won"),
        (_S.ORDERED, "won", "won"),
        (_S.DECLINED, "lost", "lost"),
        (_S.EXPIRED, "lost", "lost"),
    ],
)
def test_every_status_has_a_stage_and_a_way_on(
    status: QuoteStatus, stage: str, onward: str
) -> None:
    assert stage_of(status).value == stage
    assert [each.value for each in next_stages(status)] == onward.split()
    assert (stage_of(status) in FINAL) is (len(onward.split()) == 1)


AFTER = {
    Act.SUBMIT: _S.APPROVED,
    Act.SEND: _S.SENT,
    Act.HOLD: _S.ON_HOLD,
    Act.RESUME: _S.SENT,
    Act.ACCEPT: _S.ACCEPTED,
    Act.DECLINE: _S.DECLINED,
    Act.REVISE: _S.DRAFT,
}
"""Where an act leads where nobody has to agree to anything."""


@pytest.mark.parametrize("status", [each for each in _S if each is not _S.SUPERSEDED])
@pytest.mark.parametrize("stage", Stage)
def test_what_leads_to_a_stage_is_allowed_act_by_act(status: QuoteStatus, stage: Stage) -> None:
    acts = way(status, stage)
    for act in acts:
        guard(act, a_quote(status), NOW.date())
        status = AFTER[act]
    if acts:
        assert stage_of(status) is stage


def test_what_has_no_status_of_its_own_changes_none() -> None:
    def entry(what: Happening, version: int, **details: object) -> HistoryEntry:
        return HistoryEntry(at=NOW, by="x", what=what, version=version, details=details)

    history = [
        entry(Happening.CREATED, 1),
        entry(Happening.LINE_ADDED, 1),
        entry(Happening.SUBMITTED, 1, status="in_approval"),
        entry(Happening.APPROVED, 1, status="approved"),
        entry(Happening.SENT, 1, status="sent"),
        entry(Happening.HELD, 1, status="on_hold"),
        entry(Happening.NOTED, 1),
        entry(Happening.REVISED, 2),
        entry(Happening.TOTAL_FIXED, 2),
    ]
    assert left_as(history) == {1: _S.ON_HOLD, 2: _S.DRAFT}
