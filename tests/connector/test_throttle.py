from datetime import UTC, datetime, timedelta

import pytest

from connector.throttle import FailedSignIns
from engine.kernel.clock import FixedClock


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 21, 12, tzinfo=UTC))


def fail(failures: FailedSignIns, times: int, tenant: str = "Cust1", address: str = "a") -> None:
    for _ in range(times):
        failures.wait(tenant, address, count=True)


def test_the_thirty_first_failure_within_a_minute_is_too_many(clock: FixedClock) -> None:
    failures = FailedSignIns(clock, 30)
    answers = [failures.wait("Cust1", "a", count=True) for _ in range(32)]
    assert answers == [None] * 30 + [60, 60]


def test_a_minute_after_the_first_failure_there_is_room_again(clock: FixedClock) -> None:
    failures = FailedSignIns(clock, 2)
    fail(failures, 1)
    clock.instant += timedelta(seconds=20)
    fail(failures, 1)
    clock.instant += timedelta(seconds=20)
    assert failures.wait("Cust1", "a", count=True) == 20
    clock.instant += timedelta(seconds=40.5)
    assert failures.wait("Cust1", "a", count=True) is None
    assert failures.wait("Cust1", "a", count=True) == 20


def test_failures_of_one_address_or_tenant_say_nothing_about_others(clock: FixedClock) -> None:
    failures = FailedSignIns(clock, 2)
    fail(failures, 5)
    assert failures.wait("Cust1", "b", count=True) is None
    assert failures.wait("Cust2", "a", count=True) is None
    assert failures.wait("Cust1", "a", count=True) is not None


def test_a_failure_asked_about_again_is_answered_the_same_and_counted_once(
    clock: FixedClock,
) -> None:
    failures = FailedSignIns(clock, 2)
    answers = [failures.wait("Cust1", "a", count=count) for count in [True, False] * 3]
    assert answers == [None, None, None, None, 60, 60]


def test_zero_switches_the_throttle_off(clock: FixedClock) -> None:
    failures = FailedSignIns(clock, 0)
    assert {failures.wait("Cust1", "a", count=True) for _ in range(100)} == {None}


def test_a_flood_of_names_is_forgotten_from_the_oldest_on(clock: FixedClock) -> None:
    failures = FailedSignIns(clock, 1)
    fail(failures, 2)
    fail(failures, 2, "Cust2")
    for number in range(9_999):
        failures.wait(f"Flood{number}", "a", count=True)
    assert failures.wait("Cust2", "a", count=False) == 60
    assert failures.wait("Cust1", "a", count=False) is None
