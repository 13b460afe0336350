"""Every secret that was exchanged less than a day ago signs, however often it was."""

from datetime import timedelta
from typing import Any

from connector.worker.loop import Worker
from engine.kernel.clock import FixedClock
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import make
from tests.connector.worker.listener import Heard, Listener
from tests.connector.worker.test_webhooks import genuine, subscribe

Json = dict[str, Any]


def rotate(caller: Caller, hook: Json, status: int = 200) -> Json:
    return caller.post(f"/webhooks/{hook['id']}/rotate", {}, status)


def told(caller: Caller, listener: Listener, worker: Worker) -> Heard:
    """What the receiver is told next."""
    make(caller)
    worker.drain()
    return listener.heard[-1]


def test_two_rotations_in_a_day_drop_no_secret(
    caller: Caller, listener: Listener, worker: Worker, clock: FixedClock
) -> None:
    first = subscribe(caller, listener, "quote.created")
    second = rotate(caller, first)
    clock.instant += timedelta(hours=10)
    third = rotate(caller, first)
    heard = told(caller, listener, worker)
    assert all(genuine(heard, each["secret"], clock) for each in (first, second, third))
    assert len(heard.headers["webhook-signature"].split(" ")) == 3
    clock.instant += timedelta(hours=15)  # 25 hours after the first rotation, 15 after the second
    heard = told(caller, listener, worker)
    assert not genuine(heard, first["secret"], clock)
    assert genuine(heard, second["secret"], clock)
    assert genuine(heard, third["secret"], clock)
    clock.instant += timedelta(hours=10)
    heard = told(caller, listener, worker)
    assert not genuine(heard, second["secret"], clock)
    assert genuine(heard, third["secret"], clock)


def test_a_fifth_rotation_within_a_day_is_refused_and_ends_nothing(
    caller: Caller, listener: Listener, worker: Worker, clock: FixedClock
) -> None:
    hook = subscribe(caller, listener, "quote.created")
    every = [hook, *(rotate(caller, hook) for _ in range(4))]
    refused = rotate(caller, hook, 422)
    assert refused["errors"][0]["code"] == "too_many_rotations"
    heard = told(caller, listener, worker)
    assert all(genuine(heard, each["secret"], clock) for each in every)
    assert len({each["secret"] for each in every}) == 5
    clock.instant += timedelta(hours=25)
    newest = rotate(caller, hook)
    heard = told(caller, listener, worker)
    assert genuine(heard, newest["secret"], clock)
    assert genuine(heard, every[-1]["secret"], clock)
    assert not any(genuine(heard, each["secret"], clock) for each in every[:-1])
