"""Rounds of measurements: in every round every server does every work once, in turns."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks import load
from benchmarks.servers import Server

OURS = "quotewright"

_LEAST = load.CONNECTIONS
_MOST = 20_000
_CALIBRATED = 0.4
_SETTLED = 0.03


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some values, and the least and the greatest of them."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(statistics.median(values), min(values), max(values))


@dataclass(slots=True)
class Measurements:
    """Processor microseconds for one request, by work and server, one for each round."""

    taken: dict[tuple[str, str], list[float]] = field(default_factory=dict)

    def add(self, work: str, server: str, microseconds: float) -> None:
        self.taken.setdefault((work, server), []).append(microseconds)

    def cost(self, work: str, server: str) -> Spread:
        """Microseconds for one request."""
        return Spread.of(self.taken[work, server])

    def ratio(self, work: str, peer: str) -> Spread:
        """The peer's cost divided by ours, round by round."""
        pairs = zip(self.taken[work, peer], self.taken[work, OURS], strict=True)
        return Spread.of([theirs / ours for theirs, ours in pairs])


def measure(
    servers: Sequence[Server],
    requests: Mapping[str, bytes],
    rounds: int,
    seconds: float,
    tell: Callable[[str], None],
) -> Measurements:
    """Let every server do every work of `requests` for about `seconds` in each round."""
    times = {
        (work, server.name): _enough(server, request, seconds)
        for work, request in requests.items()
        for server in servers
    }
    measurements = Measurements()
    for turn in range(rounds):
        at = turn % len(servers)
        for work, request in requests.items():
            for server in (*servers[at:], *servers[:at]):
                count = times[work, server.name]
                measurements.add(work, server.name, _cost(server, request, count))
        tell(f"round {turn + 1} of {rounds}")
    return measurements


def _enough(server: Server, request: bytes, seconds: float) -> int:
    """How many requests take about `seconds`; asking warms the server up."""
    count = _LEAST
    took = load.send(server.port, request, count)
    while took < _CALIBRATED:
        count = min(count * 4, _MOST)
        took = load.send(server.port, request, count)
    return min(max(_LEAST, int(count * seconds / took)), _MOST)


def _cost(server: Server, request: bytes, count: int) -> float:
    """Processor microseconds for one of `count` requests."""
    before = server.cpu()
    load.send(server.port, request, count)
    time.sleep(_SETTLED)
    return (server.cpu() - before) / count / 1000
