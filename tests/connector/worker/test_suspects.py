"""What ends its workers is given up; what was only beside it is not."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.erp.simulated import SimulatedErp
from adapters.webhooks.http import HttpReceivers
from connector.worker.loop import Worker
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.ports.connections import Steps
from engine.ports.erp import OrderDocument, Receipt
from engine.ports.ports import Ports
from tests.connector.superoffice.conftest import KEYRING
from tests.connector.vektra.conftest import NOW, Caller
from tests.connector.vektra.quotes import make
from tests.connector.vektra.test_orders import ordered
from tests.connector.worker.listener import Listener
from tests.connector.worker.test_pushes import claimed, read
from tests.connector.worker.test_webhooks import subscribe

Json = dict[str, Any]
LEASE = timedelta(seconds=31)
MACHINE = {"sku": "VX-2000", "quantity": 1}


class Kills(SimulatedErp):
    """A system whose adapter ends whoever calls it, without a word; `called` is of which orders."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.called: list[str] = []
        self.looked = 0

    def find(self, document: OrderDocument, key: str) -> Receipt | None:
        assert document.lines
        assert key
        self.looked += 1
        return None

    def create(self, document: OrderDocument, key: str, steps: Steps) -> Receipt:  # noqa: ARG002 (it comes to none)
        assert key
        self.called.append(document.order_id)
        raise SystemExit


class Calls:
    """Counts calls of a receiver, and how many there were at once; each takes a moment."""

    def __init__(self, seconds: float = 0.05) -> None:
        self.count = self.now = self.most = 0
        self._seconds = seconds
        self._lock = threading.Lock()

    def __call__(self) -> None:
        with self._lock:
            self.count += 1
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(self._seconds)
        with self._lock:
            self.now -= 1


@pytest.fixture
def erp(tmp_path: Path) -> Kills:
    return Kills(tmp_path / "kills")


@pytest.fixture
def hub(seeded_url: str, clock: FixedClock, listener: Listener, erp: Kills) -> Iterator[Hub]:
    ports = Ports(
        receivers=HttpReceivers({listener.target}),
        test_targets=frozenset({listener.target}),
        erp={"ERP-MFG": erp},
    )
    with closing(Hub(seeded_url, clock=clock, keyring=KEYRING, ports=ports)) as hub:
        yield hub


def lives(worker: Worker, clock: FixedClock, count: int) -> None:
    for _ in range(count):
        worker.drain()
        clock.instant += LEASE


def test_what_was_claimed_and_never_begun_is_not_given_up(
    caller: Caller, listener: Listener, hub: Hub, worker: Worker, clock: FixedClock
) -> None:
    subscribe(caller, listener, "quote.created")
    for _ in range(5):
        make(caller)
    for _ in range(30):  # so many workers end before they come to it
        assert len(claimed(hub)) == 5
        clock.instant += LEASE
    worker.drain()
    assert len(listener.heard) == 5
    assert len({each.headers["webhook-id"] for each in listener.heard}) == 5


def test_what_ends_its_workers_is_given_up_and_looked_for_first(
    caller: Caller, worker: Worker, clock: FixedClock, erp: Kills
) -> None:
    order = ordered(caller, MACHINE)
    lives(worker, clock, 2 + 10)  # the first two may have been ended by another
    assert erp.called == [order["id"]] * 12
    assert erp.looked == 11
    assert read(caller, order)["history"][-1]["what"] != "push_failed"
    lives(worker, clock, 2)
    assert erp.called == [order["id"]] * 12
    history = read(caller, order)["history"]
    assert history[-1]["what"] == "push_failed"
    assert history[-1]["details"]["reason"] == "every try ended without a word"


def test_a_claim_that_ends_with_another_one_does_not_count(
    caller: Caller, hub: Hub, clock: FixedClock
) -> None:
    """As `lives`, but the worker ends with all that it has, and begins one suspect at most."""
    orders = [ordered(caller, MACHINE)["id"] for _ in range(3)]
    begun: list[str] = []
    for _ in range(2 + 3 * 10):
        suspects = [each for each in claimed(hub) if each.effect.is_suspect]
        for first in sorted(suspects, key=lambda each: (each.effect.tries, each.effect.id))[:1]:
            with hub.unit_of_work(first.tenant) as uow:
                assert uow.effects.begin(first.effect, clock.now() + LEASE)
            begun.append(first.effect.subject)
        clock.instant += LEASE + LEASE
    assert {each: begun.count(each) for each in orders} == dict.fromkeys(orders, 10)


def test_suspects_are_carried_out_one_at_a_time_the_least_tried_first(
    caller: Caller, hub: Hub, listener: Listener, worker: Worker, clock: FixedClock
) -> None:
    subscribe(caller, listener, "quote.created")
    for _ in range(4):
        make(caller)
    for _ in range(2):
        claimed(hub)
        clock.instant += LEASE
    first, *others = sorted(claimed(hub), key=lambda each: each.effect.id)
    with hub.unit_of_work(first.tenant) as uow:
        assert first.effect.is_suspect
        assert uow.effects.begin(first.effect, clock.now() + LEASE)
    clock.instant += LEASE
    calls = Calls()
    listener.on_call = calls
    worker.drain()
    assert (calls.count, calls.most) == (4, 1)
    assert [each.headers["webhook-id"] for each in listener.heard] == [
        each.effect.id for each in (*others, first)
    ]


def test_whoever_lost_a_suspect_does_not_begin_it(
    caller: Caller, hub: Hub, clock: FixedClock
) -> None:
    ordered(caller, MACHINE)
    [first] = claimed(hub)
    clock.instant += LEASE
    [second] = claimed(hub)
    with hub.unit_of_work("CustDemo") as uow:
        assert not uow.effects.begin(first.effect, NOW)
        assert uow.effects.begin(second.effect, clock.now())
