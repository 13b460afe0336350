"""Workers are killed at every place of a push to systems that take several calls for it."""

import pytest

from tests.faults.conftest import Worlds
from tests.faults.processes import wait_until
from tests.faults.pushes import check, drained, unfinished
from tests.faults.test_pushes_parked import ask_again

ENGINES = ("sqlite", "postgresql")
MOST_LIVES = 60
PAIRS = (
    *(("before_step:1", "step_kept:2"), ("before_step:3", "step_kept:1")),
    ("before_step:7", "step_kept:6"),
    *(("before_erp:1", "pushed:3"), ("pushed:1", "push_settled:2")),
    *(("push_settled:1", "before_billing:1"), ("claimed:1", "after_commit:5")),
    ("before_commit:5", "before_settle:1"),
)
"""Where either of two workers dies that work side by side."""


@pytest.mark.soak
@pytest.mark.parametrize(
    ("engine", "first", "second"),
    [(ENGINES[place % 2], *pair) for place, pair in enumerate(PAIRS)],
    ids=str,
)
def test_both_workers_are_killed(worlds: Worlds, engine: str, first: str, second: str) -> None:
    with worlds(engine) as world:
        workers = [world.site.worker(f"{each}:kill") for each in (first, second)]
        wait_until(
            lambda: all(each.status is not None for each in workers) or not unfinished(world.hub),
            "both have died, or one has done everything",
        )
        assert any(each.status is not None for each in workers)
        world.site.worker()
        drained(world.hub)
        check(world)


@pytest.mark.soak
def test_workers_that_live_for_five_steps_each(worlds: Worlds) -> None:
    """What takes more lives than it has tries is given up; asked for again, it goes on."""
    with worlds("sqlite") as world:
        world.site.lease = 1
        for _ in range(MOST_LIVES):
            worker = world.site.worker("step_kept:5:kill")
            wait_until(
                lambda one=worker: one.status is not None or not unfinished(world.hub),  # type: ignore[misc]
                "it dies, or nothing is owed",
            )
            if worker.status is None:
                break
        assert worker.status is None, "it goes on and on"
        worker.end()
        assert ask_again(world.hub) <= {"stripe"}  # which takes the most steps
        world.site.worker()
        drained(world.hub)
        check(world)
