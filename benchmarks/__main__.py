"""`make bench`: measures this server beside its peers, prints costs and ratios."""

import contextlib
import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from benchmarks import goals, quotes, servers, verdict
from benchmarks.goals import Result
from benchmarks.load import http_request
from benchmarks.measuring import OURS, Measurements, Spread, measure
from benchmarks.peers.caller import token
from benchmarks.peers.work import BASE
from benchmarks.servers import Server
from connector.cli import demo
from engine.hub import Hub
from engine.kernel.clock import SystemClock
from engine.tenants.secrets import KeyRing, new_key

RESULTS = Path(__file__).with_name("results.json")
_TOKEN_SECONDS = 3600


def _start(stack: contextlib.ExitStack, folder: Path) -> list[Server]:
    """Our server on a database of its own, then the peers beside it."""
    port = servers.free_port()
    settings = {
        "HUB_DEMO": "1",
        "HUB_DATA": str(folder),
        "HUB_DATABASE_URL": f"sqlite:///{folder}/hub.sqlite3",
        "HUB_HOST": "127.0.0.1",
        "HUB_WORKERS": "1",
        "HUB_RATE_LIMIT": "0",
        "HUB_LOG_LEVEL": "warning",
        "PORT": str(port),
    }
    _prepare(folder / "hub.sqlite3")
    log = folder / "ours.log"
    running = [stack.enter_context(servers.started(OURS, ["app.py", "run"], settings, port, log))]
    for name in goals.PEERS:
        port = servers.free_port()
        command = ["-m", "benchmarks.peers", name, f"{folder}/hub.sqlite3", str(port)]
        log = folder / f"{name}.log"
        running.append(stack.enter_context(servers.started(name, command, {}, port, log)))
    return running


def _prepare(database: Path) -> None:
    """The demo's data without promotions, which the peers know nothing of."""
    with contextlib.closing(Hub(f"sqlite:///{database}", clock=SystemClock())) as hub:
        hub.migrate()
        key = new_key()
        (database.parent / "secret.key").write_text(key)  # where the demo keeps its own
        demo.seed(hub, KeyRing.read(key))
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM rules WHERE kind = 'promotion'")


def _check(running: Sequence[Server], works: Mapping[str, tuple[str, bytes]], caller: str) -> None:
    """Everybody but the echo answers the same to every work."""
    for operation, body in works.values():
        answers = {
            server.name: verdict.ask(
                f"http://127.0.0.1:{server.port}{BASE}/{operation}", caller, body
            )
            for server in running
            if server.name != "echo"
        }
        verdict.compare(answers)


def _results(taken: Measurements, works: Sequence[str]) -> list[Result]:
    return [
        Result(work, peer, round(taken.ratio(work, peer).median, 3), goals.goal(work, peer))
        for work in works
        for peer in goals.PEERS
    ]


def _show(taken: Measurements, results: Sequence[Result], console: Console) -> None:
    table = Table("work", "server", "µs/request", "least..most", "ratio", "least..most", "goal")
    table.columns[0].no_wrap = table.columns[1].no_wrap = True
    for column in table.columns[2:]:
        column.justify = "right"
    for work in dict.fromkeys(result.work for result in results):
        table.add_row(work, OURS, *_written(taken.cost(work, OURS), ",.0f"))
        for result in (each for each in results if each.work == work):
            costs = _written(taken.cost(work, result.against), ",.0f")
            ratios = _written(taken.ratio(work, result.against), ".2f")
            table.add_row("", result.against, *costs, *ratios, _reached(result))
        table.add_section()
    console.print(table)


def _written(spread: Spread, form: str) -> tuple[str, str]:
    return f"{spread.median:{form}}", f"{spread.least:{form}}..{spread.most:{form}}"


def _reached(result: Result) -> str:
    if result.goal is None:
        return ""
    return f"{result.goal} {'reached' if result.ratio >= result.goal else 'MISSED'}"


@click.command()
@click.option("--rounds", envvar="BENCH_ROUNDS", default=5, type=click.IntRange(min=3))
@click.option("--seconds", envvar="BENCH_SECONDS", default=1.5, type=click.FloatRange(min=0.1))
@click.option("--results", default=RESULTS, type=click.Path(path_type=Path))
def main(rounds: int, seconds: float, results: Path) -> None:
    """Measure for ROUNDS rounds, about SECONDS for each server and work in a round."""
    console = Console(width=140)
    works = quotes.works()
    caller = f"Bearer {token(_TOKEN_SECONDS)}"
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        running = _start(stack, Path(folder))
        _check(running, works, caller)
        sizes = ", ".join(f"{len(body):,}" for _, body in works.values())
        console.print(f"All servers answer the same; bodies have {sizes} bytes.")
        requests = {
            work: http_request(f"{BASE}/{operation}", body, {"Authorization": caller})
            for work, (operation, body) in works.items()
        }
        taken = measure(running, requests, rounds, seconds, console.print)
    found = _results(taken, list(works))
    goals.write(found, results)
    _show(taken, found, console)


if __name__ == "__main__":
    main()
