"""Types for the carriers of a contract document, in whatever form a library wants them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

import yaml

T = TypeVar("T")

Json = dict[str, Any]

DOCUMENT = Path(__file__).parents[2] / "openapi" / "superoffice.yaml"


def document() -> Json:
    """The contract document."""
    read: Json = yaml.load(DOCUMENT.read_bytes(), yaml.CSafeLoader)
    return read


class Forms(Protocol[T]):
    """How a library writes types. Every member may be missing or null."""

    text: T
    whole: T
    amount: T
    flag: T

    def choice(self, values: Sequence[str | int]) -> T:
        """One of `values`."""

    def many(self, inner: T) -> T:
        """An array."""

    def table(self, inner: T) -> T:
        """An object with names of any kind."""

    def carrier(self, name: str, members: Mapping[str, T]) -> T:
        """An object with these members."""


class Carriers:
    """Reads types out of a document; a schema is read once for each set of forms."""

    def __init__(self, source: Json) -> None:
        self._schemas: Json = source["components"]["schemas"]

    def members(self, name: str) -> Json:
        """The schemas of the members of the carrier `name`."""
        members: Json = self._schemas[name]["properties"]
        return members

    def read(self, forms: Forms[T], name: str, known: dict[str, T]) -> T:
        """The type of the schema `name`; `known` remembers what was read before."""
        if name not in known:
            known[name] = self._form(forms, self._schemas[name], name, known)
        return known[name]

    def _form(self, forms: Forms[T], schema: Json, name: str, known: dict[str, T]) -> T:
        if "$ref" in schema:
            return self.read(forms, schema["$ref"].rpartition("/")[2], known)
        if "allOf" in schema:
            return self._form(forms, schema["allOf"][0], name, known)
        if "oneOf" in schema:
            return forms.choice(self._values(schema))
        if "properties" in schema:
            inner = schema["properties"].items()
            members = {key: self._form(forms, each, f"{name}{key}", known) for key, each in inner}
            return forms.carrier(name, members)
        return self._plain(forms, schema, name, known)

    def _plain(self, forms: Forms[T], schema: Json, name: str, known: dict[str, T]) -> T:
        match schema["type"]:
            case "array":
                return forms.many(self._form(forms, schema["items"], name, known))
            case "object":
                return forms.table(self._form(forms, schema["additionalProperties"], name, known))
            case "integer":
                return forms.whole
            case "number":
                return forms.amount
            case "boolean":
                return forms.flag
            case _:
                return forms.text

    def _values(self, schema: Json) -> list[str | int]:
        names = [each["$ref"].rpartition("/")[2] for each in schema["oneOf"]]
        return [value for name in names for value in self._schemas[name]["enum"]]
