"""What the billing systems of the tests have in common, and a wire that loses answers."""

import http.client
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from adapters.http import Guard

_ENCODE = msgspec.json.Encoder(decimal_format="number").encode


def guard_for(port: int, seconds: float = 5.0) -> Guard:
    """One that lets calls to this machine at that port through."""
    return Guard(seconds=seconds, largest=200_000, plain=frozenset({("127.0.0.1", port)}))


@dataclass(frozen=True, slots=True)
class Asked:
    """One request; the path in its parts, names in lower case in the headers."""

    method: str
    path: tuple[str, ...]
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def what(self) -> str:
        return f"{self.method} /{'/'.join(self.path)}"


class Reply(Exception):
    """An answer."""

    def __init__(self, status: int, body: object = None, **headers: str) -> None:
        super().__init__(status)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.body = body if isinstance(body, bytes) else _ENCODE(body)


class _Server:
    """Serves on this machine at a free port, until it is closed."""

    def __init__(self) -> None:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 5

            def handle_one_request(self) -> None:
                with suppress(OSError):
                    super().handle_one_request()

            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                outer.serve(self, self.rfile.read(length))

            do_GET = do_POST = do_DELETE = answer  # noqa: N815 (the library calls them so)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (as above)
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self._server.server_address[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.address[1]}"

    def serve(self, caller: BaseHTTPRequestHandler, body: bytes) -> None:
        raise NotImplementedError

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def send(caller: BaseHTTPRequestHandler, reply: Reply) -> None:
    caller.send_response(reply.status)
    headers = {"Content-Type": "application/json", **reply.headers}
    for name, value in headers.items():
        caller.send_header(name, value)
    caller.send_header("Content-Length", str(len(reply.body)))
    caller.end_headers()
    caller.wfile.write(reply.body)


class Stub(_Server):
    """Answers requests one at a time; `faults` by `what` come instead of the usual answers."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.faults: dict[str, list[Reply]] = {}
        self._lock = threading.Lock()
        super().__init__()

    def serve(self, caller: BaseHTTPRequestHandler, body: bytes) -> None:
        parts = urlsplit(caller.path)
        asked = Asked(
            caller.command,
            tuple(unquote(each) for each in parts.path.strip("/").split("/")),
            dict(parse_qsl(parts.query)),
            {name.lower(): value for name, value in caller.headers.items()},
            body,
        )
        with self._lock:
            self.asked.append(asked)
            try:
                faults = self.faults.get(asked.what)
                reply = faults.pop(0) if faults else self.answer(asked)
            except Reply as raised:
                reply = raised
        send(caller, reply)

    def answer(self, asked: Asked) -> Reply:
        raise NotImplementedError

    def count(self, what: str) -> int:
        """How often something was asked."""
        return sum(each.what == what for each in self.asked)


@dataclass
class Loss:
    """Which of the calls that write loses its answer; the first is 1, none is 0."""

    at: int = 0
    seen: list[str] = field(default_factory=list)


class Wire(_Server):
    """Stands before a system, and may lose an answer after the system has done its work."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self.loss = Loss()
        super().__init__()

    def serve(self, caller: BaseHTTPRequestHandler, body: bytes) -> None:
        connection = http.client.HTTPConnection(*self._to, timeout=20)
        headers = {name: value for name, value in caller.headers.items() if name != "Host"}
        connection.request(caller.command, caller.path, body, headers)
        answer = connection.getresponse()
        found: Any = Reply(answer.status, answer.read())
        connection.close()
        if caller.command != "GET" and not caller.path.startswith("/login"):
            self.loss.seen.append(f"{caller.command} {caller.path}")
            if len(self.loss.seen) == self.loss.at:
                caller.close_connection = True
                return
        found.headers = {"Content-Type": answer.headers.get("Content-Type", "text/plain")}
        send(caller, found)
