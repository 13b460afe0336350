"""A system is asked as often as it may be, and left alone where it fails or refuses."""

from collections.abc import Callable

import pytest
import requests

from adapters.watch import MOST_FAILURES, MOST_REFUSALS, REST_SECONDS, Watch
from engine.ports.outcomes import Denied, Postponed


class Time:
    """A clock that moves when somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))
        self.now += seconds


def answer(status: int) -> requests.Response:
    made = requests.Response()
    made.status_code = status
    return made


def calls(watch: Watch, status: int, times: int = 1) -> int:
    """Make calls; how many of them were let through."""
    made = 0
    for _ in range(times):
        with watch.call() as heard:
            heard(answer(status))
            made += 1
    return made


def breaks(watch: Watch, times: int) -> None:
    for _ in range(times):
        with pytest.raises(OSError, match="gone"), watch.call():
            raise OSError("gone")


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def watch(time: Time) -> Watch:
    return Watch(timer=time, sleep=time.sleep)


def test_calls_wait_for_their_turn(time: Time) -> None:
    watch = Watch(4, timer=time, sleep=time.sleep)
    calls(watch, 200, times=3)
    assert time.waits == [0.25, 0.25]


def test_a_long_queue_is_sent_away(time: Time) -> None:
    watch = Watch(1, timer=time, sleep=lambda _: None)
    calls(watch, 200, times=6)
    with pytest.raises(Postponed) as refused, watch.call():
        pass
    assert refused.value.retry_after == 6


@pytest.mark.parametrize(
    "fail",
    [lambda watch: breaks(watch, MOST_FAILURES), lambda watch: calls(watch, 503, 5)],
    ids=["no answer", "a broken answer"],
)
def test_after_failures_in_a_row_it_is_left_alone_and_tried_again(
    time: Time, watch: Watch, fail: Callable[[Watch], None]
) -> None:
    fail(watch)
    with pytest.raises(Postponed) as refused, watch.call():
        pass
    assert refused.value.retry_after == REST_SECONDS
    time.now += REST_SECONDS
    with watch.call() as heard:
        with pytest.raises(Postponed), watch.call():
            pass  # one tries it, the others wait
        heard(answer(200))
    calls(watch, 200, times=9)


def test_a_try_that_fails_leaves_it_alone_again(time: Time, watch: Watch) -> None:
    breaks(watch, MOST_FAILURES)
    time.now += REST_SECONDS
    breaks(watch, 1)
    with pytest.raises(Postponed), watch.call():
        pass


def test_failures_that_do_not_follow_each_other_are_forgiven(watch: Watch) -> None:
    for _ in range(3):
        breaks(watch, MOST_FAILURES - 1)
        assert calls(watch, 404) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_after_refusals_in_a_row_it_is_asked_no_more(time: Time, watch: Watch, status: int) -> None:
    calls(watch, status, MOST_REFUSALS)
    time.now += 1_000_000
    with pytest.raises(Denied), watch.call():
        pass


def test_a_refusal_that_a_new_token_mends_is_forgiven(watch: Watch) -> None:
    for _ in range(5):
        assert calls(watch, 401, MOST_REFUSALS - 1) == MOST_REFUSALS - 1
        assert calls(watch, 200) == 1


def test_few_ask_at_once(time: Time) -> None:
    watch = Watch(at_once=1, timer=time, sleep=time.sleep)
    with watch.call():
        calls_done: list[int] = []
        with pytest.raises(Postponed), watch.call():
            calls_done.append(1)
    assert calls_done == []
