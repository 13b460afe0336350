from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.hub import Hub
from engine.kernel.errors import Conflict


def number(hub: Hub, series: str = "Q-2026", tenant: str = "fjord") -> int:
    with hub.unit_of_work(tenant) as work:
        return work.numbers.next(series)


def test_a_series_counts_from_one(hub: Hub) -> None:
    assert [number(hub) for _ in range(3)] == [1, 2, 3]


def test_every_series_of_every_tenant_counts_for_itself(hub: Hub) -> None:
    assert [number(hub), number(hub)] == [1, 2]
    assert number(hub, "O-2026") == 1
    assert number(hub, tenant="skerry") == 1
    assert number(hub) == 3


def test_a_rollback_gives_the_number_back(hub: Hub) -> None:
    def given_up() -> None:
        with hub.unit_of_work("fjord") as work:
            assert work.numbers.next("Q") == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        given_up()
    assert number(hub, "Q") == 1


def test_numbers_taken_at_once_are_all_different_and_leave_no_gap(hub: Hub) -> None:
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: number(hub), range(40)))
    assert sorted(taken) == list(range(1, 41))


def test_nobody_has_no_numbers(hub: Hub) -> None:
    with pytest.raises(Conflict), hub.unit_of_work("nobody") as work:
        work.numbers.next("Q")
