"""A receiver of webhooks in a process of its own, which takes its time for each and forgets none.

`python -m benchmarks.cash.receiver PORT MILLISECONDS` answers every POST with 204 after so many
milliseconds. `GET /` says how many there were, `GET /told` which, and forgets them.
"""

import asyncio
import json
import sys
import time
from typing import cast

import uvloop

_Arrival = tuple[str, float, bytes]
_GET = b"GET "


class Receiver(asyncio.Protocol):
    """One connection, on which the next message comes when the one before was answered."""

    def __init__(self, arrivals: list[_Arrival], seconds: float) -> None:
        self._arrivals = arrivals
        self._seconds = seconds
        self._heard = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's are not of the class

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head, blank, body = self._heard.partition(b"\r\n\r\n")
        if not blank:
            return
        first, *lines = head.split(b"\r\n")
        headers = dict(line.lower().split(b": ", 1) for line in lines)
        if len(body) < int(headers.get(b"content-length", 0)):
            return
        self._heard = b""
        if first.startswith(_GET):
            self._tell(is_all=b"/told " in first)
            return
        self._arrivals.append((headers[b"webhook-id"].decode(), time.time(), body))
        asyncio.get_running_loop().call_later(self._seconds, self._answer)

    def _answer(self, said: bytes = b"HTTP/1.1 204 No Content\r\n\r\n") -> None:
        if self._transport is not None:
            self._transport.write(said)

    def _tell(self, *, is_all: bool) -> None:
        told: object = len(self._arrivals)
        if is_all:
            told = [(key, at, json.loads(body)["timestamp"]) for key, at, body in self._arrivals]
            self._arrivals.clear()
        body = json.dumps(told).encode()
        self._answer(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)


async def _serve(port: int, seconds: float) -> None:
    arrivals: list[_Arrival] = []
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Receiver(arrivals, seconds), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1]), int(sys.argv[2]) / 1_000))
