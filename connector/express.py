"""The short way for the common case: one hop to a thread, or none, from body to answer.

Whatever is unusual about a request is noted in its exchange and goes down the ordinary way
through Connexion and Flask, whose answer it is. Both ways use the same operations, shapes
and voiced handlers, so they cannot disagree.

A *light* operation reads nothing but its tenant's data in memory. Where the database is a
file on this machine it waits for nobody once those data are there and the caller is known.
Small bodies are then answered at once, on the event loop: a hop would cost more than the
work. Large ones are worked on one after the other: several at a time would only push each
other out of the processor's caches, which costs a fifth more and answers nobody sooner.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from connexion.middleware.abstract import SpecMiddleware
from connexion.resolver import Resolver
from connexion.spec import Specification
from starlette.types import ASGIApp, Receive, Scope, Send

from connector import context
from connector.context import EXCHANGE, Exchange
from connector.encoder import Answer
from connector.gate import Gate
from connector.surface import Voiced
from connector.validation import Shape, Shapes, read
from connector.workers import Workers
from engine.hub import Hub

_MOST_WARM = 10_000
_JSON = {"application/json"}


class Parts(NamedTuple):
    """What the short way is made of.

    `light` names the operations that wait for nobody, with the bytes of their largest small
    body; `heavy` works on larger ones.
    """

    gate: Gate
    hub: Hub
    shapes: Shapes
    workers: Workers
    heavy: Workers
    light: Mapping[str, int] = MappingProxyType({})


class _Operation(NamedTuple):
    name: str
    small_bytes: int | None
    answer: Voiced
    shape: Shape


class Express(SpecMiddleware):  # type: ignore[misc]
    """Serves POSTs of JSON to the fixed paths of every document."""

    def __init__(self, app: ASGIApp, *, parts: Parts) -> None:
        self._app = app
        self._parts = parts
        self._gate, self._hub = parts.gate, parts.hub
        self._warm: set[tuple[str, str, int]] = set()
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
            if set(methods["post"].get("requestBody", {}).get("content", _JSON)) != _JSON:
                continue  # a file
            operation = specification.operation_cls.from_spec(
                specification, path=path, method="post", resolver=resolver
            )
            if operation.security and all(each["in"] == "header" for each in operation.parameters):
                self._operations[base_path + path] = _Operation(
                    operation.operation_id,
                    self._parts.light.get(operation.operation_id),
                    operation.function.answer,
                    self._parts.shapes.of(operation.body_schema("application/json")),
                )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange: Exchange | None = scope.get(EXCHANGE)
        if exchange is not None and exchange.method == "POST":
            operation = self._operations.get(exchange.path)
            if operation is not None:
                exchange.operation = operation.name
                if exchange.refusal is None and not scope["query_string"]:
                    workers = self._workers_for(exchange, operation)
                    if workers is None:
                        answer = self._serve(exchange, operation)
                    else:
                        answer = await workers.run(self._serve, exchange, operation)
                    if answer is not None:
                        await _send(answer, send)
                        return
        await self._app(scope, receive, send)

    def _workers_for(self, exchange: Exchange, operation: _Operation) -> Workers | None:
        """Who works on the request; None where it is answered at once."""
        if not self._is_at_hand(exchange, operation):
            return self._parts.workers
        is_small = len(exchange.body) <= (operation.small_bytes or 0)
        return None if is_small else self._parts.heavy

    def _is_at_hand(self, exchange: Exchange, operation: _Operation) -> bool:
        """Whether nothing about this request has to be waited for."""
        if operation.small_bytes is None:
            return False
        try:
            caller = self._gate.recall(exchange)
        except Exception:  # noqa: BLE001 (a worker asks again and tells why)
            return False
        return caller is not None and (operation.name, caller.tenant, caller.revision) in self._warm

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
            answer = operation.answer(body)
        if operation.small_bytes is not None:
            if len(self._warm) >= _MOST_WARM:
                self._warm.clear()
            self._warm.add((operation.name, caller.tenant, caller.revision))
        return answer


async def _send(answer: Answer, send: Send) -> None:
    headers = [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", str(len(answer.content)).encode()),
        *((name.encode(), value.encode()) for name, value in answer.headers),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content})
