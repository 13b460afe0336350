"""A receiver that hangs holds up neither others of its tenant nor other tenants."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from adapters.webhooks.http import HttpReceivers
from connector.worker.loop import SLOTS, Worker
from connector.worker.sharing import Sharing
from engine.events.effect import Waiting
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.ports.ports import Ports
from tests.connector.superoffice.conftest import KEYRING
from tests.connector.vektra.conftest import NOW, Caller
from tests.connector.vektra.quotes import make
from tests.connector.worker.listener import Listener
from tests.connector.worker.test_webhooks import subscribe

MANY = 30
"""More than one tenant may have in hand."""
PATIENCE = 10.0


@pytest.fixture
def slow() -> Iterator[Listener]:
    with Listener() as listener:
        yield listener


@pytest.fixture
def hub(seeded_url: str, clock: FixedClock, listener: Listener, slow: Listener) -> Iterator[Hub]:
    targets = frozenset({listener.target, slow.target})
    ports = Ports(receivers=HttpReceivers(targets), test_targets=targets)
    with closing(Hub(seeded_url, clock=clock, keyring=KEYRING, ports=ports)) as hub:
        yield hub


def wait_until(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < until:
        time.sleep(0.01)
    return holds()


def test_a_receiver_that_hangs_does_not_hold_up_another_of_its_tenant(
    caller: Caller, hub: Hub, listener: Listener, slow: Listener
) -> None:
    answers = threading.Event()

    def hang() -> None:
        answers.wait(PATIENCE)

    slow.on_call = hang
    subscribe(caller, slow, "quote.created")
    subscribe(caller, listener, "quote.created")
    for _ in range(MANY):
        make(caller)
    working = threading.Thread(target=Worker(hub).drain)
    working.start()
    try:
        assert wait_until(lambda: len(listener.heard) == MANY)
        assert 0 < len(slow.heard) < MANY
    finally:
        answers.set()
        working.join()
    assert len(slow.heard) == MANY


def waits(*places: tuple[str, str]) -> list[Waiting]:
    return [Waiting(tenant, target, NOW) for tenant, target in places]


def test_one_target_has_two_thirds_of_what_the_others_of_its_tenant_leave() -> None:
    sharing = Sharing(48)
    got = []
    for target in ("a", "b", "c", "d", "e"):
        room = sharing.room(waits(("one", target)))
        got.append(room.get(("one", target), 0))
        for _ in range(got[-1]):
            sharing.begin(("one", target))
    assert got == [16, 5, 2, 1, 0]  # 24 for the tenant
    assert sharing.room(waits(("one", "a"), ("two", "x"))) == {("two", "x"): 12}
    sharing.end(("one", "a"))
    assert (sharing.total, sharing.free) == (23, 25)
    assert sharing.room(waits(("one", "a"), ("one", "e"))) == {("one", "e"): 1}


def test_those_that_wait_get_the_same_and_who_has_least_comes_first() -> None:
    assert Sharing(48).room(waits(("one", "a"), ("one", "b"), ("two", "x"))) == {
        ("one", "a"): 12, ("one", "b"): 8, ("two", "x"): 16,
    }  # fmt: skip
    sharing = Sharing(4)
    sharing.begin(("one", "a"))
    assert sharing.room(waits(*((each, "a") for each in ("one", "two", "three", "four")))) == {
        ("two", "a"): 1, ("three", "a"): 1, ("four", "a"): 1,
    }  # fmt: skip
    assert SLOTS == 48


def test_whoever_waits_is_found_by_target_the_longest_waiting_first(
    caller: Caller, stranger: Caller, hub: Hub, listener: Listener, clock: FixedClock
) -> None:
    hooks = [
        subscribe(each, listener, "quote.created")["id"] for each in (caller, caller, stranger)
    ]
    make(stranger)
    clock.instant = clock.instant.replace(minute=45)
    make(caller)
    with hub.administration(reading=True) as administration:
        assert administration.outbox.waiting(NOW.replace(minute=29)) == []
        found = administration.outbox.waiting(clock.now())
        assert administration.outbox.waiting(NOW) == found[:1]
    assert (found[0].tenant, found[0].target, found[0].since) == ("CustOther", hooks[2], NOW)
    assert {(each.tenant, each.target) for each in found[1:]} == {
        ("CustDemo", hooks[0]), ("CustDemo", hooks[1]),
    }  # fmt: skip


def test_a_system_has_no_more_in_hand_than_it_is_asked_by_at_once() -> None:
    sharing = Sharing(48)
    system = Waiting("CustA", "ERP-1", NOW, is_system=True)
    receiver = Waiting("CustA", "sub_1", NOW)
    assert sharing.room([system, receiver]) == {("CustA", "ERP-1"): 4, ("CustA", "sub_1"): 13}
    for _ in range(3):
        sharing.begin(("CustA", "ERP-1"))
    assert sharing.room([system]) == {("CustA", "ERP-1"): 1}
    sharing.begin(("CustA", "ERP-1"))
    assert sharing.room([system]) == {}
