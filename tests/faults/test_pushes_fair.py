"""A system that hangs holds up nobody but those whose system it is."""

from collections import Counter
from contextlib import closing

import pytest

from engine.events.effect import Effect
from engine.hub import Hub
from engine.ports.effects import EffectKind
from engine.store.repositories.effects import EFFECTS
from tests.faults import crowd, toxics
from tests.faults.conftest import Sites
from tests.faults.crowd import BAD, DOORS, OTHERS
from tests.faults.network import Network
from tests.faults.processes import wait_until
from tests.faults.pushes import let_time_pass

MANY, FEW = 40, 2
USUAL_LEASE = 30


@pytest.mark.soak
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_nineteen_tenants_do_not_feel_the_twentieth(
    sites: Sites, network: Network, engine: str
) -> None:
    with sites(engine) as site, crowd.running(network) as systems, closing(site.hub()) as hub:
        crowd.settle(hub, systems, {BAD: MANY, **dict.fromkeys(OTHERS, FEW)})
        site.inside = tuple(network.door(each).url for each in DOORS)
        site.lease = USUAL_LEASE
        network.worsens(toxics.hanging, DOORS[0])
        for _ in range(2):
            site.worker()
        wait_until(lambda: not any(owed(hub, each) for each in OTHERS), "all others are served")
        assert len(owed(hub, BAD)) == MANY
        assert systems.bad.stub.orders == []
        assert once_each(systems.good.stub.orders) == FEW * len(OTHERS)
        assert {tries for each in OTHERS for tries in tries_of(hub, each)} == {1}
        network.heals()
        wait_until(lambda: is_served(hub, BAD), "the one whose system hung is served too")
        assert once_each(systems.bad.stub.orders) == MANY


def is_served(hub: Hub, tenant: str) -> bool:
    """Whether all arrived; what waits for its next try waits no longer."""
    let_time_pass(hub, tenant)
    return not owed(hub, tenant)


def owed(hub: Hub, tenant: str) -> list[Effect]:
    with hub.reading(tenant) as reading:
        found = reading.effects._found(EFFECTS.c.is_open)
    return [each for each in found if each.kind == EffectKind.ERP]


def once_each(orders: list[dict[str, object]]) -> int:
    """How many orders a system has, none of them twice."""
    times = Counter(each["key"] for each in list(orders))
    assert set(times.values()) <= {1}
    return len(times)


def tries_of(hub: Hub, tenant: str) -> list[int]:
    """How often each order was tried."""
    with hub.reading(tenant) as reading:
        mine = reading.effects._found(EFFECTS.c.kind == EffectKind.ERP.value)
        tries = reading.effects.attempts([each.id for each in mine])
    return [len(tries.get(each.id, ())) for each in mine]
