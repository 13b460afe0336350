"""Systems that say nothing, or far too much: whoever asks them gives up in time and in bounds."""

import signal
import time

import pytest

from adapters.watch import REST_SECONDS
from engine.ports.effects import EffectKind
from tests.faults import toxics
from tests.faults.conftest import Worlds
from tests.faults.processes import wait_until
from tests.faults.pushes import (
    MINE,
    World,
    check,
    drained,
    drained_in_time,
    in_hand,
    let_time_pass,
    peak,
    tried,
    unfinished,
)
from tests.faults.toxics import Toxic, mixed, the_first

LEASE = 30
"""As it usually is: longer than any call."""
LONGEST = 60
"""Seconds in which a call that is never answered is given up, and all is done again."""
LONGER = 5
"""Enough to do all else, and no more."""
MOST_CALLS = 6
"""In a row that fail before a system is left alone, and one that was under way with them."""
MOST_GROWTH = 120_000_000
MOST_TAKEN = 50_000_000
"""Bytes, most of which lie between the two ends when a connection is given up."""
SILENT: dict[str, Toxic] = {
    "BUSINESS-CENTRAL": toxics.swallowed,
    "ODOO": toxics.dripping,
    "SAP": toxics.never_whole,
    "GENERIC": toxics.kept_for_itself,
    "vayu": toxics.dripping,
    "stripe": toxics.swallowed,
}


@pytest.mark.soak
@pytest.mark.parametrize(
    ("engine", "toxic"),
    [("sqlite", toxics.swallowed), ("postgresql", toxics.kept_for_itself)],
    ids=["nothing-was-done", "all-was-done"],
)
def test_silence_for_longer_than_a_lease(worlds: Worlds, engine: str, toxic: Toxic) -> None:
    with worlds(engine) as world:
        world.network.worsens(the_first(toxic), *MINE)
        for _ in range(2):
            world.site.worker()
        wait_until(lambda: is_over(world), "nothing is owed", LONGEST)
        assert all(world.network.door(name).spoiled == 1 for name in MINE)
        check(world)


@pytest.mark.soak
def test_what_never_ends_is_given_up(worlds: Worlds) -> None:
    with worlds("sqlite") as world:
        world.site.lease = LEASE
        for name, toxic in SILENT.items():
            world.network.worsens(toxic, name)
        cut_off = world.network.door("TRYTON")
        cut_off.slams = True
        worker = world.site.worker()
        for _ in range(MOST_CALLS + 1):
            tried(world.hub, of="TRYTON")
            let_time_pass(world.hub)
        assert 1 < cut_off.slammed <= MOST_CALLS
        rested_at = time.monotonic() + REST_SECONDS
        tried(world.hub, 4 * LEASE)
        world.network.heals()
        wait_until(lambda: time.monotonic() > rested_at, "it is asked again")
        drained_in_time(world.hub)
        assert worker.status is None
        check(world)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("engine", "toxic"),
    [("sqlite", toxics.flood), ("postgresql", toxics.chunked_flood)],
    ids=["announced", "in-chunks"],
)
def test_of_ten_gigabytes_little_is_kept(worlds: Worlds, engine: str, toxic: Toxic) -> None:
    with worlds(engine) as world:
        world.site.lease = LEASE
        world.network.worsens(mixed(toxic, writing=1.0, reading=0.2), *MINE)
        worker = world.site.worker()
        before = peak(worker)
        for _ in range(3):
            tried(world.hub)
            let_time_pass(world.hub)
        tried(world.hub)
        assert peak(worker) - before < MOST_GROWTH
        taken = {name: world.network.door(name).largest for name in MINE}
        assert 0 < min(taken.values()) <= max(taken.values()) < MOST_TAKEN
        worker.end()
        world.network.heals()
        world.site.worker()
        drained(world.hub)
        check(world)


@pytest.mark.soak
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_worker_that_stood_still_hears_the_answers_too_late(worlds: Worlds, engine: str) -> None:
    with worlds(engine) as world:
        world.site.lease = LONGER
        world.network.worsens(the_first(toxics.answer_held_back), *MINE)
        first = world.site.worker()
        wait_until(lambda: only_these_wait(world), "every system has done something")
        first.send(signal.SIGSTOP)
        world.site.worker()
        drained(world.hub)
        world.network.heals()
        first.send(signal.SIGCONT)
        wait_until(lambda: first.said.count("effect_lost") >= len(MINE), "it is refused")
        check(world)


def is_over(world: World) -> bool:
    """Whether nothing is owed; what waits for its next try waits no longer."""
    let_time_pass(world.hub)
    return not unfinished(world.hub)


def only_these_wait(world: World) -> bool:
    """Whether the answer of every system is awaited, and the worker does nothing else."""
    if not all(world.network.door(name).spoiled for name in MINE):
        return False
    left, asking = unfinished(world.hub), in_hand(world.hub, EffectKind.POLL)
    return {each.target for each in left} == {*MINE} and not asking
