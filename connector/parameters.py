"""Parameters of paths and queries against the document, refused by name."""

import re
from collections import Counter
from urllib.parse import parse_qsl

import jsonschema_rs
from connexion.lifecycle import ConnexionRequest
from connexion.validators import ParameterValidator

from connector.context import EXCHANGE, Exchange
from connector.errors import invalid_body
from connector.validation import fold, message

_REPEATED = "x-repeated"
"""The mark of a parameter that may be given several times, as lists are in forms."""
_ANY_CASE = "x-any-case"
"""The mark of a parameter whose words may be written in any case of letters."""
_PLACED = re.compile(r"\[[0-9]{0,3}\]\Z")


class Parameters(ParameterValidator):  # type: ignore[misc]
    """Checks the parameters of one operation."""

    def validate_request(self, request: ConnexionRequest) -> None:
        """Raise Refused, naming the first parameter that does not fit."""
        exchange: Exchange = request.scope[EXCHANGE]
        if exchange.surface is not None and exchange.surface.is_strict:
            self._check_names(exchange.query)
        for place, values in (("query", request.query_params), ("path", request.path_params)):
            for parameter in self.parameters.get(place, ()):
                _check(parameter, values.get(parameter["name"]))

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
