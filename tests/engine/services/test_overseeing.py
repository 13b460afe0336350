"""What a push's last try says, member by member."""

from datetime import UTC, datetime

import pytest

from engine.events.effect import Attempt, Effect, EffectStatus
from engine.services.overseeing import Push, PushState

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def push(
    answer: str = "", status: EffectStatus = EffectStatus.DEAD, *, is_open: bool = False
) -> Push:
    effect = Effect(
        id="eff_1", kind="erp", target="ERP-MFG", subject="ord_1", created_at=NOON, due_at=NOON,
        status=status, is_open=is_open,
    )  # fmt: skip
    return Push(effect, Attempt(at=NOON, answer=answer) if answer else None)


@pytest.mark.parametrize(
    ("answer", "fields"),
    [
        ("", ()),
        ("account: is not there", (("account", "is not there"),)),
        ("lines/0/sku: no: not here\naccount: gone", (
            ("lines/0/sku", "no: not here"), ("account", "gone"),
        )),
        ("account: is gone\nsince Monday", (("account", "is gone since Monday"),)),
        ("nothing of a member", ()),
    ],
)  # fmt: skip
def test_each_member_has_its_reason(answer: str, fields: tuple[tuple[str, str], ...]) -> None:
    assert push(answer).fields == fields


@pytest.mark.parametrize(
    ("status", "is_open", "state", "waits"),
    [
        (EffectStatus.PENDING, True, PushState.OPEN, False),
        (EffectStatus.RETRYING, True, PushState.OPEN, False),
        (EffectStatus.RETRYING, False, PushState.OPEN, True),
        (EffectStatus.DEAD, False, PushState.PARKED, False),
        (EffectStatus.SUCCEEDED, False, PushState.DONE, False),
    ],
)
def test_a_push_is_open_parked_or_done(
    status: EffectStatus, is_open: bool, state: PushState, waits: bool
) -> None:
    found = push(status=status, is_open=is_open)
    assert (found.state, found.waits) == (state, waits)
