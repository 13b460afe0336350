"""Bodies against the document: parsed once, made canonical, checked by a compiled schema.

A *schema* here is what Connexion hands over: OpenAPI 3.0 with every reference resolved. It
is folded into plain JSON Schema, draft 4, and compiled once per application.
"""

from collections.abc import Mapping
from typing import Any

from connexion.datastructures import MediaTypeDict
from connexion.validators import AbstractRequestBodyValidator
from starlette.types import Receive, Scope

from connector import forms, json_body
from connector.context import EXCHANGE, Exchange
from connector.errors import invalid_body
from connector.faults import Place, compiled, cut
from connector.json_body import TAME
from connector.workers import Workers

_ANNOTATIONS = frozenset(
    {
        *("description", "title", "example", "examples", "externalDocs", "deprecated", "default"),
        *("discriminator", "xml", "readOnly", "writeOnly", "format", "components"),
    }
)
_SHAPE_MAPS = frozenset(("properties", "patternProperties"))
_SHAPE_LISTS = frozenset(("allOf", "anyOf", "oneOf"))
_SHAPES = frozenset(("items", "additionalProperties", "not"))
_BOUNDS = frozenset(("minimum", "maximum"))
_NULL = {"type": "null"}


def fold(schema: Mapping[str, Any]) -> dict[str, Any]:
    """`schema` as draft 4: `nullable` becomes a type, annotations go.

    A lone `allOf` is merged in and an `oneOf` of enumerations becomes one enumeration, so
    that an error names the member itself and not the choice above it.
    """
    folded: dict[str, Any] = {}
    for key, value in schema.items():
        if key in _SHAPE_MAPS:
            folded[key] = {name: fold(member) for name, member in value.items()}
        elif key in _SHAPE_LISTS:
            folded[key] = [fold(choice) for choice in value]
        elif key in _SHAPES and isinstance(value, dict):
            folded[key] = fold(value)
        elif key not in _ANNOTATIONS and not key.startswith("x-"):
            folded[key] = value
    nullable = folded.pop("nullable", False)
    return _or_null(_merged(folded)) if nullable else _merged(folded)


def _merged(folded: dict[str, Any]) -> dict[str, Any]:
    parts = folded.get("allOf", ())
    if len(parts) == 1 and not parts[0].keys() & folded.keys():
        folded = {key: value for key, value in folded.items() if key != "allOf"} | parts[0]
    choices = folded.get("oneOf", ())
    if choices and all(
        choice.keys() <= {"type", "enum"} and "enum" in choice for choice in choices
    ):
        values = [value for choice in choices for value in choice["enum"]]
        folded = {key: value for key, value in folded.items() if key != "oneOf"} | {"enum": values}
    return folded


def _or_null(folded: dict[str, Any]) -> dict[str, Any]:
    if folded.keys() & _SHAPE_LISTS:
        return {"anyOf": [folded, _NULL]}
    kind = folded.get("type")
    if isinstance(kind, str) and kind != "null":
        folded = folded | {"type": [kind, "null"]}
    if "enum" in folded and None not in folded["enum"]:
        folded = folded | {"enum": [*folded["enum"], None]}
    return folded


def _tamed(folded: Any) -> Any:
    if isinstance(folded, list):
        return [_tamed(part) for part in folded]
    if not isinstance(folded, dict):
        return folded
    return {
        key: _tamed(part)
        for key, part in folded.items()
        if key not in _BOUNDS or isinstance(part, dict) or abs(part) < TAME
    }


class Shape:
    """The compiled schema of one operation's body; `schema` is what it was compiled from."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.schema = schema  # kept as well so that its id stays its own
        folded = fold(schema)
        self._full, self._tame = compiled(folded), compiled(_tamed(folded))
        self._place = Place(folded)

    def check(self, body: object, *, is_tame: bool = False) -> None:
        """Raise Refused, naming the first member that does not fit.

        The bounds of a tame body's numbers need no look where they are wide: comparing
        decimals is what costs most.
        """
        refused = None
        try:
            if (self._tame if is_tame else self._full).is_valid(body):
                return
            refused = self._place.refusal(body)
        except Exception:  # noqa: BLE001, S110 (whatever a hostile body provokes here is its fault)
            pass
        raise refused or invalid_body("cannot be checked")


class Shapes:
    """The compiled schemas of one application, by the identity of what Connexion resolved."""

    def __init__(self) -> None:
        self._compiled: dict[int, Shape] = {}

    def of(self, schema: Mapping[str, Any]) -> Shape:
        """The shape for `schema`, compiled when it is first asked for."""
        found = self._compiled.get(id(schema))
        if found is None:
            found = self._compiled[id(schema)] = Shape(schema)
        return found


def read(exchange: Exchange, operation: str, shape: Shape) -> dict[str, object]:
    """The body of `exchange`: parsed, canonical and valid; raises Refused."""
    if not exchange.body:
        raise invalid_body("a JSON object is required")
    try:
        body, is_tame = _parsed(exchange, shape)
        if exchange.surface is not None:
            exchange.numeric_enums = exchange.surface.canonicalise(operation, body)
    except json_body.Malformed as error:
        member = f" ({cut(error.member)})" if error.member else ""
        raise invalid_body(error.detail + member) from None
    shape.check(body, is_tame=is_tame)
    exchange.document = body
    return body


def _parsed(exchange: Exchange, shape: Shape) -> json_body.Body:
    surface = exchange.surface
    if surface is not None and surface.forms and forms.is_form(exchange.media_type):
        read_form = forms.read(exchange.body, exchange.media_type, shape.schema)
        return json_body.Body(read_form, is_tame=True)
    return json_body.read(exchange.body)


def validator_map(shapes: Shapes, workers: Workers) -> dict[str, MediaTypeDict]:
    """What Connexion is given so that every JSON body is read here."""

    class Body(AbstractRequestBodyValidator):  # type: ignore[misc]
        """Reads the body the edge has already buffered."""

        async def wrap_receive(self, receive: Receive, *, scope: Scope) -> tuple[Receive, Scope]:
            if not self._required and not scope[EXCHANGE].body:
                return receive, scope
            operation = scope["extensions"]["connexion_routing"]["operation_id"]
            shape = shapes.of(self._schema)
            await workers.run(read, scope[EXCHANGE], operation, shape)
            return receive, scope

    return {"body": MediaTypeDict({"*/*json": Body})}
