"""Orders placed in a second, beside what the database alone can keep in one."""

import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg
import requests
from sqlalchemy import make_url

from benchmarks import load
from benchmarks.cash.installation import KEY, TENANT, Installation
from benchmarks.load import http_request
from engine.orders.order import OrderSearch

CLIENTS = 8
_LINES = [{"sku": "VX-2000", "quantity": 4}, {"sku": "CARE-PLUS", "quantity": 4}]
_WARM = 2 * CLIENTS
_PATIENCE = 30
_SECONDS = 2.0
_SAID = "what an order or an event of it says " * 40
_TABLES = ("bare_orders", "bare_events")


class NotPlacedError(Exception):
    """Other orders are there than were placed."""


def rate(on: Installation, processes: int, count: int) -> float:
    """Orders placed in a second over HTTP by several clients, each of another accepted quote."""
    with on.serving(processes) as server, requests.Session() as session:
        session.headers["x-api-key"] = KEY
        base = f"http://127.0.0.1:{server.port}/api/v1"
        quotes = [_accepted(session, base) for _ in range(count + _WARM)]
        asked = [_order(each) for each in quotes]
        load.send_each(server.port, asked[:_WARM], CLIENTS)
        took = load.send_each(server.port, asked[_WARM:], CLIENTS)
    with on.hub.reading(TENANT) as reading:
        found = reading.orders.search(OrderSearch(), 2 * len(quotes))
    kept = sorted(each.quote_id for each in found)
    if kept != sorted(quotes):
        raise NotPlacedError(f"{len(kept)} orders are there, {len(quotes)} were placed")
    return count / took


def _order(quote_id: str) -> bytes:
    return http_request(
        "/api/v1/orders", json.dumps({"quote_id": quote_id}).encode(), {"x-api-key": KEY}
    )


def _accepted(session: requests.Session, base: str) -> str:
    """The id of a new quote that was accepted."""

    def post(path: str, body: object) -> Any:  # noqa: ANN401 (JSON)
        answer = session.post(f"{base}{path}", json=body, timeout=_PATIENCE)
        if not answer.ok:
            raise NotPlacedError(f"{path}: {answer.status_code} {answer.text[:500]}")
        return answer.json()

    quote = post("/quotes", {"account_id": "ACME", "lines": _LINES})
    at = f"/quotes/{quote['id']}"
    if post(f"{at}/submit", {})["status"] == "in_approval":
        post(f"{at}/approve", {})
    post(f"{at}/accept", {})
    return str(quote["id"])


def bare(on: Installation) -> float:
    """Transactions of two inserts in a second; on PostgreSQL from as many clients."""
    url = make_url(on.settings["HUB_DATABASE_URL"])
    if url.get_backend_name() == "sqlite":
        return _kept(lambda: sqlite3.connect(str(url.database), isolation_level=None), "?", 1)
    host = str(url.query["host"])

    def connect() -> psycopg.Connection:
        return psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True)

    return _kept(connect, "%s", CLIENTS)


def _kept(connect: Callable[[], Any], mark: str, clients: int) -> float:
    """How many transactions a second so many clients keep."""
    with closing(connect()) as connection:
        for table in _TABLES:
            connection.execute(f"CREATE TABLE {table} (id TEXT PRIMARY KEY, said TEXT)")
    kept: list[None] = []
    until = time.monotonic() + _SECONDS

    def client() -> None:
        with closing(connect()) as connection:
            while time.monotonic() < until:
                connection.execute("BEGIN")
                for table in _TABLES:
                    said = f"INSERT INTO {table} VALUES ({mark}, {mark})"  # noqa: S608 (our own names)
                    connection.execute(said, (secrets.token_hex(16), _SAID))
                connection.execute("COMMIT")
                kept.append(None)

    running = [threading.Thread(target=client) for _ in range(clients)]
    for each in running:
        each.start()
    for each in running:
        each.join()
    return len(kept) / _SECONDS
