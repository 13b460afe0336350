"""Parameters of paths and queries against the document, refused by name."""

import re
from collections import Counter
from urllib.parse import parse_qsl

import jsonschema_rs
from connexion.lifecycle import ConnexionRequest
from connexion.validators import ParameterValidator

from connector.context import EXCHANGE, Exchange
from connector.errors import invalid_body
from connector.faults import message
from connector.validation import fold

_REPEATED = "x-repeated"
"""The mark of a parameter that may be given several times, as lists are in forms."""
_ANY_CASE = "x-any-case"
"""The mark of a parameter whose words may be written in any case of letters."""
_PLACED = re.compile(r"\[[0-9]{0,3}\]\Z")
_INTEGER = re.compile(r"0|-?[1-9][0-9]*", re.ASCII)
"""Integers as JSON writes them, and no other way."""


class Parameters(ParameterValidator):  # type: ignore[misc]
    """Checks the parameters of one operation."""

    def validate_request(self, request: ConnexionRequest) -> None:
        """Raise Refused, naming the first parameter that does not fit."""
        exchange: Exchange = request.scope[EXCHANGE]
        if exchange.surface is not None and exchange.surface.is_strict:
            self._check_names(exchange.query)
        for place, values in (("query", request.query_params), ("path", request.path_params)):
            for parameter in self.parameters.get(place, ()):
                value = values.get(parameter["name"])
                if value is not None and parameter["schema"].get("type") == "integer":
                    value = _integer(value, _sent(exchange, place, parameter["name"]))
                _check(parameter, value)

    def _check_names(self, query: bytes) -> None:
        """Parameters that are not listed, or given twice, are refused.

        One that may be repeated is, as `sort[]` or with its place.
        """
        listed = {each["name"] for each in self.parameters.get("query", ())}
        repeated = {each["name"] for each in self.parameters.get("query", ()) if _REPEATED in each}
        names = (name for name, _ in parse_qsl(query.decode(), keep_blank_values=True))
        given = Counter(name for name in names if _PLACED.sub("", name) not in repeated)
        for name, count in given.items():
            if name not in listed:
                raise invalid_body("is not known here", f"/{name[:100]}", "unknown_parameter")
            if count > 1:
                raise invalid_body("is given twice", f"/{name}", "given_twice")


def _sent(exchange: Exchange, place: str, name: str) -> str:
    """The text that a parameter was sent as."""
    if place == "query":
        return dict(parse_qsl(exchange.query.decode(), keep_blank_values=True))[name]
    surface, step = exchange.surface, f"{{{name}}}"
    asked = exchange.path[len(surface.base_path) :].split("/") if surface else []
    for template in surface.document["paths"] if surface else ():
        steps = template.split("/")
        if step in steps and len(steps) == len(asked):
            given = zip(steps, asked, strict=True)
            if all(own == other or own.startswith("{") for own, other in given):
                return str(asked[steps.index(step)])
    raise LookupError(name)


def _integer(value: object, text: str) -> object:
    """What a text was read as; the text itself where JSON would write no integer so."""
    return value if _INTEGER.fullmatch(text) else text


def _check(parameter: dict[str, object], value: object) -> None:
    name, schema = str(parameter["name"]), parameter["schema"]
    if value is None:
        if parameter.get("required"):
            raise invalid_body("is required", f"/{name}", "required")
        return
    if _ANY_CASE in parameter and isinstance(value, str):
        value = value.lower()
    validator = jsonschema_rs.Draft4Validator(fold(schema))  # type: ignore[arg-type]
    for fault in validator.iter_errors(value):
        raise invalid_body(message(fault), f"/{name}", fault.kind.name)
