"""FastAPI with pydantic: models in, response models out, the token as a dependency."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import PlainSerializer, create_model
from starlette.types import ASGIApp

from benchmarks.peers.caller import ProvenTokens, RefusedError
from benchmarks.peers.carriers import Carriers, document
from benchmarks.peers.work import BASE, LINE_CHANGED, RECALCULATE, Work

Form = Any  # a type, or a union of types

_Amount = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
"""A number on the wire, which pydantic would write as text."""


class _Models:
    text: Form = str
    whole: Form = int
    amount: Form = _Amount
    flag: Form = bool

    def choice(self, values: Sequence[str | int]) -> Form:
        return Literal[tuple(values)]

    def many(self, inner: Form) -> Form:
        return list[inner]

    def table(self, inner: Form) -> Form:
        return dict[str, inner | None]

    def carrier(self, name: str, members: Mapping[str, Form]) -> Form:
        fields: dict[str, Form] = {member: (form | None, None) for member, form in members.items()}
        return create_model(name, **fields)


def app(database: Path) -> ASGIApp:
    """The application; `database` is the SQLite file of the hub."""
    carriers, known, tokens = Carriers(document()), dict[str, Form](), ProvenTokens()
    changed = carriers.read(_Models(), f"{LINE_CHANGED}Request", known)
    recalculate = carriers.read(_Models(), f"{RECALCULATE}Request", known)
    line, whole = known["QuoteLineInfo"], known["QuoteAlternativeWithLinesInfo"]
    work = Work(database, known["ProductExtraDataFieldInfo"])
    service = FastAPI(openapi_url=None)

    async def tenant(authorization: Annotated[str | None, Header()] = None) -> str:
        try:
            return tokens.tenant(authorization)
        except RefusedError:
            raise HTTPException(401) from None

    caller_of = Annotated[str, Depends(tenant)]

    async def on_line_changed(body: changed, caller: caller_of) -> Form:  # type: ignore[valid-type]
        return work.line_changed(caller, body)

    async def on_recalculate(body: recalculate, caller: caller_of) -> Form:  # type: ignore[valid-type]
        return work.recalculated(caller, body)

    service.post(f"{BASE}/{LINE_CHANGED}", response_model=line)(on_line_changed)
    service.post(f"{BASE}/{RECALCULATE}", response_model=whole)(on_recalculate)
    return service
