"""Tries are forgotten after a month; why something was given up is not."""

from datetime import timedelta
from typing import Any

from connector.worker.loop import Worker
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.services import retrying
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import make
from tests.connector.worker.listener import Listener
from tests.connector.worker.test_webhooks import events, subscribe

Json = dict[str, Any]


def tries(caller: Caller, place: int) -> list[int]:
    """What each try of an event's delivery was answered; place 0 is the newest event."""
    [delivery] = events(caller, "?type=quote.created")[place]["deliveries"]
    return [each["response_status"] for each in delivery["attempts"]]


def status(caller: Caller, place: int) -> str:
    [delivery] = events(caller, "?type=quote.created")[place]["deliveries"]
    return str(delivery["status"])


def test_tries_are_forgotten_after_a_month_but_for_the_last_word_of_what_was_given_up(
    caller: Caller, listener: Listener, worker: Worker, clock: FixedClock
) -> None:
    hook = subscribe(caller, listener, "quote.created")
    listener.answers[:] = [503, 204, 500, 410]
    make(caller)
    worker.drain()
    clock.instant += timedelta(seconds=7)
    worker.drain()
    make(caller)
    worker.drain()
    clock.instant += timedelta(seconds=7)
    worker.drain()
    assert caller.send("PATCH", f"/webhooks/{hook['id']}", {"status": "active"}).status_code == 200
    assert (tries(caller, 1), tries(caller, 0)) == ([503, 204], [500, 410])
    clock.instant += timedelta(days=29)
    make(caller)
    worker.drain()
    assert (tries(caller, 2), tries(caller, 1)) == ([503, 204], [500, 410])
    clock.instant += timedelta(days=2)
    worker.drain()
    assert (tries(caller, 2), tries(caller, 1), tries(caller, 0)) == ([], [410], [204])
    assert [status(caller, each) for each in (2, 1, 0)] == ["succeeded", "dead", "succeeded"]


def test_only_some_are_forgotten_at_a_time_and_only_ones_own(
    caller: Caller, stranger: Caller, listener: Listener, hub: Hub, worker: Worker,
    clock: FixedClock,
) -> None:  # fmt: skip
    for each in (caller, stranger):
        subscribe(each, listener, "quote.created")
        for _ in range(3):
            make(each)
    worker.drain()
    later = clock.now() + timedelta(days=31)
    with hub.unit_of_work("CustDemo") as uow:
        assert uow.effects.forget_tries(clock.now(), 2) == 0
        assert uow.effects.forget_tries(later, 2) == 2
        assert uow.effects.forget_tries(later, 2) == 1
        assert uow.effects.forget_tries(later, 2) == 0
    clock.instant = later
    with hub.unit_of_work("CustOther") as uow:
        assert retrying.forget_old_tries(uow) == 3
