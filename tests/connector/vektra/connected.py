"""What the tests of connections do again and again."""

import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sqlalchemy import MetaData, create_engine, select
from sqlalchemy.pool import NullPool

from adapters.systems import Systems, inside
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.ports.ports import Ports
from tests.adapters.erp.tryton.stub import TrytonStub
from tests.connector.superoffice.conftest import KEYRING
from tests.connector.vektra.conftest import NOW, Caller
from tests.connector.vektra.quotes import act, make

Json = dict[str, Any]
SYSTEM = "ERP-MFG"
PATH = f"/connections/{SYSTEM}"
UNITS = {"sku": "VX-2000", "quantity": 4, "unit_price": 10000.01}
HOSE = {"sku": "VX-HOS-50", "quantity": 3, "unit_price": 9.5}
"""Which Tryton has under another name."""
PATIENCE = 10


@contextmanager
def peered(database_url: str, *urls: str) -> Iterator[Hub]:
    """A hub that may call systems at `urls` on this machine, as an operator allows it."""
    ports = Ports(adapters=Systems(inside(urls)))
    with closing(Hub(database_url, clock=FixedClock(NOW), keyring=KEYRING, ports=ports)) as hub:
        yield hub


def url_of(peer: Any) -> str:  # noqa: ANN401 (any peer)
    host, port = peer.address
    return f"http://{host}:{port}"


def new(tryton: TrytonStub, **members: object) -> Json:
    """The body that connects a peer as the factory's system."""
    access = tryton.access(url_of(tryton))
    return {
        "system": SYSTEM,
        "kind": "erp",
        "adapter": access.adapter,
        "url": access.url,
        "credentials": dict(access.credentials),
        "options": dict(access.options),
        **members,
    }


def connect(caller: Caller, tryton: TrytonStub, **members: object) -> Json:
    """The peer, connected, with the names that the demo's goods need."""
    made = caller.post("/connections", new(tryton, **members), 201)
    name(caller, "unit", {"pcs": "u"})
    name(caller, "customer", {"ACME": "superoffice:contact:4711"})
    return made


def name(caller: Caller, table: str, names: Json, status: int = 200) -> Json:
    return patch(caller, f"{PATH}/names/{table}", {"names": names}, status)


def patch(caller: Caller, path: str, body: Json, status: int = 200) -> Json:
    answer = caller.send("PATCH", path, body)
    assert answer.status_code == status, answer.text
    read: Json = answer.json()
    return read


def got(caller: Caller, path: str, status: int = 200) -> Json:
    answer = caller.send("GET", path)
    assert answer.status_code == status, answer.text
    read: Json = answer.json()
    return read


def placed(caller: Caller, *lines: Json) -> Json:
    """An order in EUR."""
    quote = make(caller, *lines, currency="EUR")
    if act(caller, quote, "submit")["status"] == "in_approval":
        act(caller, quote, "approve")
    act(caller, quote, "accept")
    return caller.post("/orders", {"quote_id": quote["id"]}, 201)


def everything_kept(database_url: str) -> str:
    """Every cell of every table, as text."""
    engine = create_engine(database_url, poolclass=NullPool)
    metadata = MetaData()
    with engine.connect() as connection:
        metadata.reflect(connection)
        cells = [
            cell if isinstance(cell, str) else json.dumps(cell, default=str)
            for table in metadata.sorted_tables
            for row in connection.execute(select(table))
            for cell in row
        ]
    return "\n".join(cells)


class Door(ThreadingHTTPServer):
    """A server that says what it was sent, and lets nobody in; it may keep callers waiting."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Echo)
        self.came, self.open = threading.Event(), threading.Event()
        self.address = ("127.0.0.1", int(self.server_address[1]))


class _Echo(BaseHTTPRequestHandler):
    server: Door

    def do_GET(self) -> None:
        self.server.came.set()
        self.server.open.wait(PATIENCE)
        told = f"nobody knows {self.headers['Authorization']}".encode()
        self.send_response_only(401)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    do_POST = do_GET  # noqa: N815 (the library's names)


@contextmanager
def running(server: ThreadingHTTPServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE)
