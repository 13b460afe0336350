"""Starlette with msgspec: bodies are decoded into typed structs, and answers encoded from them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from benchmarks.peers.caller import ProvenTokens, RefusedError
from benchmarks.peers.carriers import Carriers, document
from benchmarks.peers.work import BASE, LINE_CHANGED, RECALCULATE, Work

Form = Any  # a type, or a union of types
Endpoint = Callable[[Request], Awaitable[Response]]


class _Structs:
    text: Form = str
    whole: Form = int
    amount: Form = Decimal
    flag: Form = bool

    def choice(self, values: Sequence[str | int]) -> Form:
        return Literal[tuple(values)]

    def many(self, inner: Form) -> Form:
        return list[inner]

    def table(self, inner: Form) -> Form:
        return dict[str, inner | None]

    def carrier(self, name: str, members: Mapping[str, Form]) -> Form:
        fields = [(member, form | None, None) for member, form in members.items()]
        return msgspec.defstruct(name, fields, kw_only=True)


def _endpoint(body: Form, answer: Callable[[str, Form], object], tokens: ProvenTokens) -> Endpoint:
    decode = msgspec.json.Decoder(body).decode
    encode = msgspec.json.Encoder(decimal_format="number").encode

    async def serve(request: Request) -> Response:
        try:
            tenant = tokens.tenant(request.headers.get("authorization"))
            read = decode(await request.body())
        except RefusedError:
            return Response(status_code=401)
        except msgspec.ValidationError as error:
            return Response(str(error), status_code=400)
        return Response(encode(answer(tenant, read)), media_type="application/json")

    return serve


def app(database: Path) -> ASGIApp:
    """The application; `database` is the SQLite file of the hub."""
    carriers, known, tokens = Carriers(document()), dict[str, Form](), ProvenTokens()
    changed = carriers.read(_Structs(), f"{LINE_CHANGED}Request", known)
    recalculate = carriers.read(_Structs(), f"{RECALCULATE}Request", known)
    work = Work(database, known["ProductExtraDataFieldInfo"])
    routes = {
        LINE_CHANGED: _endpoint(changed, work.line_changed, tokens),
        RECALCULATE: _endpoint(recalculate, work.recalculated, tokens),
    }
    return Starlette(
        routes=[Route(f"{BASE}/{name}", serve, methods=["POST"]) for name, serve in routes.items()]
    )
