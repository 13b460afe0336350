"""The calls of one push, written down on their way to the system.

What is the order's own in them, its number and what the system calls it, is put in anew for
every order that is pushed by repeating them.
"""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

_HOP = frozenset({"connection", "content-length", "host", "keep-alive", "transfer-encoding"})
_PATIENCE = 60
_PACKED = frozenset({"d", "o"})
"""Parameters that are JSON in base64."""
_RESOURCE = "/sale.sale/"


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was made, and the milliseconds it took."""

    method: str
    path: str
    headers: dict[str, str]
    body: str
    took: float

    @property
    def name(self) -> str:
        """What is asked, without whom and how."""
        told = self.path.partition("?")[0].partition("/rest/model/")[2].split("/")
        return f"{self.method} {told[0]} {' '.join(told[2:])}".strip()


@dataclass(frozen=True, slots=True)
class Tape:
    """The calls of the push of one order to the system at `address`."""

    address: str
    number: str
    reference: str
    calls: tuple[Call, ...]

    def write(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self)))

    @classmethod
    def read(cls, file: Path) -> "Tape":
        said = json.loads(file.read_text())
        calls = tuple(Call(**each) for each in said.pop("calls"))
        return cls(**said, calls=calls)

    def path(self, call: Call, number: str, reference: str) -> str:
        """A call's path and query for another order."""
        path, _, query = call.path.partition("?")
        path = path.replace(f"{_RESOURCE}{self.reference}", f"{_RESOURCE}{reference}")
        pairs = [
            (name, self._packed(value, number) if name in _PACKED else value)
            for name, value in parse_qsl(query)
        ]
        return f"{path}?{urlencode(pairs)}"

    def body(self, call: Call, number: str) -> bytes | None:
        """A call's body for another order."""
        return call.body.replace(self.number, number).encode() or None

    def _packed(self, value: str, number: str) -> str:
        text = base64.urlsafe_b64decode(value).replace(self.number.encode(), number.encode())
        return base64.urlsafe_b64encode(text).decode()


class Recorder:
    """Stands before a system, hands every call on, and keeps it."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.calls: list[Call] = []


@contextmanager
def recording(host: str, port: int) -> Iterator[tuple[Recorder, str]]:
    """A recorder and its own address, until the block ends."""
    recorder = Recorder(host, port)
    handler = type("Handler", (_Handler,), {"recorder": recorder})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield recorder, f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    recorder: Recorder

    def handle(self) -> None:
        with suppress(OSError):
            super().handle()

    def log_message(self, *_: object) -> None:
        """Nothing is said of single calls."""

    def _do(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
        connection = HTTPConnection(self.recorder.host, self.recorder.port, timeout=_PATIENCE)
        began = time.perf_counter()
        connection.request(self.command, self.path, body or None, headers)
        answer = connection.getresponse()
        said = answer.read()
        took = (time.perf_counter() - began) * 1_000
        connection.close()
        self.recorder.calls.append(Call(self.command, self.path, headers, body.decode(), took))
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST = _do  # noqa: N815 (the library's names)
