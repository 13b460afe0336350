"""`make bench`, fourth part: orders placed, deliveries made, and how late they are.

Orders and deliveries are counted by the clock, so a busy machine shows; the load is told, and
what the libraries below do alone is measured beside it in the same run.
"""

import contextlib
import statistics
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console

from benchmarks import postgresql
from benchmarks.cash import delivering, placing
from benchmarks.cash.delivering import MILLISECONDS, Receiver, Told
from benchmarks.cash.installation import Installation, installed
from benchmarks.figures import Figure, faults, show, write
from connector.worker.loop import SLOTS

RESULTS = Path(__file__).with_name("cashing.json")
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
PROCESSES = {SQLITE: 1, POSTGRESQL: 2}
_LEAST_RATE = 300
_MOST_AGE = 2.0
_PACE = 50
_P99 = 99


def orders(on: Installation, count: int) -> list[Figure]:
    """Orders placed over HTTP, beside transactions of two inserts."""
    processes = PROCESSES[on.name]
    placed, bare = placing.rate(on, processes, count), placing.bare(on)
    return [
        Figure(f"{on.name}: orders placed, {processes} serving", "a second", placed),
        Figure(f"{on.name}: bare transactions of two inserts", "a second", bare),
        Figure(f"{on.name}: bare transactions / orders", "", bare / placed),
    ]


def deliveries(on: Installation, receiver: Receiver, count: int, rounds: int) -> list[Figure]:
    """Deliveries of a backlog, beside what the HTTP library does alone."""
    processes = PROCESSES[on.name]
    made: list[Told] = []
    alone: list[Told] = []
    subscription = delivering.subscribed(on, receiver)
    with on.working(processes, **receiver.settings):
        for _ in range(rounds):
            made.append(delivering.backlog(on, receiver, subscription, count))
            alone.append(delivering.library_alone(receiver, on.folder, processes, count))
    rate, bound = (statistics.median(each.rate for each in told) for told in (made, alone))
    share = statistics.median(a.rate / b.rate for a, b in zip(made, alone, strict=True))
    workers = f"{processes} worker{'s' * (processes > 1)}"
    return [
        Figure(f"{on.name}: deliveries, {workers}", "a second", rate, _goal(on, _LEAST_RATE)),
        *_faults(f"{on.name}: deliveries", made),
        Figure(f"{on.name}: the HTTP library alone", "a second", bound),
        Figure(f"{on.name}: deliveries / the HTTP library alone", "", share),
    ]


def ages(on: Installation, receiver: Receiver, seconds: int) -> list[Figure]:
    """How old events are when they arrive, at an even pace."""
    with on.working(PROCESSES[on.name], **receiver.settings):
        told = delivering.stream(on, receiver, _PACE, seconds)
    name = f"{on.name}: age at {_PACE} events a second"
    return [
        Figure(f"{name}, p50", "s", told.age(50)),
        Figure(f"{name}, p99", "s", told.age(_P99), _MOST_AGE, at_most=True),
        *_faults(name, [told]),
    ]


def _goal(on: Installation, goal: float) -> float | None:
    return goal if on.name == POSTGRESQL else None


def _faults(name: str, told: Sequence[Told]) -> list[Figure]:
    return faults(name, sum(each.lost for each in told), sum(each.doubled for each in told))


def take(folder: Path, sizes: "Sizes", tell: Callable[[str], None]) -> list[Figure]:
    """Everything, on both databases."""
    found: list[Figure] = []
    with contextlib.ExitStack() as stack:
        receiver = stack.enter_context(delivering.receiving(folder))
        url = stack.enter_context(postgresql.started())
        for name, address in ((SQLITE, f"sqlite:///{folder}/hub.db"), (POSTGRESQL, url)):
            on = stack.enter_context(installed(name, address, folder / name))
            found += orders(on, sizes.orders)
            tell(f"{name}: {sizes.orders} orders are placed")
            found += deliveries(on, receiver, sizes.events, sizes.rounds)
            tell(f"{name}: {sizes.rounds} times {sizes.events:,} events are delivered")
        found += ages(on, receiver, sizes.seconds)
    return found


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    orders: int
    events: int
    rounds: int
    seconds: int


@click.command()
@click.option("--orders", default=200, type=click.IntRange(min=50))
@click.option("--events", default=3_000, type=click.IntRange(min=500))
@click.option("--rounds", default=3, type=click.IntRange(min=1))
@click.option("--seconds", default=60, type=click.IntRange(min=5), help="Of events at a pace.")
@click.option("--results", default=RESULTS, type=click.Path(path_type=Path))
def main(results: Path, **sizes: int) -> None:
    """Measure orders and deliveries on SQLite and PostgreSQL."""
    console = Console(width=140)
    console.print(
        f"PostgreSQL with {', '.join(f'{each} on' for each in postgresql.KEPT)}; SQLite with "
        f"synchronous = FULL. The receiver takes {MILLISECONDS} ms for each message; a worker "
        f"has {SLOTS} threads."
    )
    with tempfile.TemporaryDirectory() as folder:
        found = take(Path(folder), Sizes(**sizes), console.print)
    show(found, console)
    write(found, sizes, results, console)


if __name__ == "__main__":
    main()
