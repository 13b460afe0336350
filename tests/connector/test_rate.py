import time
from collections.abc import Iterator

import pytest

from connector.rate import RequestRate


class Moment:
    """A monotonic clock that a test moves."""

    now = 1000.0


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Moment]:
    moment = Moment()
    monkeypatch.setattr(time, "monotonic", lambda: moment.now)
    yield moment
    monkeypatch.undo()


def let_through(rate: RequestRate, tries: int, tenant: str = "A") -> int:
    return sum(rate.wait(tenant) is None for _ in range(tries))


def test_no_more_than_the_rate_in_a_second(moment: Moment) -> None:
    rate = RequestRate(10)
    assert let_through(rate, 15) == 10
    moment.now += 0.5
    assert let_through(rate, 15) == 0


def test_the_window_slides(moment: Moment) -> None:
    rate = RequestRate(10)
    assert let_through(rate, 10) == 10
    moment.now = 1001.5  # half of the second before still counts: 5
    assert let_through(rate, 10) == 5
    moment.now = 1003.0  # both have passed
    assert let_through(rate, 20) == 10


def test_tenants_are_counted_apart(moment: Moment) -> None:
    rate = RequestRate(3)
    assert moment.now
    assert let_through(rate, 5, "A") == 3
    assert let_through(rate, 5, "B") == 3


def test_a_wait_is_a_whole_second_at_least() -> None:
    rate = RequestRate(1)
    waits = [rate.wait("A") for _ in range(3)]
    assert waits[0] is None
    assert waits[2] is not None
    assert 1 <= waits[2] <= 2


def test_rarely_seen_tenants_are_forgotten(moment: Moment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connector.rate._MOST_KEYS", 2)
    rate = RequestRate(1)
    assert moment.now
    assert [let_through(rate, 2, tenant) for tenant in "ABCA"] == [1, 1, 1, 1]
