"""The short way for the common case: one thread does everything between body and answer.

Whatever is unusual about a request is noted in its exchange and goes down the ordinary way
through Connexion and Flask, whose answer it is. Both ways use the same operations, shapes
and voiced handlers, so they cannot disagree.
"""

from typing import Any, NamedTuple

from connexion.middleware.abstract import SpecMiddleware
from connexion.resolver import Resolver
from connexion.spec import Specification
from starlette.types import ASGIApp, Receive, Scope, Send

from connector import context
from connector.context import EXCHANGE, Exchange
from connector.encoder import Answer
from connector.gate import Gate
from connector.surfaces import Voiced
from connector.validation import Shape, Shapes, read
from connector.workers import Workers
from engine.hub import Hub


class _Operation(NamedTuple):
    name: str
    answer: Voiced
    shape: Shape


class Express(SpecMiddleware):  # type: ignore[misc]
    """Serves POSTs of JSON to the fixed paths of every document."""

    def __init__(
        self, app: ASGIApp, *, gate: Gate, hub: Hub, shapes: Shapes, workers: Workers
    ) -> None:
        self._app = app
        self._gate = gate
        self._hub = hub
        self._shapes = shapes
        self._workers = workers
        self._operations: dict[str, _Operation] = {}

    def add_api(
        self,
        specification: Specification,
        *,
        base_path: str = "",
        resolver: Resolver,
        **_: Any,
    ) -> None:
        """Learn the operations of a document that the short way can serve."""
        for path, methods in specification["paths"].items():
            if "post" not in methods or "{" in path:
                continue
            operation = specification.operation_cls.from_spec(
                specification, path=path, method="post", resolver=resolver
            )
            if operation.security and not operation.parameters:
                self._operations[base_path + path] = _Operation(
                    operation.operation_id,
                    operation.function.answer,
                    self._shapes.of(operation.body_schema("application/json")),
                )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange: Exchange | None = scope.get(EXCHANGE)
        if exchange is not None and exchange.method == "POST":
            operation = self._operations.get(exchange.path)
            if operation is not None:
                exchange.operation = operation.name
                if exchange.refusal is None and not scope["query_string"]:
                    answer = await self._workers.run(self._serve, exchange, operation)
                    if answer is not None:
                        await _send(answer, send)
                        return
        await self._app(scope, receive, send)

    def _serve(self, exchange: Exchange, operation: _Operation) -> Answer | None:
        try:
            caller = self._gate.admit(exchange)
        except Exception:  # noqa: BLE001 (kept in the exchange, and said on the ordinary way)
            return None
        try:
            body = read(exchange, operation.name, operation.shape)
        except Exception as error:  # noqa: BLE001 (as above)
            exchange.refusal = error
            return None
        with context.use(caller, self._hub, exchange):
            return operation.answer(body)


async def _send(answer: Answer, send: Send) -> None:
    headers = [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", str(len(answer.content)).encode()),
        *((name.encode(), value.encode()) for name, value in answer.headers),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content})
