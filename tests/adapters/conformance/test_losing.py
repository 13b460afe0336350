"""Answers are lost after the peer has done what it was asked to, and no order is made twice."""

import pytest

from tests.adapters.conformance import proxy as spoiling
from tests.adapters.conformance.conftest import Site
from tests.adapters.conformance.orders import CARE, order
from tests.adapters.conformance.proxy import Proxy, Spoil
from tests.adapters.conformance.working import CONFIRMED, push

WAYS: tuple[Spoil, ...] = (
    spoiling.closed,
    spoiling.gateway,
    spoiling.broken,
    spoiling.html,
)
READS_TO_A_WRITE = 25
"""A lost answer of a call that reads can do little harm, so it is lost less often."""


@pytest.fixture
def times(request: pytest.FixtureRequest, site: Site) -> int:
    """How often each call of a push loses its answer."""
    return int(request.config.getoption("--losses", default=None) or site.entry.losses)


def test_a_lost_answer_leaves_exactly_one_order(site: Site, proxy: Proxy, times: int) -> None:
    erp = site.erp(proxy.port)
    push(erp, order())  # what an adapter keeps between calls is there from now on
    proxy.behave()
    push(erp, order(CARE))
    methods = [method for method, _ in proxy.calls]
    lost = 0
    for at, method in enumerate(methods):
        for turn in range(times if method != "GET" else max(1, times // READS_TO_A_WRITE)):
            document = order(CARE)
            proxy.lose(at, WAYS[(at + turn) % len(WAYS)])
            receipt, state = push(erp, document)
            [held] = site.peer.held(document.order_number)
            assert (held.reference, held.net) == (receipt.reference, document.net)
            assert state.stage in CONFIRMED
            assert len(proxy.calls) > at
            lost += 1
    assert lost >= len(methods)


@pytest.mark.parametrize("way", [spoiling.closed, spoiling.gateway])
def test_a_call_that_never_arrives_is_made_up_for(site: Site, proxy: Proxy, way: Spoil) -> None:
    erp = site.erp(proxy.port)
    push(erp, order())
    proxy.behave()
    push(erp, order())
    for at in range(len(proxy.calls)):
        document = order()
        proxy.refuse(at, way)
        receipt, state = push(erp, document)
        [held] = site.peer.held(document.order_number)
        assert held.reference == receipt.reference
        assert state.stage in CONFIRMED
