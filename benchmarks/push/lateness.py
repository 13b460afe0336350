"""How late the orders of some tenants are while the system of another one hangs."""

import contextlib
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

import requests

from benchmarks import servers
from benchmarks.cash.delivering import TooSlowError
from benchmarks.cash.installation import Installation
from benchmarks.push import selling
from engine.ports.connections import Access
from engine.tenants.secrets import new_secret

SLOW, SECONDS = "tenant-00", 30
OTHERS = tuple(f"tenant-{number:02d}" for number in range(1, 20))
BACKLOG = 100
"""Orders of the tenant whose system hangs, all of one commit, before the others begin."""
PACE = 8
"""Orders a second, of all twenty tenants in turn."""
_FELT = 3.0
_LATE = 1.05
_PATIENCE = 60.0
_STEP = 0.2
_Order = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """The seconds from the commit of an order to its arrival, of those that came.

    `slow_calls` were made to the system that hangs.
    """

    expected: int
    delays: tuple[float, ...]
    doubled: int
    slow_calls: int

    @property
    def lost(self) -> int:
        """Orders that did not come."""
        return self.expected - len(self.delays)

    def delay(self, percent: int) -> float:
        """The seconds below which so many of a hundred orders were late."""
        ordered = sorted(self.delays)
        return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)]


def measured(on: Installation, workers: int, seconds: int) -> Told:
    """Orders of twenty tenants at an even pace, one of whose systems hangs."""
    port = servers.free_port()
    url = f"http://127.0.0.1:{port}"
    everybody = (SLOW, *OTHERS)
    selling.opened(on, everybody)
    for tenant in everybody:
        selling.connected(on, tenant, _access(f"{url}/{tenant}"), {})
    turns = PACE * seconds // len(everybody)
    quotes = {tenant: iter(selling.accepted(on, tenant, turns)) for tenant in everybody}
    backlog = selling.accepted(on, SLOW, BACKLOG)
    # The systems end before the workers, whose last calls then end as well.
    with on.working(workers, HUB_INSIDE=url), _running(on, port):
        selling.placed(on, SLOW, backlog)
        time.sleep(_FELT)
        committed = _placed_evenly(on, quotes, turns * len(everybody))
        return _told(url, {each: at for each, at in committed.items() if each[0] != SLOW})


def _access(url: str) -> Access:
    return Access(
        tenant="",
        system=selling.SYSTEM,
        adapter="generic",
        url=url,
        credentials={"secret": new_secret()},
        options={},
    )


@contextlib.contextmanager
def _running(on: Installation, port: int) -> Iterator[None]:
    command = ["-m", "benchmarks.push.receiver", str(port), SLOW, str(SECONDS)]
    with servers.started("systems", command, {}, port, on.folder / "systems.log"):
        yield


def _placed_evenly(
    on: Installation, quotes: Mapping[str, Iterator[str]], count: int
) -> dict[_Order, float]:
    """When each order was committed, by tenant and number."""
    committed: dict[_Order, float] = {}
    began = time.monotonic()
    for turn, tenant in enumerate(islice(cycle(quotes), count)):
        time.sleep(max(0.0, began + turn / PACE - time.monotonic()))
        [order], at = selling.placed(on, tenant, [next(quotes[tenant])])
        committed[tenant, order.number] = at
    took = time.monotonic() - began
    if took > count / PACE * _LATE:
        raise TooSlowError(f"{count} orders took {took:.1f} s to place")
    return committed


def _told(url: str, committed: Mapping[_Order, float]) -> Told:
    """What the systems heard of these orders, once all are there or nothing more comes."""
    until = time.monotonic() + _PATIENCE
    while True:
        said: Any = requests.get(f"{url}/told", timeout=_PATIENCE).json()
        came = [((tenant, number), at) for tenant, number, at in said["posted"]]
        times = Counter(each for each, _ in came if each in committed)
        if len(times) == len(committed) or time.monotonic() > until:
            break
        time.sleep(_STEP)
    first = dict(reversed(came))
    return Told(
        expected=len(committed),
        delays=tuple(first[each] - committed[each] for each in times),
        doubled=sum(times.values()) - len(times),
        slow_calls=said["slow_calls"],
    )
