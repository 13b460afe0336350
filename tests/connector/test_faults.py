"""One fault is named wherever it is, and among however many others."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.errors import Fault, Refused
from connector.validation import Shape

Json = dict[str, Any]
TEXT = {"type": "string", "maxLength": 10}
OPTION = {
    "oneOf": [TEXT, {"type": "boolean"}, {"type": "array", "maxItems": 100_000, "items": TEXT}]
}
OPTIONS = {
    "oneOf": [
        {"type": "object", "maxProperties": 100_000, "additionalProperties": OPTION},
        {"type": "array", "maxItems": 0, "items": {}},
    ]
}
LINE: Json = {
    "type": "object",
    "additionalProperties": False,
    "required": ["sku"],
    "properties": {"sku": TEXT, "options": OPTIONS, "count": {"type": "integer"}},
}
SCHEMA: Json = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": TEXT,
        "options": {"nullable": True, **OPTIONS},
        "lines": {"type": "array", "maxItems": 100_000, "items": LINE},
        "others": {"type": "array", "minItems": 100, "maxItems": 200},
    },
}
SHAPE = Shape(SCHEMA)
NAME = {"name": "a"}


def fault(body: Json) -> Fault:
    with pytest.raises(Refused) as refused:
        SHAPE.check(body)
    [found] = refused.value.faults
    return found


def place(body: Json) -> tuple[str, str]:
    found = fault(body)
    return found.pointer, found.code


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({str(each): each for each in range(1_000)}, "/name", "required"),
        ({"name": 1, "lines": 1}, "/name", "type"),
        (NAME | {"lines": [{}]}, "/lines/0/sku", "required"),
        (NAME | {"lines": [{"sku": "a", "more": 1}]}, "/lines/0/more", "unknown_member"),
        (NAME | {"lines": [{"sku": "a", "count": "1"}, 5]}, "/lines/0/count", "type"),
        (NAME | {"options": {"a": "x" * 11}}, "/options/a", "oneOf"),
        (NAME | {"options": {"a": ["x", 1]}}, "/options/a/1", "type"),
        (NAME | {"options": [1]}, "/options", "maxItems"),
        (NAME | {"options": "text"}, "/options", "anyOf"),
        (NAME | {"others": [1] * 99}, "/others", "minItems"),
        (NAME | {"others": [1] * 201}, "/others", "maxItems"),
        (NAME | {"others": {str(each): 1 for each in range(150)}}, "/others", "type"),
    ],
)
def test_what_is_wrong_is_named(body: Json, pointer: str, code: str) -> None:
    assert place(body) == (pointer, code)


def test_a_required_member_is_found_behind_very_many_others() -> None:
    many = {str(each): each for each in range(1_000)}
    SHAPE.check(many | NAME)
    assert place(many | NAME | {"lines": 1}) == ("/lines", "type")


@pytest.mark.parametrize("good", [0, 1, 49, 50, 149, 250, 99_999])
def test_a_fault_is_found_behind_members_that_fit(good: int) -> None:
    texts = ["x"] * good
    options = {str(each): "x" for each in range(good)}
    lines = [{"sku": "a", "options": {"a": True}}] * good
    assert place(NAME | {"options": {"a": [*texts, {}]}})[0] == f"/options/a/{good}"
    assert place(NAME | {"options": options | {"z": {}}})[0] == "/options/z"
    last = {"sku": "a", "options": {"a": ["x", []]}}
    assert place(NAME | {"lines": [*lines, last]})[0] == f"/lines/{good}/options/a/1"


def test_one_too_many_is_told_of_lists_and_objects() -> None:
    assert place(NAME | {"lines": [{"sku": "a"}] * 100_001}) == ("/lines", "maxItems")
    options = {str(each): "x" for each in range(100_001)}
    assert place(NAME | {"options": options}) == ("/options", "maxProperties")


@pytest.mark.parametrize("wrong", [{}, [], 5, [[]] * 50, [{}] * 50, {"a": {"b": [1] * 50}}])
def test_the_first_of_very_many_faults_is_named(wrong: object) -> None:
    """Working each of them out would take minutes."""
    options = {str(each): [wrong] * 500 for each in range(500)}
    assert place(NAME | {"options": options})[0] == "/options/0/0"
    line = {"sku": "a", "options": {str(each): [wrong] for each in range(200)}}
    assert place(NAME | {"lines": [line] * 1_000})[0] == "/lines/0/options/0/0"


TEXTS = st.text("ab", max_size=3)
GOOD_OPTIONS = st.dictionaries(
    TEXTS, TEXTS | st.booleans() | st.lists(TEXTS, max_size=70), max_size=5
)
GOOD_LINES = st.fixed_dictionaries({"sku": TEXTS}, optional={"options": GOOD_OPTIONS})
GOOD_BODIES = st.fixed_dictionaries(
    {"name": TEXTS},
    optional={"options": GOOD_OPTIONS, "lines": st.lists(GOOD_LINES)},
)


@given(GOOD_BODIES, st.data())
@settings(max_examples=200, deadline=None)
def test_a_single_fault_is_named_by_its_place(body: Json, data: st.DataObject) -> None:
    SHAPE.check(body)
    path = data.draw(st.sampled_from(places(body)))
    wrong = deepcopy(body)
    whole: Any = wrong
    for step in path[:-1]:
        whole = whole[step]
    whole[path[-1]] = 5
    assert fault(wrong).pointer == "".join(f"/{step}" for step in path)


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Where every value below a value is."""
    found = [path] if path else []
    if isinstance(value, dict | list):
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        for step, each in steps:
            found += places(each, (*path, step))
    return found
