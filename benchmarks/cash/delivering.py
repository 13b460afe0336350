"""Deliveries in a second, and how old an event is when it is delivered."""

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from benchmarks import servers
from benchmarks.cash.installation import TENANT, Installation, process
from connector.worker.loop import SLOTS
from engine.events.types import EventType
from engine.services.subscribing import Subscribe, subscribe

MILLISECONDS = 5
"""What the receiver takes for each message."""
_PATIENCE = 60.0
_STEP = 0.1
_TO_BEGIN = 2.0
_LATE = 1.05
_SUBJECTS = 100
_DATA = {"number": "O-2026-000001", "net": 7960, "systems": ["ERP-MFG", "CONTRACTS"]}


class TooSlowError(Exception):
    """Events did not happen at the pace that was asked for."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a receiver heard, of so many deliveries: each message's id, when, and how old it was."""

    expected: int
    heard: Sequence[tuple[str, float, float]]

    @property
    def rate(self) -> float:
        """Deliveries in a second, from the first to the last."""
        times = [at for _, at, _ in self.heard]
        return (len(times) - 1) / (max(times) - min(times))

    @property
    def lost(self) -> int:
        """Deliveries that never came."""
        return self.expected - len({key for key, _, _ in self.heard})

    @property
    def doubled(self) -> int:
        """Deliveries that came once more."""
        return len(self.heard) - len({key for key, _, _ in self.heard})

    def age(self, percent: int) -> float:
        """The seconds below which so many of a hundred events were old when they came."""
        ages = sorted(age for _, _, age in self.heard)
        return ages[min(len(ages) * percent // 100, len(ages) - 1)]


@dataclass(frozen=True, slots=True)
class Receiver:
    """A receiver in its own process."""

    port: int

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.target}/hook"

    @property
    def settings(self) -> dict[str, str]:
        """What lets a worker deliver here."""
        return {"HUB_WEBHOOK_TEST_TARGETS": self.target}

    def heard(self, expected: int) -> Told:
        """What came, once all of it has, or nothing more comes; it is forgotten there."""
        before, since = -1, time.monotonic()
        while before < expected and time.monotonic() - since < _PATIENCE / 6:
            time.sleep(_STEP)
            now = self._ask("/")
            if now != before:
                before, since = now, time.monotonic()
        time.sleep(_STEP)  # what comes twice comes at once or after the lease
        told = [
            (key, at, at - datetime.fromisoformat(said).timestamp())
            for key, at, said in self._ask("/told")
        ]
        return Told(expected, told)

    def _ask(self, path: str) -> Any:  # noqa: ANN401 (JSON)
        return requests.get(f"http://{self.target}{path}", timeout=_PATIENCE).json()


@contextlib.contextmanager
def receiving(folder: Path) -> Iterator[Receiver]:
    """A receiver of its own, until the block ends."""
    port = servers.free_port()
    command = ["-m", "benchmarks.cash.receiver", str(port), str(MILLISECONDS)]
    with servers.started("receiver", command, {}, port, folder / f"receiver-{port}.log"):
        yield Receiver(port)


def subscribed(on: Installation, receiver: Receiver) -> str:
    """The id of a new subscription to what is emitted here."""
    events = (EventType.ORDER_PLACED.value,)
    wanted = Subscribe(url=receiver.url, events=events, targets={receiver.target})
    with on.hub.unit_of_work(TENANT) as uow:
        return subscribe(uow, on.keyring, wanted).subscription.id


def backlog(on: Installation, receiver: Receiver, subscription: str, count: int) -> Told:
    """Deliveries of so many events that became due in the same instant."""
    with on.hub.unit_of_work(TENANT) as uow:
        for number in range(count):
            uow.emit(EventType.ORDER_PLACED, f"ord_{number % _SUBJECTS}", _DATA)
        uow.seal()
        uow.effects.hold(subscription, is_held=True)
    with on.hub.unit_of_work(TENANT) as uow:
        uow.effects.hold(subscription, is_held=False)
    told = receiver.heard(count)
    on.await_settled()
    return told


def stream(on: Installation, receiver: Receiver, rate: int, seconds: int) -> Told:
    """Deliveries of events that happen at an even pace, each in a transaction of its own."""
    began = time.monotonic()
    for number in range(rate * seconds):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        with on.hub.unit_of_work(TENANT) as uow:
            uow.emit(EventType.ORDER_PLACED, f"ord_{number % _SUBJECTS}", _DATA)
    took = time.monotonic() - began
    if took > seconds * _LATE:
        raise TooSlowError(f"{rate * seconds} events took {took:.1f} s to make")
    told = receiver.heard(rate * seconds)
    on.await_settled()
    return told


def library_alone(receiver: Receiver, folder: Path, processes: int, count: int) -> Told:
    """What the HTTP library alone does with as many processes and threads."""
    each = count // processes
    command = ["-m", "benchmarks.cash.posting", receiver.url, str(each), str(SLOTS)]
    with contextlib.ExitStack() as stack:
        running = [
            stack.enter_context(process(command, {}, folder / f"posting-{number}.log"))
            for number in range(processes)
        ]
        time.sleep(_TO_BEGIN)
        for one in running:
            if one.stdin is not None:
                one.stdin.close()
        return receiver.heard(each * processes)
