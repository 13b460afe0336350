"""A peer that answers anything but what it should: a named outcome, soon, and no order twice."""

from collections.abc import Callable

import pytest

from engine.ports.erp import Erp, Receipt, Stage
from engine.ports.outcomes import Declined, Denied, Postponed, PushError, Uncertain
from tests.adapters.conformance import proxy as spoiling
from tests.adapters.conformance.conftest import Site
from tests.adapters.conformance.orders import order
from tests.adapters.conformance.proxy import Proxy, Spoil
from tests.adapters.conformance.registry import Ability
from tests.adapters.conformance.working import key_of, push
from tests.adapters.steps import MemorySteps

NAMED = (Postponed, Uncertain, Denied, Declined)
LARGEST = 1_000_000
FAR_LESS = 200_000_000
"""What may be under way when a connection is given up, of ten gigabytes."""

ACTS: dict[str, Callable[[Erp], object]] = {
    "check": lambda erp: erp.check(),
    "plan": lambda erp: erp.plan(order()),
    "find": lambda erp: erp.find(document := order(), key_of(document)),
    "create": lambda erp: erp.create(document := order(), key_of(document), MemorySteps()),
    "advance": lambda erp: erp.advance(Receipt(reference="1"), Stage.CONFIRMED, MemorySteps()),
    "read": lambda erp: erp.read("1"),
    "cancel": lambda erp: erp.cancel("1"),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    "way", [spoiling.html, spoiling.moved, spoiling.broken, spoiling.gateway, spoiling.closed]
)
def test_a_strange_answer_has_a_named_outcome(
    site: Site, proxy: Proxy, way: Spoil, act: str
) -> None:
    if act == "plan":
        site.needs(Ability.MISSES)
    proxy.always(way)
    with pytest.raises(PushError) as told:
        ACTS[act](site.erp(proxy.port))
    assert isinstance(told.value, NAMED)


@pytest.mark.parametrize("act", ["find", "read"])
def test_of_ten_gigabytes_little_is_taken(site: Site, proxy: Proxy, act: str) -> None:
    proxy.always(spoiling.endless)
    with pytest.raises(NAMED):
        ACTS[act](site.erp(proxy.port, largest=LARGEST))
    assert proxy.sent < FAR_LESS


@pytest.mark.parametrize("act", ["find", "read"])
def test_a_dripping_answer_is_given_up(site: Site, proxy: Proxy, act: str) -> None:
    proxy.always(spoiling.dripping)
    with pytest.raises(NAMED):
        ACTS[act](site.erp(proxy.port, seconds=1.0))


def test_once_it_behaves_again_the_order_arrives_once(site: Site, proxy: Proxy) -> None:
    erp, document = site.erp(proxy.port), order()
    for way in (spoiling.html, spoiling.closed, spoiling.broken):
        proxy.always(way)
        with pytest.raises(PushError):
            erp.find(document, key_of(document))
    proxy.behave()
    push(erp, document)
    assert len(site.peer.held(document.order_number)) == 1
