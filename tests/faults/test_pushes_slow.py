"""A system that is slow and well gets everything, without anything going wrong on the way."""

import time
from contextlib import closing

import pytest

from tests.faults import crowd, toxics
from tests.faults.conftest import Sites, Worlds
from tests.faults.crowd import BAD, DOORS
from tests.faults.network import Network
from tests.faults.processes import wait_until
from tests.faults.pushes import MINE, World, check, drained, unfinished
from tests.faults.systems import ERPS
from tests.faults.test_pushes_fair import USUAL_LEASE, is_served, once_each, tries_of
from tests.faults.toxics import answered_for, latency, the_first

BUSY_SECONDS = 7
"""Longer than anybody waits for a turn."""
MANY = 20
LATE_SECONDS = 8
"""Longer than it takes until something is tried for the second time."""


@pytest.mark.soak
def test_a_push_may_take_longer_than_a_lease(worlds: Worlds) -> None:
    """No single call takes as long as that."""
    with worlds("sqlite") as world:
        world.network.worsens(latency(0.25), *(each.system for each in ERPS))
        world.site.worker()
        wait_until(lambda: is_lost(world) or not unfinished(world.hub), "nothing is owed")
        assert not is_lost(world)
        check(world)


@pytest.mark.soak
def test_what_a_system_does_late_is_not_asked_for_again_meanwhile(worlds: Worlds) -> None:
    with worlds("sqlite") as world:
        world.network.worsens(the_first(answered_for(LATE_SECONDS)), *MINE)
        world.site.worker()
        wait_until(lambda: all(is_late(world, name) for name in MINE), "all have done something")
        drained(world.hub)
        check(world)


@pytest.mark.soak
def test_to_wait_for_a_turn_is_no_try(sites: Sites, network: Network) -> None:
    with (
        sites("sqlite") as site,
        crowd.running(network) as systems,
        closing(site.hub()) as hub,
    ):
        crowd.settle(hub, systems, {BAD: MANY})
        site.inside = tuple(network.door(each).url for each in DOORS)
        site.lease = USUAL_LEASE
        network.worsens(toxics.hanging, DOORS[0])
        site.worker()
        wait_until(lambda: bool(network.door(DOORS[0]).wires), "the system is asked")
        until = time.monotonic() + BUSY_SECONDS
        wait_until(lambda: any(tries_of(hub, BAD)) or time.monotonic() > until, "some have waited")
        network.heals()
        wait_until(lambda: is_served(hub, BAD), "all arrived")
        assert once_each(systems.bad.stub.orders) == MANY
        assert set(tries_of(hub, BAD)) == {1}


def is_late(world: World, name: str) -> bool:
    return any(each.is_late for each in world.network.door(name).wires)


def is_lost(world: World) -> bool:
    """Whether somebody claimed anew what was being pushed."""
    return any(each.generation > 1 for each in unfinished(world.hub))
