"""A worker that stands still for longer than its lease is not believed when it goes on."""

import signal
from contextlib import closing

import pytest

from engine.orders.history import OrderHappening
from engine.ports.effects import EffectKind
from tests.faults.checking import check, drained, open_effects
from tests.faults.conftest import BOTH, Sites
from tests.faults.processes import wait_until
from tests.faults.site import TENANT, Site

LEASE, PAUSE = 12, 9
"""Seconds of a claim, and a shorter pause in which the worker is stopped, whatever else runs."""


@pytest.mark.soak
@BOTH
@pytest.mark.parametrize("where", ["erp_took_it", "before_erp"])
def test_a_worker_that_was_away_too_long_is_not_believed(
    sites: Sites, engine: str, where: str
) -> None:
    with sites(engine, "owing") as site:
        site.lease = LEASE
        first = site.worker(f"{where}:1:sleep={PAUSE}")
        wait_until(lambda: is_at_hand(site, where), "the first worker pushes")
        first.send(signal.SIGSTOP)
        site.worker()
        drained(site)
        first.send(signal.SIGCONT)
        wait_until(lambda: "effect_lost" in first.said, "the first worker is refused")
        ours = check(site, ordered=2)
        for order in ours.orders:
            pushed = [
                each.details["system"]
                for each in ours.order_history[order.id]
                if each.what is OrderHappening.PUSHED
            ]
            assert sorted(map(str, pushed)) == sorted(order.systems)


def is_at_hand(site: Site, where: str) -> bool:
    """Whether the first push to the ERP has come to where it waits, and all else is done."""
    if where == "erp_took_it" and not site.erp.ledger(TENANT):
        return False
    with closing(site.hub()) as hub:
        left = open_effects(hub)
    return [each.kind for each in left] == [EffectKind.ERP] and left[0].generation == 1
