"""Where a body does not fit its schema, and what is said about it.

A schema is followed from the outside in, along what does not fit. One fault is worked out that
way and not every one of a body: each costs more than thousands of members that fit.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import islice
from typing import Any

import jsonschema_rs
from jsonschema_rs import ValidationErrorKind as Kind

from connector.errors import Refused, invalid_body

_LONGEST_VALUE = 200
_FEW = 50
_INNER = frozenset(("properties", "patternProperties", "additionalProperties", "items"))
_CHOICES = ("anyOf", "oneOf")
_PARTS = "allOf"

Path = tuple[str | int, ...]


class Place:
    """A schema of draft 4 without references; what is in it is compiled when it is asked about."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._schema = schema

    def refusal(self, value: object, path: Path = ()) -> Refused | None:
        """The first that is wrong with a value at `path`; None where it fits."""
        return self._itself(value, path) or self._within(value, path) or self._among(value, path)

    def _itself(self, value: object, path: Path) -> Refused | None:
        """What is wrong with a value whatever its members are."""
        if self._own.is_valid(value):
            return None
        most = max(_FEW, self._schema.get("minItems", 0), self._schema.get("minProperties", 0))
        part = self._outline(value, most)
        while isinstance(value, dict | list) and most < len(value) and self._own.is_valid(part):
            most *= 4
            part = self._outline(value, most)
        fault = next(iter(self._own.iter_errors(part)))
        if isinstance(fault.kind, Kind.Required):
            path = (*path, fault.kind.property)
        return invalid_body(message(fault), _pointer(path), fault.kind.name)

    def _outline(self, value: object, most: int) -> object:
        """A list or an object of nulls: its first `most`, and the members that are required."""
        if isinstance(value, list):
            return [None] * min(len(value), most)
        if isinstance(value, dict):
            required = (name for name in self._schema.get("required", ()) if name in value)
            return dict.fromkeys([*required, *islice(value, most)])
        return value

    def _within(self, value: object, path: Path) -> Refused | None:
        """What is wrong with the first member or element that does not fit."""
        if not isinstance(value, dict | list) or self._content.is_valid(value):
            return None
        steps: Sequence[Any] = list(value) if isinstance(value, dict) else range(len(value))
        low, high = 0, _FEW
        while high < len(steps) and self._content.is_valid(_part(value, steps, low, high)):
            low, high = high, 4 * high
        high = min(high, len(steps))
        while high - low > 1:
            middle = (low + high) // 2
            if self._content.is_valid(_part(value, steps, low, middle)):
                low = middle
            else:
                high = middle
        step = steps[low]
        place = self._members.get(step, self._others) if isinstance(value, dict) else self._items
        path = (*path, step)
        if place is None:
            return invalid_body("is not known here", _pointer(path), "unknown_member")
        return place.refusal(value[step], path)

    def _among(self, value: object, path: Path) -> Refused | None:
        """What is wrong with the one choice that an object or a list can be meant for, if any."""
        for part in self._choices.get(_PARTS, ()):
            found = part.refusal(value, path)
            if found is not None:
                return found
        for name, compiled in self._chosen.items():
            if not compiled.is_valid(value):
                meant = [each for each in self._choices[name] if each.is_meant(value)]
                found = meant[0].refusal(value, path) if len(meant) == 1 else None
                return found or invalid_body(f"does not satisfy {name}", _pointer(path), name)
        return None

    def is_meant(self, value: object) -> bool:
        """Whether `value` is an object or a list where one may be."""
        if not isinstance(value, dict | list):
            return False
        kind = "object" if isinstance(value, dict) else "array"
        kinds = self._schema.get("type", kind)
        return kind == kinds or (isinstance(kinds, list) and kind in kinds)

    @cached_property
    def _own(self) -> jsonschema_rs.Draft4Validator:
        others = _INNER.union(_CHOICES, {_PARTS})
        return compiled({key: each for key, each in self._schema.items() if key not in others})

    @cached_property
    def _content(self) -> jsonschema_rs.Draft4Validator:
        return compiled({key: each for key, each in self._schema.items() if key in _INNER})

    @cached_property
    def _chosen(self) -> dict[str, jsonschema_rs.Draft4Validator]:
        return {key: compiled({key: self._schema[key]}) for key in _CHOICES if key in self._schema}

    @cached_property
    def _members(self) -> dict[str, "Place"]:
        return {name: Place(each) for name, each in self._schema.get("properties", {}).items()}

    @cached_property
    def _others(self) -> "Place | None":
        others = self._schema.get("additionalProperties")
        return Place(others) if isinstance(others, dict) else None

    @cached_property
    def _items(self) -> "Place":
        return Place(self._schema["items"])

    @cached_property
    def _choices(self) -> dict[str, list["Place"]]:
        keys = (key for key in (_PARTS, *_CHOICES) if key in self._schema)
        return {key: [Place(each) for each in self._schema[key]] for key in keys}


def compiled(schema: dict[str, Any]) -> jsonschema_rs.Draft4Validator:
    """A schema of draft 4, to be asked about values; formats are for readers only."""
    return jsonschema_rs.Draft4Validator(schema, validate_formats=False)


def message(fault: jsonschema_rs.ValidationError) -> str:
    """What is wrong, in a few words that repeat nothing of what was sent."""
    kind = fault.kind
    match kind:
        case Kind.Type():
            return f"must be of type {' or '.join(kind.types)}"
        case Kind.Enum():
            options = (str(option) for option in kind.options if option is not None)
            return f"must be one of {cut(', '.join(options))}"
        case Kind.Required():
            return "is required"
        case Kind.Pattern():
            return "does not have the required form"
    limit = kind.as_dict().get("limit")
    return f"does not satisfy {kind.name}" + ("" if limit is None else f" {limit}")


def cut(text: str) -> str:
    """`text`, as long as it may stand in an answer."""
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "…"


def _part(value: dict[str, Any] | list[Any], steps: Sequence[Any], low: int, high: int) -> object:
    if isinstance(value, dict):
        return {step: value[step] for step in steps[low:high]}
    return value[low:high]


def _pointer(path: Path) -> str:
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return cut("".join(f"/{step}" for step in steps))
