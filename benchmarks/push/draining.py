"""Pushes in a second to a real system, beside a bare loop of the same calls."""

import contextlib
import json
import subprocess
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.watch import AT_ONCE
from benchmarks.cash.installation import TENANT, Installation, process
from benchmarks.push import selling, tape
from benchmarks.push.tape import Tape
from benchmarks.servers import Server
from engine.connections.handover import Handover
from engine.orders.order import Order
from engine.ports.connections import TableName
from engine.store.unit_of_work import Reading
from tests.peers.tryton_peer import TrytonPeer

NAMES = {
    TableName.CUSTOMER: {selling.CUSTOMER: "superoffice:contact:4711"},
    TableName.SKU: {"VX-FLT-HEPA": "KIT-10"},
}
_PATIENCE = 150.0
_STEP = 0.25
_TO_BEGIN = 2.0
_NANOSECONDS = 1_000_000_000


class NotPushedError(Exception):
    """Not every order is in the other system, once and for what it was sold."""


@dataclass(frozen=True, slots=True)
class Drained:
    """So many pushes in so many seconds, and the processor seconds of whoever pushed.

    `failed` tries were made in vain, and so many orders were `left` when time was over.
    """

    pushes: int
    seconds: float
    spent: float
    failed: int = 0
    left: int = 0

    @property
    def rate(self) -> float:
        """Pushes in a second."""
        return self.pushes / self.seconds

    @property
    def cost(self) -> float:
        """Processor milliseconds for one push."""
        return self.spent / self.pushes * 1_000

    def and_then(self, other: "Drained") -> "Drained":
        """Both, one after the other."""
        seconds, spent = self.seconds + other.seconds, self.spent + other.spent
        return Drained(self.pushes + other.pushes, seconds, spent)


@dataclass(frozen=True, slots=True)
class Site:
    """An installation whose tenant has connected a real system, and what a push asks there."""

    on: Installation
    peer: TrytonPeer
    tape: Tape

    @property
    def settings(self) -> dict[str, str]:
        """What lets a worker call the system."""
        return {"HUB_INSIDE": selling.target(self.tape.address)}

    def pushed(self, count: int, workers: Sequence[Server]) -> Drained:
        """So many orders of one commit, handed over by these workers."""
        quotes = selling.accepted(self.on, TENANT, count)
        before = sum(each.cpu() for each in workers)
        orders, began = selling.placed(self.on, TENANT, quotes)
        handed = _handed(self.on, orders)
        spent = (sum(each.cpu() for each in workers) - before) / _NANOSECONDS
        self._check(handed)
        with self.on.hub.reading(TENANT) as reading:
            owed = reading.effects.of_subjects([each.id for each in orders])
            tries = reading.effects.attempts([each.id for of in owed.values() for each in of])
        left = count - len(handed)
        last = max(each.handed_at.timestamp() for each in handed.values())
        return Drained(
            pushes=len(handed),
            seconds=_PATIENCE if left else last - began,
            spent=spent,
            failed=sum(bool(each.error) for of in tries.values() for each in of),
            left=left,
        )

    def bare(self, name: str, count: int, processes: int) -> Drained:
        """As many orders by as many processes of the bare loop, each with a worker's callers."""
        file = self.on.folder / "tape.json"
        self.tape.write(file)
        each = count // processes
        logs = [self.on.folder / f"{name}-{number}.log" for number in range(processes)]
        with contextlib.ExitStack() as stack:
            running = [
                stack.enter_context(process(_command(file, log.stem, each), {}, log))
                for log in logs
            ]
            time.sleep(_TO_BEGIN)
            for one in running:
                if one.stdin is not None:
                    one.stdin.close()
            _await(running, logs)
        said = [json.loads(log.read_text().splitlines()[-1]) for log in logs]
        begins, ends, spent = zip(*said, strict=True)
        return Drained(each * processes, max(ends) - min(begins), sum(spent))

    def _check(self, handed: Mapping[str, Handover]) -> None:
        """Every order is there, once and for what it was sold."""
        for number, each in handed.items():
            held = self.peer.held(number)
            if [one.net for one in held] != [each.net]:
                raise NotPushedError(f"{number}: {held}")


def site(on: Installation, peer: TrytonPeer) -> Site:
    """The tenant, connected to a running Tryton; one push was listened to."""
    host, port = peer.address
    url = f"http://{host}:{port}"
    with tape.recording(host, port) as (recorder, listened):
        access = peer.access(listened)
        names = {**access.tables.rows, **NAMES}
        connection = selling.connected(on, TENANT, access, names)
        with on.working(1, HUB_INSIDE=listened):
            recorder.calls.clear()
            orders, _ = selling.placed(on, TENANT, selling.accepted(on, TENANT, 1))
            [(number, handover)] = _handed(on, orders).items()
    selling.moved(on, TENANT, connection, peer.access(url).url)
    return Site(on, peer, Tape(url, number, handover.reference, tuple(recorder.calls)))


def counted(of: Tape) -> Counter[str]:
    """How often each thing is asked in a push."""
    return Counter(each.name for each in of.calls)


def _command(file: Path, name: str, count: int) -> list[str]:
    return ["-m", "benchmarks.push.repeating", str(file), name, str(count), str(AT_ONCE)]


def _await(running: Sequence[subprocess.Popen[bytes]], logs: Sequence[Path]) -> None:
    for one, log in zip(running, logs, strict=True):
        if one.wait(_PATIENCE):
            raise NotPushedError(log.read_text()[-2000:])


def _handed(on: Installation, orders: Sequence[Order]) -> dict[str, Handover]:
    """What the system has of these orders, by number, once it has all or time is over."""
    until = time.monotonic() + _PATIENCE
    with on.hub.reading(TENANT) as reading:
        before = _known(reading, orders)
        there = reading.handovers.count(selling.SYSTEM) - len(before)
    left = len(orders)
    while left and time.monotonic() < until:
        time.sleep(_STEP)
        with on.hub.reading(TENANT) as reading:
            left = len(orders) + there - reading.handovers.count(selling.SYSTEM)
    if not left:
        on.await_settled()
    with on.hub.reading(TENANT) as reading:
        found = _known(reading, orders)
    if not found:
        raise NotPushedError("no order was pushed")
    return found


def _known(reading: Reading, orders: Sequence[Order]) -> dict[str, Handover]:
    return {order.number: each for order in orders for each in reading.handovers.of_order(order.id)}
