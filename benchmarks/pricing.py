"""`make bench`, second part: prices and quotes over HTTP, beside the engine alone and Tryton.

Every figure is processor time of the server, for one request or for one line of it.
"""

import contextlib
import gc
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import click
import requests
from rich.console import Console
from rich.table import Table

from benchmarks import basket, load, postgresql, servers, tryton
from benchmarks.servers import Server
from connector.files.reading import read_bytes
from engine.hub import Hub
from engine.kernel.clock import SystemClock
from engine.pricing.line import Ask
from engine.services import keys, tenancy
from engine.services.importing import import_catalogue
from engine.services.pricing import PriceBasket, price_basket
from engine.tenants.secrets import KeyRing, new_key
from engine.tenants.tenant import SignIn

RESULTS = Path(__file__).with_name("pricing.json")
SIZES = (1, 20, 100, 200, 1_000)
QUOTED = 20
SQLITE, POSTGRESQL, ENGINE = "SQLite", "PostgreSQL", "engine alone"
_SAME = Decimal("0.0001")
_SETTLED = 0.03
_ENGINE_ROUNDS = 5
_FEWER_COLLECTIONS = (50_000, 20, 50)
"""As the server sets them."""


class DifferentError(Exception):
    """Two servers priced differently, so their costs cannot be compared."""


@dataclass(frozen=True, slots=True)
class Ours:
    """One of our servers, the tenant's key and its database."""

    server: Server
    key: str
    hub: Hub


@dataclass(frozen=True, slots=True)
class Goal:
    """What a measured ratio has to reach: at least, or at most, `limit`; None for no goal."""

    name: str
    value: float
    limit: float | None = None
    at_most: bool = False

    @property
    def is_reached(self) -> bool:
        if self.limit is None:
            return True
        return self.value <= self.limit if self.at_most else self.value >= self.limit


@contextlib.contextmanager
def ours(folder: Path, url: str) -> Iterator[Ours]:
    """Our server on a database with the basket's catalogue, until the block ends."""
    folder.mkdir()
    key = new_key()
    with contextlib.closing(Hub(url, clock=SystemClock())) as hub:
        hub.migrate()
        with hub.administration() as administration:
            ring = KeyRing.read(key)
            tenancy.create_tenant(administration, basket.TENANT, SignIn.SHARED_SECRET, ring)
            made = keys.create(administration, basket.TENANT, "bench", hub.clock)
        with hub.unit_of_work(basket.TENANT) as uow:
            import_catalogue(uow, read_bytes(basket.catalogue(), "catalogue.json"))
        port = servers.free_port()
        settings = {
            "HUB_DATA": str(folder),
            "HUB_DATABASE_URL": url,
            "HUB_HOST": "127.0.0.1",
            "HUB_WORKERS": "1",
            "HUB_RATE_LIMIT": "0",
            "HUB_LOG_LEVEL": "warning",
            "HUB_SECRET_KEY": key,
            "PORT": str(port),
        }
        log = folder / "server.log"
        with servers.started("ours", ["app.py", "serve"], settings, port, log) as server:
            yield Ours(server, made.text, hub)


def measured(work: Callable[[], None], clock: Callable[[], int], rounds: int) -> float:
    """The median of what `work` costs by `clock`, in nanoseconds; it was done once before."""
    work()
    taken = []
    for _ in range(rounds):
        before = clock()
        work()
        time.sleep(_SETTLED)
        taken.append(clock() - before)
    return statistics.median(taken)


def over_http(server: Server, request: bytes, rounds: int, seconds: float) -> float:
    """Processor microseconds for one request."""
    took = load.send(server.port, request, load.CONNECTIONS)
    took = load.send(server.port, request, load.CONNECTIONS) / load.CONNECTIONS
    times = max(load.CONNECTIONS, min(5_000, int(seconds / took)))
    cost = measured(lambda: _send(server, request, times), server.cpu, rounds)
    return cost / times / 1_000


def _send(server: Server, request: bytes, times: int) -> None:
    load.send(server.port, request, times)


def in_engine(hub: Hub, lines: int) -> float:
    """Processor microseconds for pricing so many lines without any server.

    As in the server, what is there already is not collected again and again.
    """
    data = hub.snapshot(basket.TENANT, 0)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_FEWER_COLLECTIONS)
    asks = tuple(
        Ask(sku=line["sku"], quantity=Decimal(line["quantity"])) for line in basket.lines(lines)
    )
    command = PriceBasket(asks=asks, account_id=basket.ACCOUNT)
    times = max(1, 2_000 // lines)

    def work() -> None:
        for _ in range(times):
            price_basket(data, date(2026, 11, 21), command)

    return measured(work, time.process_time_ns, _ENGINE_ROUNDS) / times / 1_000


def request(path: str, key: str, body: bytes) -> bytes:
    """A POST with a key as it goes over the wire."""
    return load.http_request(path, body, {"x-api-key": key})


def check(mine: Ours, peer: Server) -> None:
    """Both come to the same unit prices."""
    body = basket.body(200)
    told = requests.post(
        f"http://127.0.0.1:{mine.server.port}/api/v1/pricing",
        data=body,
        headers={"x-api-key": mine.key, "content-type": "application/json"},
        timeout=60,
    ).json(parse_float=Decimal, parse_int=Decimal)
    theirs = requests.post(
        f"http://127.0.0.1:{peer.port}{tryton.PATH}", data=body, timeout=60
    ).json()
    for line, price in zip(told["lines"], theirs, strict=True):
        if abs(line["net_unit_price"] - Decimal(price)) > _SAME:
            raise DifferentError(f"{line['sku']}: {line['net_unit_price']} here, {price} there")


def take(folder: Path, rounds: int, seconds: float, tell: Callable[[str], None]) -> "Costs":
    """Every cost in microseconds, by work and by who did it."""
    costs: Costs = {}
    with contextlib.ExitStack() as stack:
        here = stack.enter_context(ours(folder / "sqlite", f"sqlite:///{folder}/hub.db"))
        url = stack.enter_context(postgresql.started())
        there = stack.enter_context(ours(folder / "postgresql", url))
        peer = stack.enter_context(tryton.started(folder))
        check(here, peer)
        tell(f"Both come to the same unit prices in {basket.PRODUCTS:,} products.")
        for size in SIZES:
            body = basket.body(size)
            asked = request("/api/v1/pricing", here.key, body)
            costs[f"POST /pricing, {size} lines"] = {
                SQLITE: over_http(here.server, asked, rounds, seconds),
                ENGINE: in_engine(here.hub, size),
                tryton.NAME: over_http(peer, request(tryton.PATH, "", body), rounds, seconds),
            }
            tell(f"{size} lines are priced")
        body = basket.body(QUOTED)
        costs[f"POST /quotes, {QUOTED} lines"] = {
            name: over_http(mine.server, request("/api/v1/quotes", mine.key, body), rounds, seconds)
            for name, mine in ((SQLITE, here), (POSTGRESQL, there))
        }
    return costs


Costs = dict[str, dict[str, float]]


def goals(costs: Costs) -> list[Goal]:
    """What the costs come to, and what they should."""

    def a_line(size: int, who: str) -> float:
        return costs[f"POST /pricing, {size} lines"][who] / size

    here, there, alone = a_line(200, SQLITE), a_line(200, tryton.NAME), a_line(200, ENGINE)
    hundred, thousand = a_line(100, SQLITE), a_line(1_000, SQLITE)
    hundred_alone, thousand_alone = a_line(100, ENGINE), a_line(1_000, ENGINE)
    one_by_one = a_line(1, tryton.NAME)
    return [
        Goal("Tryton asked line by line / ours, a line of 200", one_by_one / here, 20),
        Goal("Tryton asked for all at once / ours, a line of 200", there / here),
        Goal("a line of 1,000 / a line of 100, over HTTP", thousand / hundred, 1.15, at_most=True),
        Goal(
            "a line of 1,000 / a line of 100, in the engine",
            thousand_alone / hundred_alone,
            1.15,
            at_most=True,
        ),
        Goal("HTTP / engine alone, 200 lines", here / alone, 3, at_most=True),
    ]


def show(costs: Costs, reached: list[Goal], console: Console) -> None:
    """Print the costs and the goals."""
    table = Table("work", "by", "µs/request")
    table.columns[2].justify = "right"
    for work, by in costs.items():
        for who, cost in by.items():
            table.add_row(work, who, f"{cost:,.0f}")
        table.add_section()
    console.print(table)
    ratios = Table("ratio", "measured", "goal")
    for each in reached:
        bound = "at most" if each.at_most else "at least"
        verdict = "reached" if each.is_reached else "MISSED"
        goal = "" if each.limit is None else f"{bound} {each.limit} {verdict}"
        ratios.add_row(each.name, f"{each.value:.2f}", goal)
    console.print(ratios)


@click.command()
@click.option("--rounds", envvar="BENCH_ROUNDS", default=5, type=click.IntRange(min=3))
@click.option("--seconds", envvar="BENCH_SECONDS", default=1.5, type=click.FloatRange(min=0.1))
@click.option("--results", default=RESULTS, type=click.Path(path_type=Path))
def main(rounds: int, seconds: float, results: Path) -> None:
    """Measure for ROUNDS rounds, about SECONDS for each server and work in a round."""
    console = Console(width=140)
    with tempfile.TemporaryDirectory() as folder:
        costs = take(Path(folder), rounds, seconds, console.print)
    reached = goals(costs)
    rounded = {work: {who: round(cost) for who, cost in by.items()} for work, by in costs.items()}
    ratios = [
        {
            "ratio": each.name,
            "measured": round(each.value, 2),
            "goal": each.limit,
            "at_most": each.at_most,
        }
        for each in reached
    ]
    written = {"microseconds": rounded, "ratios": ratios}
    results.write_text(json.dumps(written, indent=2) + "\n")
    show(costs, reached, console)


if __name__ == "__main__":
    main()
