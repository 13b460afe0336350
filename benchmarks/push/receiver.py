"""The systems of many tenants in a process of its own; it takes every order and forgets none.

`python -m benchmarks.push.receiver PORT TENANT SECONDS` answers every call about the orders of
that tenant after so many seconds, and all others at once. Orders are posted to `/<tenant>` and
looked up below it, by the number they have here too. `GET /told` says which orders were posted
when, and how many calls were made about those of the slow tenant.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from typing import cast

import uvloop

_TOLD = "told"


@dataclass(slots=True)
class Heard:
    """What was posted, of whom and when; and how many calls were made about the slow tenant's."""

    slow: str
    seconds: float
    posted: list[tuple[str, str, float]] = field(default_factory=list)
    kept: set[tuple[str, str]] = field(default_factory=set)
    slow_calls: int = 0

    def answer(self, method: str, path: str, body: bytes, at: float) -> tuple[int, object]:
        """Status and JSON of the answer to a call."""
        tenant, _, name = path.strip("/").partition("/")
        if tenant == _TOLD:
            return 200, {"posted": self.posted, "slow_calls": self.slow_calls}
        if tenant == self.slow:
            self.slow_calls += 1
        if method == "POST":
            name = json.loads(body)["order_number"]
            self.posted.append((tenant, name, at))
            self.kept.add((tenant, name))
        if (tenant, name) not in self.kept:
            return 404, {"message": "there is no such order"}
        return 200, {"reference": name, "order_number": name, "status": "confirmed"}


class Receiver(asyncio.Protocol):
    """One connection, on which the next call comes when the one before was answered."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self._said = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's are not of the class

    def data_received(self, data: bytes) -> None:
        at = time.time()
        self._said += data
        head, blank, body = self._said.partition(b"\r\n\r\n")
        if not blank:
            return
        first, *lines = head.split(b"\r\n")
        headers = dict(line.lower().split(b": ", 1) for line in lines)
        if len(body) < int(headers.get(b"content-length", 0)):
            return
        self._said = b""
        method, path, _ = first.decode().split(" ")
        status, said = self._heard.answer(method, path, body, at)
        is_slow = path.startswith(f"/{self._heard.slow}")
        wait = self._heard.seconds if is_slow else 0
        asyncio.get_running_loop().call_later(wait, self._answer, status, json.dumps(said).encode())

    def _answer(self, status: int, body: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            head = f"HTTP/1.1 {status} Said\r\nContent-Length: {len(body)}\r\n"
            self._transport.write(f"{head}Content-Type: application/json\r\n\r\n".encode() + body)


async def _serve(port: int, slow: str, seconds: float) -> None:
    heard = Heard(slow, seconds)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Receiver(heard), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1]), sys.argv[2], float(sys.argv[3])))
