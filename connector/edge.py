"""The outermost layer: it names requests, buffers bodies within bounds, and writes down answers.

What it holds against a request it notes in the exchange; the refusal is said further in,
after the caller is known and in the voice of its surface.
"""

import asyncio
import re
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connector import media
from connector.context import EXCHANGE, Exchange
from connector.encoder import Answer
from connector.errors import Refused, answer_for
from connector.logs import AccessLog
from connector.metrics import Metrics
from connector.origin import Whereabouts
from connector.service import Service
from connector.shared_pages import SharedPages
from connector.surface import DEFAULT_LIMIT, Surface

BODY_SECONDS = 30.0
MOST_HEARD_OUT = 16 * 1024 * 1024
"""Bytes that are read, and forgotten, of a body that was refused."""
HEARD_OUT_SECONDS = 5.0
MAX_HEADER_BYTES = 32 * 1024
MAX_PATH = 4_000
"""Characters, decoded; fewer than the digits that Python reads as a number."""
NOBODY_WAITS = 499
_SANE_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_ONCE_ONLY = (
    *(b"authorization", b"x-api-key", b"idempotency-key", b"if-match"),
    *(b"content-type", b"content-length", b"content-encoding"),
)
_SAFETY = ((b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"))


class _Gone(Exception):
    """The client hung up before it had said everything."""


class Edge:
    """One exchange per request; `surfaces` and `service` say whose a path is."""

    def __init__(
        self,
        app: ASGIApp,
        surfaces: Sequence[Surface],
        own: tuple[Service, SharedPages],
        metrics: Metrics,
        whereabouts: Whereabouts,
    ) -> None:
        self._app = app
        self._surfaces = tuple(surfaces)
        self._service, self._pages = own
        self._whereabouts = whereabouts
        self._metrics = metrics
        self._log = AccessLog()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        headers: dict[bytes, bytes] = dict(scope["headers"])
        exchange = self._exchange(scope, headers)
        reply = _Reply(send, exchange.request_id)
        try:
            await self._answer(scope, receive, reply, headers)
        except (_Gone, OSError):
            reply.status = reply.status or NOBODY_WAITS
        except Exception as error:
            if reply.status:
                raise
            await reply.answer(answer_for(error, exchange))
        finally:
            seconds = time.perf_counter() - began
            name = exchange.surface.name if exchange.surface else "-"
            self._metrics.observe(name, exchange.operation, reply.status, seconds)
            self._log.write(exchange, reply.status, seconds, reply.size)

    def _exchange(self, scope: Scope, headers: dict[bytes, bytes]) -> Exchange:
        wished = headers.get(b"x-request-id", b"")
        named = wished.decode() if _SANE_ID.fullmatch(wished) else f"req_{secrets.token_hex(8)}"
        path: str = scope["path"]
        client = scope.get("client")
        exchange = Exchange(
            request_id=named,
            method=scope["method"],
            path=path,
            address=client[0] if client else "",
            surface=next((one for one in self._surfaces if one.covers(path)), None),
            authorization=_text(headers, b"authorization"),
            api_key=_text(headers, b"x-api-key"),
            idempotency_key=_text(headers, b"idempotency-key"),
            if_match=_text(headers, b"if-match"),
            headers=headers,
            query=scope["query_string"],
            origin=self._whereabouts.origin(scope, headers),
        )
        scope[EXCHANGE] = exchange
        return exchange

    async def _answer(
        self, scope: Scope, receive: Receive, reply: "_Reply", headers: dict[bytes, bytes]
    ) -> None:
        exchange: Exchange = scope[EXCHANGE]
        answer = await self._service.answer(exchange, headers)
        if answer is None:
            answer = await self._pages.answer(exchange, headers, partial(_timely, receive))
        if answer is not None:
            await reply.answer(answer)
            return
        pairs: list[tuple[bytes, bytes]] = scope["headers"]
        if sum(len(name) + len(value) for name, value in pairs) > MAX_HEADER_BYTES:
            raise Refused(431, "The headers are too large.")
        if len(scope["path"]) > MAX_PATH:
            raise Refused(414, "The path is too long.")
        exchange.refusal = _odd(scope, headers)
        await _take_body(scope, exchange, receive, headers)
        if _is_cut_off(scope, exchange, headers):
            await _hear_out(receive)
        await self._app(media.passed_on(scope, exchange), _Replay(receive), reply)


def _text(headers: dict[bytes, bytes], name: bytes) -> str | None:
    value = headers.get(name)
    return None if value is None else value.decode("latin-1")


def _odd(scope: Scope, headers: dict[bytes, bytes]) -> Refused | None:
    pairs = scope["headers"]
    if len(pairs) != len(headers):
        names = [name for name, _ in pairs]
        if any(names.count(name) > 1 for name in _ONCE_ONLY):
            return Refused(400, "A header is given twice.")
    if not scope["query_string"].isascii():
        return Refused(400, "The query is not ASCII.")
    return None


def _announces_body(exchange: Exchange, headers: dict[bytes, bytes]) -> bool:
    if exchange.method in ("GET", "HEAD"):
        return False
    return b"transfer-encoding" in headers or headers.get(b"content-length", b"0") != b"0"


async def _take_body(
    scope: Scope, exchange: Exchange, receive: Receive, headers: dict[bytes, bytes]
) -> None:
    """Buffer the body up to its limit; what cannot be taken becomes the exchange's refusal."""
    limit = exchange.surface.limit(exchange.path) if exchange.surface else DEFAULT_LIMIT
    if exchange.refusal is not None or not _announces_body(exchange, headers):
        return
    exchange.media_type = _text(headers, b"content-type") or ""
    exchange.refusal = media.refusal(scope, exchange, limit)
    if exchange.refusal is not None:
        return
    try:
        async with asyncio.timeout(BODY_SECONDS):
            exchange.body = await _read(receive, limit)
    except TimeoutError:
        exchange.refusal = Refused(
            408, "The body took too long to arrive.", headers=[("connection", "close")]
        )
    except Refused as refusal:
        exchange.refusal = refusal


def _is_cut_off(scope: Scope, exchange: Exchange, headers: dict[bytes, bytes]) -> bool:
    """Whether a client would be hung up on while it still says what is too large.

    Whoever asks before it says anything is not.
    """
    refusal = exchange.refusal
    if not isinstance(refusal, Refused) or refusal.status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return False
    ends = scope.get("http_version") == "1.0" or b"close" in headers.get(b"connection", b"").lower()
    return ends and b"expect" not in headers


async def _hear_out(receive: Receive) -> None:
    """Let a client say the rest, within bounds: it listens for the answer after that."""
    left = MOST_HEARD_OUT
    with suppress(TimeoutError):
        async with asyncio.timeout(HEARD_OUT_SECONDS):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if not message.get("more_body", False):
                    return


async def _timely(receive: Receive, limit: int) -> bytes:
    """The body of a form; one that is late or large is refused."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _read(receive, limit)
    except TimeoutError:
        raise Refused(408, "The body took too long to arrive.") from None


async def _read(receive: Receive, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise media.too_large(limit)
        parts.append(part)
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


class _Replay:
    """The rest of a request whose body has been taken: an end, then what the client does next."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._ended = False

    async def __call__(self) -> Message:
        if self._ended:
            return await self._receive()
        self._ended = True
        return {"type": "http.request", "body": b"", "more_body": False}


class _Reply:
    """Sends an answer with the headers every answer carries, and remembers what went out."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id.encode()
        self.status = 0
        self.size = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = (b"x-request-id", self._request_id)
            message["headers"] = [*message.get("headers", ()), *_SAFETY, own]
        else:
            self.size += len(message.get("body", b""))
        await self._send(message)

    async def answer(self, answer: Answer) -> None:
        """Send `answer` whole; its own headers replace ours."""
        self.status = answer.status
        self.size = len(answer.content)
        headers = {name.encode(): value.encode() for name, value in answer.headers}
        headers[b"content-type"] = answer.content_type.encode()
        headers[b"content-length"] = str(len(answer.content)).encode()
        headers[b"x-request-id"] = self._request_id
        merged = dict(_SAFETY) | headers
        start = {"type": "http.response.start", "status": answer.status}
        await self._send({**start, "headers": list(merged.items())})
        await self._send({"type": "http.response.body", "body": answer.content})
