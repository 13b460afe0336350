"""A proposal is read while its address lasts, and a view is told at most once an hour."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.kernel.errors import Gone, IllegalTransition
from engine.proposals.document import Template
from engine.proposals.proposal import Format, Proposal, guard_offered
from engine.quotes.quote import QuoteStatus

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PROPOSAL = Proposal(
    id="prp_1", number="P-2026-000001", quote_id="qte_1", version=1, offer="", format=Format.HTML,
    language="en", template=Template.STANDARD, sha256="", fingerprint="", token="", made_at=NOON,
    made_by="demo", expires_at=NOON + timedelta(days=30),
)  # fmt: skip


def test_an_address_lasts_until_it_expires_or_is_revoked() -> None:
    last = NOON + timedelta(days=30)
    PROPOSAL.guard_readable(last - timedelta(microseconds=1))
    with pytest.raises(Gone):
        PROPOSAL.guard_readable(last)
    with pytest.raises(Gone):
        replace(PROPOSAL, revoked_at=NOON).guard_readable(NOON)


@pytest.mark.parametrize(("minutes", "told"), [(None, True), (59, False), (60, True)])
def test_a_view_is_told_once_an_hour(minutes: int | None, *, told: bool) -> None:
    before = None if minutes is None else NOON - timedelta(minutes=minutes)
    assert replace(PROPOSAL, told_at=before).is_to_be_told(NOON) is told


@pytest.mark.parametrize("status", QuoteStatus)
def test_what_everybody_agreed_to_can_be_proposed(status: QuoteStatus) -> None:
    offered = {"approved", "sent", "on_hold", "accepted", "ordered"}
    if status.value in offered:
        guard_offered("Q-1", status)
    else:
        with pytest.raises(IllegalTransition, match=status.value):
            guard_offered("Q-1", status)
