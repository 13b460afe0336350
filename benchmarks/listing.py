"""`make bench`, fifth part: pages of 100,000 quotations, at the beginning, deep inside, at the end.

Pages are asked for over HTTP in turns, one request after the other, so a busy machine slows all
of them alike; what counts is how one page compares to another.
"""

import contextlib
import json
import os
import platform
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from rich.console import Console
from sqlalchemy import create_engine, insert, text
from sqlalchemy.pool import NullPool

from benchmarks import load, postgresql
from benchmarks.cash.installation import KEY, TENANT, Installation, installed
from benchmarks.cashing import POSTGRESQL, SQLITE
from benchmarks.figures import Figure, show
from engine.store.tables.quotes import QuoteRow
from engine.store.tables.row import table
from engine.store.tables.users import QuoteCountRow, QuoteHandlerRow

RESULTS = Path(__file__).with_name("listing.json")
BASE = "/quotation_app/api/quotations"
MANY, FEW = "vacuums", "services"
_HANDLED = 10
"""Every so many quotations has a user that handles it."""
_FEW = 1_000
_DEEP = 10_000
_SIZE = 25
_MOST_RATIO = 1.5
_AT_ONCE = 5_000
_BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
_ONE_CONNECTION = 1


def fill(on: Installation, count: int) -> None:
    """So many quotations of one line, and a few of the other, as the store keeps them."""
    engine = create_engine(on.settings["HUB_DATABASE_URL"], poolclass=NullPool)
    rows = [*_rows(MANY, count, 1), *_rows(FEW, _FEW, count + 1)]
    handled = [_handled(row) for row in rows if row["owner"]]
    counts = [
        *(_count(MANY, 0, count), _count(FEW, 0, _FEW)),
        *(_count(MANY, 1, count // _HANDLED), _count(FEW, 1, _FEW // _HANDLED)),
    ]
    with engine.begin() as connection:
        for noun, values in ((QuoteRow, rows), (QuoteHandlerRow, handled), (QuoteCountRow, counts)):
            for first in range(0, len(values), _AT_ONCE):
                connection.execute(insert(table(noun)), values[first : first + _AT_ONCE])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        vacuum = "VACUUM ANALYZE" if connection.dialect.name == "postgresql" else "ANALYZE"
        connection.execute(text(vacuum))
    engine.dispose()


def _rows(line: str, count: int, first: int) -> list[dict[str, object]]:
    return [
        {
            "tenant_id": TENANT,
            "id": f"qte_{serial:026d}",
            "number": f"Q-2020-{serial:06d}",
            "origin": "api",
            "origin_key": f"qte_{serial:026d}",
            "status": "draft",
            "created_at": _BEGAN + timedelta(minutes=serial),
            "updated_at": _BEGAN + timedelta(minutes=serial * 7919 % (10 * count)),
            "currency": "NOK",
            "account": None,
            "revision": 1,
            "title": f"Quotation {serial}",
            "opportunity_id": None,
            "product_line": line,
            "valid_until": None,
            "version": 1,
            "search": f"quotation {serial}",
            "serial": serial,
            "owner": 0 if serial % _HANDLED else 1,
            "line": line,
        }
        for serial in range(first, first + count)
    ]


def _handled(row: dict[str, object]) -> dict[str, object]:
    names = ("tenant_id", "line", "serial")
    return {"quote_id": row["id"], "member": 1, **{name: row[name] for name in names}}


def _count(line: str, member: int, total: int) -> dict[str, object]:
    return {"tenant_id": TENANT, "line": line, "member": member, "total": total}


def pages(count: int) -> dict[str, str]:
    """The pages that are compared, by what they are called; the first is the measure."""
    last = count - _SIZE
    return {
        "first page": f"{MANY}?size={_SIZE}",
        f"at offset {_DEEP:,}": f"{MANY}?size={_SIZE}&offset={_DEEP}",
        "last page": f"{MANY}?size={_SIZE}&offset={last}",
        f"first page of {_FEW:,}": f"{FEW}?size={_SIZE}",
        f"by change, at offset {_DEEP:,}": f"{MANY}?size={_SIZE}&offset={_DEEP}&sort=-updated_at",
        "by change, last page": f"{MANY}?size={_SIZE}&offset={last}&sort=-updated_at",
        "first page of a user": f"{MANY}?size={_SIZE}&userId=1",
        "last page of a user": f"{MANY}?size={_SIZE}&userId=1&offset={count // _HANDLED - _SIZE}",
    }


def compared(on: Installation, count: int, rounds: int, times: int) -> list[Figure]:
    """What each page costs, beside the first one of the same rounds."""
    asked = {name: _request(path) for name, path in pages(count).items()}
    taken: dict[str, list[float]] = {name: [] for name in asked}
    with on.serving(1) as server:
        for request in asked.values():
            load.send_each(server.port, [request] * times, _ONE_CONNECTION)
        for turn in range(rounds):
            names = list(asked)
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                took = load.send_each(server.port, [asked[name]] * times, _ONE_CONNECTION)
                taken[name].append(1000 * took / times)
    return list(_figures(on.name, taken))


def _figures(database: str, taken: dict[str, list[float]]) -> Iterator[Figure]:
    measure, *others = taken
    yield Figure(f"{database}: {measure}", "ms", statistics.median(taken[measure]))
    for name in others:
        yield Figure(f"{database}: {name}", "ms", statistics.median(taken[name]))
        pairs = zip(taken[name], taken[measure], strict=True)
        ratio = statistics.median(mine / first for mine, first in pairs)
        yield Figure(f"{database}: {name} / {measure}", "", ratio, _goal(name), at_most=True)


def _goal(name: str) -> float | None:
    """Pages of the whole line, in its own order, have one to reach."""
    return None if "user" in name or "change" in name else _MOST_RATIO


def _request(path: str) -> bytes:
    head = f"GET {BASE}/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nx-api-key: {KEY}\r\n\r\n"
    return head.encode("ascii")


@click.command()
@click.option("--count", default=100_000, type=click.IntRange(min=20_000))
@click.option("--rounds", default=8, type=click.IntRange(min=3))
@click.option("--times", default=60, type=click.IntRange(min=10), help="Requests of a round.")
@click.option("--results", default=RESULTS, type=click.Path(path_type=Path))
def main(count: int, rounds: int, times: int, results: Path) -> None:
    """Compare pages of COUNT quotations on SQLite and PostgreSQL."""
    console, found = Console(width=140), list[Figure]()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        url = stack.enter_context(postgresql.started())
        for name, address in ((SQLITE, f"sqlite:///{folder}/hub.db"), (POSTGRESQL, url)):
            on = stack.enter_context(installed(name, address, Path(folder) / name))
            fill(on, count)
            console.print(f"{name}: {count:,} quotations are there")
            found += compared(on, count, rounds, times)
    show(found, console)
    machine = {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[1], 1),
    }
    figures = [{**asdict(each), "value": round(each.value, 3)} for each in found]
    written = {"machine": machine, "count": count, "figures": figures}
    results.write_text(json.dumps(written, indent=2) + "\n")


if __name__ == "__main__":
    main()
