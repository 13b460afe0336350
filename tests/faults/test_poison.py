"""What always fails ends as a dead letter with its reason, and everything else goes on."""

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest

from adapters.erp.simulated import SimulatedErp
from adapters.webhooks.http import HttpReceivers
from connector.worker.loop import Worker
from engine.events.effect import Effect, EffectStatus
from engine.events.retry import MOST_TRIES
from engine.events.types import EventType
from engine.hub import Hub
from engine.kernel.clock import FixedClock, SystemClock
from engine.orders.history import OrderHappening
from engine.ports.connections import Steps
from engine.ports.erp import OrderDocument, Receipt
from engine.ports.ports import Ports
from engine.services.subscribing import Subscribe, subscribe
from tests.faults.checking import found, open_effects
from tests.faults.client import Client, accepted
from tests.faults.conftest import BOTH, Sites
from tests.faults.processes import Child, wait_until
from tests.faults.site import KEYRING, STRANGER, TENANT, Site

BROKEN = "ERP-MFG"
MANY = 40
MOST_LIVES = 60
LONGEST_WAIT = timedelta(hours=30)


class Raises(SimulatedErp):
    """A system whose adapter has a defect."""

    def find(self, document: OrderDocument, key: str) -> Receipt | None:
        raise RuntimeError(f"{document.order_number} {key}")

    def create(self, document: OrderDocument, key: str, steps: Steps) -> Receipt:  # noqa: ARG002 (it comes to none)
        raise RuntimeError(f"{document.system} {key}")


@BOTH
def test_a_system_that_always_raises_is_given_up(sites: Sites, engine: str) -> None:
    with sites(engine, "owing") as site:
        clock = FixedClock(SystemClock().now())
        ports = Ports(
            erp={BROKEN: Raises(site.folder / "broken")},
            usual_erp=site.erp,
            billing={"simulated": site.billing},
            receivers=HttpReceivers({site.listener.target}),
        )
        with closing(Hub(site.url, clock=clock, keyring=KEYRING, ports=ports)) as hub:
            worker = Worker(hub)
            for _ in range(MOST_TRIES + 1):
                worker.drain()
                clock.instant += LONGEST_WAIT
        ours = found(site)
        assert dead(ours.effects) == {("erp", BROKEN)}
        for each in (each for each in ours.effects if each.status is EffectStatus.DEAD):
            assert [it.error for it in ours.attempts[each.id]] == ["RuntimeError"] * MOST_TRIES
        for order in ours.orders:
            [failed] = [
                each
                for each in ours.order_history[order.id]
                if each.what is OrderHappening.PUSH_FAILED
            ]
            assert failed.details == {"system": BROKEN, "reason": "RuntimeError"}


@pytest.mark.soak
@BOTH
def test_what_kills_its_worker_each_time_is_given_up(sites: Sites, engine: str) -> None:
    with sites(engine, "owing") as site:
        site.lease = 1
        for _ in range(MOST_LIVES):
            survivor = site.worker("before_erp:1:kill")
            wait_until(lambda one=survivor: is_over(site, one), "it dies, or nothing is owed")  # type: ignore[misc]
            if survivor.status is None:
                break
        ours = found(site)
        given_up = [each for each in ours.effects if each.status is EffectStatus.DEAD]
        assert {each.kind for each in given_up} >= {"erp"}
        for each in given_up:
            assert [it.error for it in ours.attempts[each.id]] == ["every try ended without a word"]
        assert site.erp.ledger(TENANT) == ()
        before = len(site.listener.heard)
        with closing(Client(site)) as client:
            accepted(client)
        wait_until(lambda: len(site.listener.heard) >= before + 3, "others go on")
        assert survivor.status is None
        survivor.send(signal.SIGTERM)
        wait_until(lambda: survivor.status is not None, "the worker ends when it is told to")
        assert survivor.status == 0


@BOTH
def test_a_receiver_that_hangs_holds_no_other_tenant_up(sites: Sites, engine: str) -> None:
    with sites(engine) as site, hanging() as server:
        target = f"127.0.0.1:{server.getsockname()[1]}"
        targets = frozenset({target, site.listener.target})
        ports = Ports(receivers=HttpReceivers(targets))
        stop = threading.Event()
        with closing(Hub(site.url, clock=SystemClock(), keyring=KEYRING, ports=ports)) as hub:
            happen(hub, TENANT, Subscribe(url=f"http://{target}/", events=("*",), targets=targets))
            working = threading.Thread(target=Worker(hub).run, args=(stop,))
            working.start()
            try:
                wait_until(lambda: bool(at_hand(hub)), "the worker calls who hangs")
                quick = Subscribe(url=site.listener.url, events=("*",), targets=targets)
                happen(hub, STRANGER, quick)
                wait_until(lambda: len(heard_of(site, STRANGER)) == MANY, "all others are told", 10)
                assert at_hand(hub)
            finally:
                stop.set()
                server.close()
                working.join()


def happen(hub: Hub, tenant: str, wanted: Subscribe) -> None:
    """Somebody is told of many things."""
    with hub.unit_of_work(tenant) as uow:
        subscribe(uow, KEYRING, wanted)
        for number in range(MANY):
            told = {"crm": tenant, "external_id": str(number), "outcome": "created"}
            uow.emit(EventType.ACCOUNT_UPSERTED, f"acc_{number}", told)


def heard_of(site: Site, tenant: str) -> set[str]:
    told = [each.event for each in site.listener.heard]
    return {each["id"] for each in told if each["data"]["crm"] == tenant}


def at_hand(hub: Hub) -> list[Effect]:
    return [each for each in open_effects(hub) if each.generation == each.unheard == 1]


@contextmanager
def hanging() -> Iterator[socket.socket]:
    """A receiver that takes every call and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        yield server


def dead(effects: list[Effect]) -> set[tuple[str, str]]:
    """Whom effects that were given up were owed to."""
    return {(each.kind, each.target) for each in effects if each.status is EffectStatus.DEAD}


def is_over(site: Site, worker: Child) -> bool:
    return worker.status is not None or nothing_open(site)


def nothing_open(site: Site) -> bool:
    with closing(site.hub()) as hub:
        return not open_effects(hub)
