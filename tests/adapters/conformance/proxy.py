"""Stands between an adapter and its peer, passes calls on, and spoils answers as it is told."""

import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_HOP = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive"})
_PART = b"x" * 65_536
_TEN_GIGABYTES = 10_000_000_000
HTML = b"<!doctype html><title>Sign in</title><h1>Please sign in</h1>"


@dataclass(slots=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes = field(repr=False)


Spoil = Callable[["_Handler", Answer | None], None]
"""What is done instead of answering; with the peer's answer where the call was passed on."""


class Proxy:
    """A proxy on this machine; `calls` are the methods and paths that came by."""

    def __init__(self, peer: tuple[str, int]) -> None:
        self.calls: list[tuple[str, str]] = []
        self.sent = 0
        self._peer = peer
        self._spoil: Callable[[int], tuple[Spoil, bool] | None] = lambda _: None
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy = self
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def lose(self, number: int, spoil: Spoil) -> None:
        """Pass on all calls from now, and spoil the answer of the one with this number, from 0."""
        self.calls.clear()
        self._spoil = lambda at: (spoil, True) if at == number else None

    def refuse(self, number: int, spoil: Spoil) -> None:
        """Do not pass on the call with this number."""
        self.calls.clear()
        self._spoil = lambda at: (spoil, False) if at == number else None

    def always(self, spoil: Spoil, *, passing: bool = False) -> None:
        """Do this with every call."""
        self._spoil = lambda _: (spoil, passing)

    def behave(self) -> None:
        self.calls.clear()
        self._spoil = lambda _: None

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        with self._lock:
            still_open = list(self._open)
        for each in still_open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._server.server_close()

    def opened(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)

    def turn(self, method: str, path: str) -> tuple[Spoil, bool] | None:
        with self._lock:
            self.calls.append((method, path))
            return self._spoil(len(self.calls) - 1)

    def passed(self, handler: "_Handler", body: bytes) -> Answer:
        connection = HTTPConnection(*self._peer, timeout=60)
        try:
            head = {
                name: value
                for name, value in handler.headers.items()
                if name.lower() not in _HOP | {"host"}
            }
            connection.request(handler.command, handler.path, body or None, head)
            answer = connection.getresponse()
            kept = [
                (name, value) for name, value in answer.getheaders() if name.lower() not in _HOP
            ]
            return Answer(answer.status, kept, answer.read())
        finally:
            connection.close()


class _Server(ThreadingHTTPServer):
    proxy: Proxy
    block_on_close = True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.proxy.opened(self.connection)

    def finish(self) -> None:
        self.server.proxy.closed(self.connection)
        with suppress(OSError):
            super().finish()

    def handle(self) -> None:
        with suppress(OSError):
            super().handle()

    def _do(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        proxy = self.server.proxy
        spoiled = proxy.turn(self.command, self.path)
        if spoiled is None:
            self.say(proxy.passed(self, body))
            return
        spoil, passing = spoiled
        spoil(self, proxy.passed(self, body) if passing else None)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _do  # noqa: N815 (the library's names)

    def say(self, answer: Answer, length: int | None = None) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status != 204:
            said = len(answer.body) if length is None else length
            self.send_header("Content-Length", str(said))
        self.end_headers()
        self.wfile.write(answer.body)


def closed(handler: _Handler, _: Answer | None) -> None:
    """The connection ends without a word."""
    handler.close_connection = True


def gateway(handler: _Handler, _: Answer | None) -> None:
    """What a proxy says that has waited too long."""
    handler.say(Answer(504, [("Content-Type", "text/html")], HTML))


def html(handler: _Handler, _: Answer | None) -> None:
    """A page for people, with a status that says all is well."""
    handler.say(Answer(200, [("Content-Type", "text/html")], HTML))


def broken(handler: _Handler, answer: Answer | None) -> None:
    """The connection ends in the middle of the answer."""
    whole = answer or Answer(200, [], HTML)
    half = Answer(whole.status, whole.headers, whole.body[: len(whole.body) // 2])
    handler.say(half, length=len(whole.body) + 1)
    handler.close_connection = True


def moved(handler: _Handler, _: Answer | None) -> None:
    """It is said to be elsewhere."""
    handler.say(Answer(302, [("Location", "http://127.0.0.1:9/")], b""))


def endless(handler: _Handler, _: Answer | None) -> None:
    """Ten gigabytes, as long as somebody takes them."""
    handler.say(Answer(200, [("Content-Type", "application/json")], b""), length=_TEN_GIGABYTES)
    handler.close_connection = True
    with suppress(OSError):
        while handler.server.proxy.sent < _TEN_GIGABYTES:
            handler.wfile.write(_PART)
            handler.server.proxy.sent += len(_PART)


def dripping(handler: _Handler, _: Answer | None) -> None:
    """A byte now and then, as long as somebody waits for them."""
    handler.say(Answer(200, [("Content-Type", "application/json")], b"["), length=_TEN_GIGABYTES)
    handler.close_connection = True
    pause = threading.Event()
    with suppress(OSError):
        while not pause.wait(0.05):
            handler.wfile.write(b" ")


def with_floats(handler: _Handler, answer: Answer | None) -> None:
    """Amounts that are texts become numbers, as if they were binary fractions."""
    if answer is None:
        raise AssertionError("there is no answer to spoil")
    text = re.sub(rb'"(-?\d+\.\d+)"', rb"\1", answer.body)
    handler.say(Answer(answer.status, answer.headers, text))
