"""What seems to be refused waits for somebody to look at it, who finds everything there once."""

import pytest

from engine.connections.connection import ConnectionStatus
from engine.events.effect import EffectStatus
from engine.hub import Hub
from engine.services import connecting, retrying
from tests.faults import checking
from tests.faults.conftest import Worlds
from tests.faults.processes import wait_until
from tests.faults.pushes import MINE, World, check, drained, is_waiting, unfinished
from tests.faults.site import TENANT
from tests.faults.toxics import page, the_first

KEYED = {"TRYTON", "ODOO", "SAP", "GENERIC"}
"""What is let in by what was agreed once; at others a new token is asked for, and is taken."""


@pytest.mark.soak
@pytest.mark.parametrize(
    ("engine", "status", "carried_out"),
    [
        ("sqlite", 302, False),
        ("postgresql", 400, True),
        ("sqlite", 404, True),
    ],
)
def test_what_something_in_between_declines_is_parked(
    worlds: Worlds, engine: str, status: int, *, carried_out: bool
) -> None:
    """Something between the hub and the systems refuses in their name, once they did it or not."""
    with worlds(engine) as world:
        world.network.worsens(the_first(page(status, carried_out=carried_out)), *MINE)
        world.site.worker()
        wait_until(lambda: is_idle(world), "everything was tried")
        assert ask_again(world.hub) == {*MINE}
        drained(world.hub)
        check(world)


@pytest.mark.soak
def test_only_who_is_not_let_in_locks_a_connection(worlds: Worlds) -> None:
    with worlds("sqlite") as world:
        world.network.worsens(the_first(page(403, carried_out=True)), *MINE)
        world.site.worker()
        wait_until(lambda: is_idle(world), "everything was tried")
        assert KEYED <= unlock(world.hub)
        ask_again(world.hub)
        drained(world.hub)
        check(world)


def is_idle(world: World) -> bool:
    """Whether the worker has tried everything."""
    now = world.hub.clock.now()
    return all(is_waiting(each, now) for each in unfinished(world.hub)) and bool(tried(world))


def tried(world: World) -> set[str]:
    """Systems that something was tried at."""
    found = checking.found(world.site)
    return {each.target for each in found.effects if each.status is not EffectStatus.PENDING}


def ask_again(hub: Hub) -> set[str]:
    """Somebody asks again for what was given up; whom it was owed to."""
    with hub.unit_of_work(TENANT) as uow:
        dead = [each.effect for each in retrying.given_up(uow, 100)]
        if dead:
            retrying.again(uow, [each.id for each in dead])
    return {each.target for each in dead}


def unlock(hub: Hub) -> set[str]:
    """Somebody has looked at what was locked, and lets it go on."""
    with hub.unit_of_work(TENANT) as uow:
        found = [each for each in uow.connections.all() if each.status is ConnectionStatus.LOCKED]
        for each in found:
            connecting.resume(uow, each.id)
    return {each.system for each in found}
