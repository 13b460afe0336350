"""The load: a number of requests over a few kept connections, each sent when one was answered."""

import asyncio
import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

CONNECTIONS = 4
_HOST = "127.0.0.1"
_PATIENCE = 120


class LoadError(Exception):
    """A server did not answer as it has to."""


@dataclass(slots=True)
class _Work:
    requests: Iterator[bytes]
    to_come: int
    done: asyncio.Future[None]

    def next(self) -> bytes | None:
        """The next request, or None when all are under way."""
        return next(self.requests, None)

    def answered(self) -> None:
        self.to_come -= 1
        if not self.to_come and not self.done.done():
            self.done.set_result(None)

    def fail(self, why: str) -> None:
        if not self.done.done():
            self.done.set_exception(LoadError(why))


class _Connection(asyncio.Protocol):
    """One kept connection. Answers say their length and have status 200 or 201."""

    def __init__(self, work: _Work) -> None:
        self._work = work
        self._head = b""
        self._left = 0
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.WriteTransport):
            self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        if self._left:
            self._left -= len(data)
        else:
            self._head += data
            head, blank, content = self._head.partition(b"\r\n\r\n")
            if not blank:
                return
            self._left = self._length(head) - len(content)
            self._head = b""
        if not self._left:
            self._work.answered()
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        self._work.fail(f"the connection was closed: {exc}")

    def _length(self, head: bytes) -> int:
        first, *headers = head.split(b"\r\n")
        named = dict(header.lower().split(b": ", 1) for header in headers)
        if first.split(b" ")[1:2] not in ([b"200"], [b"201"]) or b"content-length" not in named:
            self._work.fail(head.decode("latin-1") + repr(self._head[-2000:]))
            return 0
        return int(named[b"content-length"])

    def _send(self) -> None:
        request = self._work.next()
        if self._transport is not None and request is not None:
            self._transport.write(request)


def http_request(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """A POST of JSON as it goes over the wire."""
    own = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {_HOST}\r\n{own}"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("latin-1") + body


def send(port: int, request: bytes, times: int) -> float:
    """Send `request` so many times; the seconds it took. Raises LoadError and TimeoutError."""
    return asyncio.run(_send(port, itertools.repeat(request, times), times, CONNECTIONS))


def send_each(port: int, requests: Sequence[bytes], connections: int) -> float:
    """Send every one of `requests` once; as `send` otherwise."""
    return asyncio.run(_send(port, iter(requests), len(requests), connections))


async def _send(port: int, requests: Iterator[bytes], times: int, connections: int) -> float:
    loop = asyncio.get_running_loop()
    work = _Work(requests, times, loop.create_future())
    began = time.perf_counter()
    made = [
        await loop.create_connection(lambda: _Connection(work), _HOST, port)
        for _ in range(min(connections, times))
    ]
    try:
        await asyncio.wait_for(work.done, _PATIENCE)
        return time.perf_counter() - began
    finally:
        for transport, _ in made:
            transport.abort()
