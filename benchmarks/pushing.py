"""`make bench`, fifth part: orders pushed to a real ERP, and how late others are while one hangs.

Both are counted by the clock, so a busy machine shows; the load is told. The pushes go to Tryton,
which is slow beside us, and a bare loop makes the same calls in the same run.
"""

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from adapters.watch import AT_ONCE
from benchmarks import postgresql
from benchmarks.cash.installation import Installation, installed
from benchmarks.figures import Figure, faults, show, write
from benchmarks.push import draining, lateness
from benchmarks.push.draining import Site
from benchmarks.push.tape import Tape
from tests.peers import tryton

RESULTS = Path(__file__).with_name("pushing.json")
WORKERS = (1, 4)
WORKERS_WHILE_ONE_HANGS = (1, 2)
_MOST_TIME = 1.15
_MOST_DELAY = 5.0
_P99 = 99


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    pushes: int
    seconds: int


def pushes(site: Site, workers: int, count: int) -> list[Figure]:
    """Orders pushed by so many workers; a half by the bare loop before, the other one after."""
    with site.on.working(workers, **site.settings) as running:
        before = site.bare(f"before-{workers}", count // 2, workers)
        ours = site.pushed(count, running)
        bare = before.and_then(site.bare(f"after-{workers}", count // 2, workers))
    name = f"Tryton, {workers} worker{'s' * (workers > 1)}"
    alone = f"{name}: the bare loop, {workers * AT_ONCE} callers"
    share = bare.rate / ours.rate
    return [
        Figure(f"{name}: pushes", "a second", ours.rate),
        Figure(alone, "a second", bare.rate),
        Figure(f"{name}: time / that of the bare loop", "", share, _MOST_TIME, at_most=True),
        Figure(f"{name}: processor time of a push", "ms", ours.cost),
        Figure(f"{name}: the same of the bare loop", "ms", bare.cost),
        Figure(f"{name}: tries in vain", "", ours.failed),
        Figure(f"{name}: orders not pushed in time", "", ours.left, 0, at_most=True),
    ]


def delays(on: Installation, workers: int, seconds: int) -> list[Figure]:
    """How late the orders of nineteen tenants are while the twentieth's system hangs."""
    told = lateness.measured(on, workers, seconds)
    name = f"One of 20 hangs, {workers} worker{'s' * (workers > 1)}"
    return [
        Figure(f"{name}: pushes of the others", "", len(told.delays)),
        Figure(f"{name}: delay, p50", "s", told.delay(50)),
        Figure(f"{name}: delay, p99", "s", told.delay(_P99), _MOST_DELAY, at_most=True),
        Figure(f"{name}: delay, longest", "s", max(told.delays)),
        *faults(f"{name}: pushes of the others", told.lost, told.doubled),
        Figure(f"{name}: calls to the system that hangs", "", told.slow_calls),
    ]


def take(
    folder: Path, sizes: Sizes, tell: Callable[[str], None], show_tape: Callable[[Tape], None]
) -> list[Figure]:
    """Everything."""
    found: list[Figure] = []
    for workers in WORKERS_WHILE_ONE_HANGS:
        with _installed(folder / f"hanging-{workers}") as on:
            found += delays(on, workers, sizes.seconds)
        tell(f"One of 20 hangs: {sizes.seconds} seconds are over, workers: {workers}")
    with _installed(folder / "pushing") as on, tryton.on_postgresql() as peer:
        site = draining.site(on, peer)
        show_tape(site.tape)
        calls = len(site.tape.calls)
        found.append(Figure("Tryton: calls of a push, ours and the bare loop's", "", calls))
        for workers in WORKERS:
            found += pushes(site, workers, sizes.pushes)
            tell(f"Tryton: {sizes.pushes} orders are pushed, workers: {workers}")
    return found


@contextlib.contextmanager
def _installed(folder: Path) -> Iterator[Installation]:
    with postgresql.started() as url, installed("PostgreSQL", url, folder) as on:
        yield on


def show_tape(tape: Tape, console: Console) -> None:
    """Print the calls of one push, with the time each took."""
    table = Table("call of a push", "times", "ms")
    for name, count in draining.counted(tape).items():
        took = sum(each.took for each in tape.calls if each.name == name)
        table.add_row(name, str(count), f"{took:.0f}")
    console.print(table)


@click.command()
@click.option("--pushes", default=32, type=click.IntRange(min=8))
@click.option("--seconds", default=40, type=click.IntRange(min=5), help="While one hangs.")
@click.option("--results", default=RESULTS, type=click.Path(path_type=Path))
def main(results: Path, **sizes: int) -> None:
    """Measure pushes to Tryton, and how late they are while somebody's system hangs."""
    console = Console(width=140)
    console.print(
        f"PostgreSQL with {', '.join(f'{each} on' for each in postgresql.KEPT)}. Tryton"
        f" {tryton.version()} runs on a PostgreSQL of its own. A worker makes {AT_ONCE} calls"
        f" at once to a system, and so does a process of the bare loop."
    )
    with tempfile.TemporaryDirectory() as folder:
        found = take(
            Path(folder), Sizes(**sizes), console.print, lambda tape: show_tape(tape, console)
        )
    show(found, console)
    write(found, sizes, results, console)


if __name__ == "__main__":
    main()
