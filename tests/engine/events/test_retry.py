from datetime import UTC, datetime, timedelta
from decimal import Decimal as D

import pytest

from engine.events import retry

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NONE = D(0)


def waited(tries: int, jitter: D = NONE, retry_after: int | None = None) -> timedelta | None:
    at = retry.next_try(tries, NOW, jitter, retry_after)
    return None if at is None else at - NOW


def test_ten_tries_are_made_within_75_hours_35_minutes_and_5_seconds() -> None:
    waits = [waited(tries) for tries in range(1, 10)]
    assert [int(each.total_seconds()) for each in waits if each is not None] == [
        5,
        300,
        1_800,
        7_200,
        18_000,
        36_000,
        50_400,
        72_000,
        86_400,
    ]
    assert sum((each for each in waits if each), timedelta()) == timedelta(
        hours=75, minutes=35, seconds=5
    )
    assert waited(10) is None
    assert waited(11) is None
    assert retry.MOST_TRIES == 10


def test_who_has_not_tried_yet_has_nothing_to_wait_for() -> None:
    assert waited(0) is None
    assert waited(-1) is None


@pytest.mark.parametrize(
    ("jitter", "seconds"), [("-1", 240), ("-0.5", 270), ("0.25", 315), ("1", 360), ("7", 360)]
)
def test_a_step_is_moved_by_up_to_a_fifth(jitter: str, seconds: int) -> None:
    assert waited(2, D(jitter)) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("tries", "wish", "seconds"),
    [
        (1, 120, 120),
        (1, 3, 5),
        (1, 0, 5),
        (1, -9, 5),
        (1, 10**18, 86_400),
        (9, 10**18, 86_400),
        (3, 60, 1_800),
    ],
)
def test_a_receiver_is_left_alone_as_long_as_it_asks_within_a_day(
    tries: int, wish: int, seconds: int
) -> None:
    assert waited(tries, retry_after=wish) == timedelta(seconds=seconds)


def test_the_last_try_is_the_last_whatever_the_receiver_asks_for() -> None:
    assert waited(10, retry_after=60) is None
