"""Few suspects are claimed at a time, by tenant in turn: nobody else waits for slow ones."""

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import text

from adapters.webhooks.http import HttpReceivers
from connector.worker.loop import Worker
from connector.worker.sharing import Sharing
from connector.worker.suspects import FEW, Suspects
from engine.events.effect import Claimed, Effect, Suspected
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.ports.ports import Ports
from tests.connector.superoffice.conftest import KEYRING
from tests.connector.vektra.conftest import NOW, Caller
from tests.connector.vektra.quotes import make
from tests.connector.worker.listener import Listener
from tests.connector.worker.test_sharing import PATIENCE, wait_until
from tests.connector.worker.test_webhooks import subscribe

MANY = 60
LEASE = timedelta(seconds=30)


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


def suspected(hub: Hub, tenant: str, tries: int = 0) -> None:
    """All that a tenant owes was claimed twice without a word."""
    with hub.administration() as administration:
        administration.outbox._session.connection().execute(
            text("UPDATE effects SET unheard = 2, tries = :tries WHERE tenant_id = :tenant"),
            {"tries": tries, "tenant": tenant},
        )


def claims(hub: Hub) -> int:
    """How many effects were ever claimed."""
    with hub.administration(reading=True) as view:
        connection = view.outbox._session.connection()
        found = connection.scalar(text("SELECT count(*) FROM effects WHERE generation > 0"))
    return int(found or 0)


def test_slow_suspects_are_not_hoarded_and_hold_up_nothing_else(
    caller: Caller, hub: Hub, listener: Listener, slow: Listener
) -> None:
    goes_on = threading.Event()

    def hang() -> None:
        goes_on.wait(PATIENCE)

    slow.on_call = hang
    subscribe(caller, slow, "quote.created")
    for _ in range(MANY):
        make(caller)
    suspected(hub, "CustDemo")
    subscribe(caller, listener, "quote.created")
    make(caller)
    working = threading.Thread(target=Worker(hub).drain)
    working.start()
    try:
        assert wait_until(lambda: (len(slow.heard), len(listener.heard)) == (2, 1))
        # the new one for either receiver, one suspect, and one ahead
        assert wait_until(lambda: claims(hub) == 4)
    finally:
        goes_on.set()
        working.join()
    assert (len(slow.heard), len(listener.heard)) == (MANY + 1, 1)


def test_suspects_are_carried_out_by_tenant_in_turn(
    caller: Caller, stranger: Caller, hub: Hub, listener: Listener, slow: Listener
) -> None:
    """CustOther's was tried more often than any of the many that CustDemo has."""
    subscribe(caller, slow, "quote.created")
    subscribe(stranger, listener, "quote.created")
    for _ in range(MANY):
        make(caller)
    make(stranger)
    suspected(hub, "CustDemo")
    suspected(hub, "CustOther", tries=5)
    before: list[int] = []
    listener.on_call = lambda: before.append(len(slow.heard))
    Worker(hub).drain()
    assert before == [1]
    assert len(slow.heard) == MANY


def a_suspect(tenant: str, id: str, tries: int = 0) -> Claimed:
    effect = Effect(
        id=id, kind="webhook", target="t", subject="s", created_at=NOW, due_at=NOW + LEASE,
        tries=tries, unheard=3,
    )  # fmt: skip
    return Claimed(tenant=tenant, effect=effect)


def test_few_wait_one_of_each_tenant_and_they_count_as_in_hand() -> None:
    sharing = Sharing(48)
    suspects = Suspects(sharing)
    due = [Suspected(tenant, target, 0) for tenant in "abcdef" for target in ("t", "u")]
    room = suspects.room(due)
    assert room == {(each, "t"): 1 for each in "abcd"}
    assert len(room) == FEW
    suspects.wait([a_suspect(each, f"eff_{each}") for each in "abc"])
    assert (sharing.total, suspects.room(due)) == (3, {("d", "t"): 1})
    first = suspects.next()
    assert first is not None
    assert (first.tenant, suspects.next(), sharing.total) == ("a", None, 2)
    assert suspects.room(due) == {("d", "t"): 1, ("e", "t"): 1}  # "a" comes after all others
    suspects.over()
    suspects.forget_lapsed(NOW + LEASE)
    assert (sharing.total, suspects.next()) == (0, None)


def test_who_was_never_served_comes_first_and_of_them_the_least_tried() -> None:
    suspects = Suspects(Sharing(48))
    ids = {"a": 2, "b": 0, "c": 1}
    order = []
    for _ in range(2):
        suspects.wait([a_suspect(each, f"eff_{each}", tries) for each, tries in ids.items()])
        for _ in ids:
            chosen = suspects.next()
            assert chosen is not None
            order.append(chosen.tenant)
            suspects.over()
    assert order == ["b", "c", "a"] * 2


def test_a_tenant_with_its_share_in_hand_claims_no_suspects() -> None:
    sharing = Sharing(4)
    suspects = Suspects(sharing)
    for _ in range(2):
        sharing.begin(("a", "t"))
    assert suspects.room([Suspected("a", "t", 0), Suspected("b", "t", 3)]) == {("b", "t"): 1}
