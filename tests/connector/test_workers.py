import asyncio
import threading
import time
from collections.abc import Callable

import pytest

from connector.workers import Workers


def run(count: int, *work: Callable[[], object]) -> list[object]:
    """What `work` comes to, all of it given at once to `count` workers."""

    async def together() -> list[object]:
        workers = Workers(count)
        try:
            return list(await asyncio.gather(*map(workers.run, work), return_exceptions=True))
        finally:
            workers.close()

    return asyncio.run(asyncio.wait_for(together(), 10))


def test_work_is_done_elsewhere_and_its_outcome_comes_back() -> None:
    [name] = run(2, lambda: threading.current_thread().name)
    assert name == "request"


def test_arguments_arrive_and_exceptions_return() -> None:
    async def ask() -> int:
        workers = Workers(1)
        assert await workers.run(divmod, 7, 2) == (3, 1)
        with pytest.raises(ZeroDivisionError):
            await workers.run(divmod, 7, 0)
        return await workers.run(max, 1, 2)

    assert asyncio.run(ask()) == 2


def test_no_more_is_done_at_once_than_there_are_workers() -> None:
    lock, busy, most = threading.Lock(), 0, 0

    def work() -> None:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        time.sleep(0.01)
        with lock:
            busy -= 1

    run(3, *[work] * 20)
    assert most == 3


def test_everything_that_waits_is_done() -> None:
    assert run(2, *[lambda n=n: n for n in range(500)]) == list(range(500))


def test_the_worker_that_rested_last_works_next() -> None:
    async def ask() -> list[int]:
        workers = Workers(8)
        await asyncio.gather(*(workers.run(time.sleep, 0.01) for _ in range(8)))
        names = []
        for _ in range(20):
            await asyncio.sleep(0.005)  # an outcome is told a moment before its worker rests
            names.append(await workers.run(threading.get_ident))
        return names

    assert len(set(asyncio.run(ask()))) <= 2


@pytest.mark.parametrize("raised", [StopIteration(), KeyboardInterrupt(), SystemExit(1)])
def test_what_cannot_be_awaited_becomes_an_error_that_can(raised: BaseException) -> None:
    def work() -> None:
        raise raised

    [error] = run(1, work)
    assert isinstance(error, RuntimeError)
    assert run(1, work, lambda: 5)[1] == 5


def test_an_outcome_nobody_awaits_any_more_harms_nobody() -> None:
    async def ask() -> int:
        workers = Workers(1)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(workers.run(time.sleep, 0.05), 0.01)
        return await workers.run(int, "5")

    assert asyncio.run(ask()) == 5


def test_closed_workers_take_nothing_more_and_end() -> None:
    async def ask() -> None:
        workers = Workers(2)
        await workers.run(int)
        pending = workers.run(time.sleep, 0.02)
        workers.close()
        with pytest.raises(RuntimeError):
            await workers.run(int)
        await pending

    before = threading.active_count()
    asyncio.run(ask())
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= before
