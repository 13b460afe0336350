"""Connexion as it comes: Flask, its own validator and JSON writer, marshmallow for every member."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import connexion
from connexion.resolver import Resolver
from marshmallow import EXCLUDE, Schema, fields, post_load, validate
from starlette.types import ASGIApp

from benchmarks.peers.caller import RefusedError, prove
from benchmarks.peers.carriers import Carriers, Json, document
from benchmarks.peers.work import BASE, LINE_CHANGED, RECALCULATE, Work

Make = Callable[[], fields.Field[Any]]
"""Makes a new field of a form."""

Reply = tuple[object, int, dict[str, str]]
_AS_JSON = {"Content-Type": "application/json"}


class _Carrier(Schema):
    class Meta:
        unknown = EXCLUDE

    @post_load
    def _as_object(self, members: Json, **_: object) -> SimpleNamespace:
        return SimpleNamespace(**dict.fromkeys(self.fields) | members)


class _Fields:
    text: Make = staticmethod(lambda: fields.String(allow_none=True))
    whole: Make = staticmethod(lambda: fields.Integer(allow_none=True))
    amount: Make = staticmethod(lambda: fields.Decimal(allow_none=True))
    flag: Make = staticmethod(lambda: fields.Boolean(allow_none=True))

    def choice(self, values: Sequence[str | int]) -> Make:
        return lambda: fields.Raw(allow_none=True, validate=validate.OneOf(values))

    def many(self, inner: Make) -> Make:
        return lambda: fields.List(inner(), allow_none=True)

    def table(self, inner: Make) -> Make:
        return lambda: fields.Dict(fields.String(), inner(), allow_none=True)

    def carrier(self, name: str, members: Mapping[str, Make]) -> Make:
        made = {member: make() for member, make in members.items()}
        schema = type(name, (_Carrier,), made)
        return lambda: fields.Nested(schema, allow_none=True)


class _Schemas:
    """The schemas of a document, by name."""

    def __init__(self, source: Json) -> None:
        self._carriers = Carriers(source)
        self._known: dict[str, Make] = {}

    def __getitem__(self, name: str) -> Schema:
        nested = self._carriers.read(_Fields(), name, self._known)()
        if not isinstance(nested, fields.Nested):
            raise TypeError(name)
        return nested.schema


def bearer(token: str) -> Json | None:
    """What Connexion asks about a bearer token; None for one that proves nothing."""
    try:
        tenant, ends_at = prove(token)
    except RefusedError:
        return None
    return {"sub": tenant, "exp": ends_at}


def basic(_user: str, _password: str) -> None:
    """What Connexion asks about Basic credentials, which nobody has here."""


def app(database: Path) -> ASGIApp:
    """The application; `database` is the SQLite file of the hub."""
    source = document()
    security = source["components"]["securitySchemes"]
    security["jwt"]["x-bearerInfoFunc"] = f"{__name__}.bearer"
    security["basic"]["x-basicInfoFunc"] = f"{__name__}.basic"
    schemas = _Schemas(source)
    changed, line = schemas[f"{LINE_CHANGED}Request"], schemas["QuoteLineInfo"]
    recalculate = schemas[f"{RECALCULATE}Request"]
    whole = schemas["QuoteAlternativeWithLinesInfo"]
    work = Work(database, SimpleNamespace)

    def on_line_changed(body: Json, user: str) -> Reply:
        return line.dump(work.line_changed(user, changed.load(body))), 200, _AS_JSON

    def on_recalculate(body: Json, user: str) -> Reply:
        return whole.dump(work.recalculated(user, recalculate.load(body))), 200, _AS_JSON

    def elsewhere() -> tuple[str, int]:
        return "", 501

    handlers = {LINE_CHANGED: on_line_changed, RECALCULATE: on_recalculate}
    service = connexion.FlaskApp(__name__)
    service.add_api(
        source,
        base_path=BASE,
        resolver=Resolver(lambda operation: handlers.get(operation, elsewhere)),
    )
    served: ASGIApp = service
    return served
