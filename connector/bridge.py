"""From ASGI to Flask in one thread hop: the body is already here, the answer fits in memory."""

import contextvars
import io
from typing import Any

import flask
from a2wsgi.wsgi import build_environ
from starlette.types import Receive, Scope, Send

from connector import context
from connector.context import EXCHANGE, Exchange
from connector.workers import Workers
from engine.hub import Hub

Written = tuple[int, list[tuple[bytes, bytes]], bytes]


class ParsedRequest(flask.Request):
    """A request whose JSON body has been read before; nobody parses it twice."""

    def get_json(self, *_: Any, **__: Any) -> Any:
        exchange: Exchange = self.environ["asgi.scope"][EXCHANGE]
        return exchange.document


class Bridge:
    """Runs a Flask application for ASGI, on a worker and on behalf of the admitted caller."""

    def __init__(self, app: flask.Flask, hub: Hub, workers: Workers) -> None:
        app.request_class = ParsedRequest
        app.url_map.merge_slashes = False  # a path is what its surface covers, and nothing like it
        self._app = app
        self._hub = hub
        self._workers = workers

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        surroundings = contextvars.copy_context()
        status, headers, content = await self._workers.run(surroundings.run, self._run, scope)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _run(self, scope: Scope) -> Written:
        exchange: Exchange = scope[EXCHANGE]
        if exchange.principal is None:
            raise LookupError("nobody was admitted")
        environ = build_environ(scope, io.BytesIO(exchange.body))  # type: ignore[arg-type]
        with context.use(exchange.principal, self._hub, exchange):
            return self._call(environ)

    def _call(self, environ: Any) -> Written:
        started: list[tuple[int, list[tuple[bytes, bytes]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> Any:
            encoded = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers]
            started.append((int(status[:3]), encoded))

        parts = self._app.wsgi_app(environ, start_response)
        try:
            content = b"".join(parts)
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()
        status, headers = started[-1]
        return status, headers, content
