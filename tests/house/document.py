"""Reads the contract document of the SuperOffice surface.

A schema is *spelled* the way `tests/data/superoffice-types.json` spells types: `string`, `X[]`,
`map<string,bool>`, `X`. It is *folded* when it is plain JSON Schema, without `nullable`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

Json = dict[str, Any]

ROOT = Path(__file__).parents[2]
DOCUMENT: Json = yaml.safe_load((ROOT / "openapi/superoffice.yaml").read_text())

SCHEMAS: Json = DOCUMENT["components"]["schemas"]
OPERATIONS: dict[str, Json] = {
    item["post"]["operationId"]: item["post"] for item in DOCUMENT["paths"].values()
}


def target(reference: str) -> tuple[str, Json]:
    name = reference.removeprefix("#/components/schemas/")
    return name, SCHEMAS[name]


def spelled(schema: Json) -> str:  # noqa: PLR0911 (one return for each form)
    """`schema` in the type syntax of the facts."""
    if "allOf" in schema:
        return spelled(schema["allOf"][0])
    if "$ref" in schema:
        name, found = target(schema["$ref"])
        return name if {"properties", "oneOf"} & set(found) else spelled(found)
    if schema.get("maxProperties") == 0:
        return "void"
    if schema["type"] == "array":
        return spelled(schema["items"]) + "[]"
    if schema["type"] == "object":
        return f"map<string,{spelled(schema['additionalProperties'])}>"
    if "pattern" in schema:
        return "datetime"
    plain = {"integer": "int", "boolean": "bool", "number": "number", "string": "string"}
    return plain[schema["type"]]


def whole(schema: Json) -> Json:
    """`schema` itself, whatever it is behind."""
    while "allOf" in schema or "$ref" in schema:
        schema = target(schema["$ref"])[1] if "$ref" in schema else schema["allOf"][0]
    return schema


def may_be_null(schema: Json) -> bool:
    if "$ref" in schema:
        return may_be_null(target(schema["$ref"])[1])
    return schema.get("nullable") is True


def folded(schema: Any) -> Any:  # noqa: ANN401 (JSON)
    """Plain JSON Schema: whatever may be null says so in `anyOf`."""
    if isinstance(schema, list):
        return [folded(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {
        key: value if key in ("enum", "required") else folded(value)
        for key, value in schema.items()
        if key not in ("nullable", "description")
    }
    return {"anyOf": [{"type": "null"}, plain]} if schema.get("nullable") is True else plain


FOLDED: Json = {name: folded(schema) for name, schema in SCHEMAS.items()}


def validator(schema: Json) -> jsonschema_rs.Draft4Validator:
    return jsonschema_rs.Draft4Validator({**folded(schema), "components": {"schemas": FOLDED}})


def request_of(operation: str) -> Json:
    found: Json = OPERATIONS[operation]["requestBody"]["content"]["application/json"]
    return found


def answer_of(operation: str) -> Json:
    found: Json = OPERATIONS[operation]["responses"]["200"]["content"]["application/json"]
    return found


def shaped(node: object) -> Iterator[Json]:
    """Every JSON object of the document at or below `node`."""
    if isinstance(node, dict):
        yield node
    for child in (
        node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    ):
        yield from shaped(child)
