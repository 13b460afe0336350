"""Whatever the network does to calls: once it is well again, everything is there, and once."""

import pytest

from tests.faults import toxics
from tests.faults.conftest import Worlds
from tests.faults.pushes import MINE, World, check, drained, let_time_pass, most_tries, tried
from tests.faults.toxics import Toxic, latency, mixed, page, throttled

ENGINES = ("sqlite", "postgresql")
TOXICS: dict[str, Toxic] = {
    "latency": latency(0.05, 0.04),
    "throttled": throttled(20_000),
    "reset-before-the-request": toxics.reset_before_the_request,
    "reset-in-the-request": toxics.reset_in_the_request,
    "reset-before-the-answer": toxics.reset_before_the_answer,
    "reset-in-the-answer": toxics.reset_in_the_answer,
    "cut-short": toxics.cut_short,
    "cut-neatly": toxics.cut_neatly,
    "said-twice": toxics.said_twice,
    "blank": toxics.blank,
    "a-page-for-people": page(200, carried_out=True),
    "502-before": page(502, carried_out=False),
    "502-after": page(502, carried_out=True),
    "504-after": page(504, carried_out=True),
}
HARMLESS = {"latency", "throttled", "said-twice"}
SEEDS = range(4)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("engine", "name", "seed"),
    [(ENGINES[seed % 2], name, seed) for seed, name in enumerate(TOXICS)],
    ids=str,
)
def test_one_toxic(worlds: Worlds, engine: str, name: str, seed: int) -> None:
    with worlds(engine) as world:
        goes_through(world, mixed(TOXICS[name], writing=0.7, reading=0.04), seed, tries=3)
        found = check(world)
        assert (most_tries(found) == 1) is (name in HARMLESS)


@pytest.mark.soak
@pytest.mark.parametrize(("engine", "seed"), [(ENGINES[seed % 2], seed) for seed in SEEDS], ids=str)
def test_all_of_them_by_chance(worlds: Worlds, engine: str, seed: int) -> None:
    with worlds(engine) as world:
        goes_through(world, mixed(*TOXICS.values(), writing=0.6, reading=0.1), seed, tries=5)
        assert most_tries(check(world)) > 1


def goes_through(world: World, weather: Toxic, seed: int, *, tries: int) -> None:
    """Everything is tried so often by two workers, and then once more by another one."""
    world.network.worsens(weather, *MINE, seed=seed)
    workers = [world.site.worker() for _ in range(2)]
    for left in reversed(range(tries)):
        tried(world.hub)
        if left:
            let_time_pass(world.hub)
    for each in workers:
        assert each.status is None, each.said
        each.end()
    spoiled = {name: world.network.door(name).spoiled for name in MINE}
    assert sum(spoiled.values()) > len(MINE), spoiled
    world.network.heals()
    world.site.worker()
    drained(world.hub)
