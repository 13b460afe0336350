"""Bodies against schemas: the verdicts are those of Connexion's own validator."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from connexion.json_schema import Draft4RequestValidator
from connexion.spec import Specification
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.errors import Refused
from connector.surface import Surface
from connector.validation import Shape, Shapes, fold

NAME = {"type": "string", "enum": ["Ok", "Error"]}
NUMBER = {"type": "integer", "enum": [0, 3]}
LINE = {
    "type": "object",
    "required": ["Quantity"],
    "properties": {
        "Quantity": {"type": "number", "minimum": -999999999999999, "maximum": 999999999999999},
        "Cost": {"type": "number", "maximum": 999999999999999, "nullable": True},
        "Rank": {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
        "Code": {"type": "string", "maxLength": 5, "nullable": True},
        "Day": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"},
        "Status": {"nullable": True, "allOf": [{"oneOf": [NAME, NUMBER]}]},
        "Extra": {"type": "array", "maxItems": 2, "items": {"type": "string"}},
        "Texts": {"type": "object", "additionalProperties": {"type": "string", "nullable": True}},
        "description": {"type": "boolean"},
    },
}
BODY: dict[str, Any] = {
    "type": "object",
    "properties": {
        "Line": {"allOf": [LINE], "description": "The line."},
        "Maybe": {"allOf": [LINE], "nullable": True},
        "a/b~c": {"type": "string"},
    },
    "required": ["Line"],
}


def refusal(body: dict[str, Any], schema: dict[str, Any] = BODY) -> Refused:
    with pytest.raises(Refused) as refused:
        Shape(schema).check(body)
    return refused.value


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("Quantity", 12),
        ("Quantity", Decimal("12.30")),
        ("Quantity", Decimal("999999999999999.0")),
        ("Quantity", -999999999999999),
        ("Cost", None),
        ("Cost", Decimal(-79228162514264337593543950335)),
        ("Rank", 2**31 - 1),
        ("Code", None),
        ("Code", "ÆØÅæø"),
        ("Status", None),
        ("Status", "Error"),
        ("Status", 3),
        ("Extra", ["a", "b"]),
        ("Texts", {"a": None, "b": "c"}),
        ("description", True),
        ("Unknown", {"x": [1]}),
    ],
)
def test_what_fits_passes(member: str, value: object) -> None:
    Shape(BODY).check({"Line": {"Quantity": 1, member: value}})


@pytest.mark.parametrize(
    ("member", "value", "code", "message"),
    [
        ("Quantity", "12", "type", "must be of type number"),
        ("Quantity", None, "type", "must be of type number"),
        ("Quantity", True, "type", "must be of type number"),
        ("Quantity", 10**15, "maximum", "does not satisfy maximum 999999999999999"),
        ("Quantity", Decimal("999999999999999.1"), "maximum", "maximum"),
        ("Quantity", Decimal("-1E+15"), "minimum", "minimum"),
        ("Cost", Decimal(10**15), "maximum", "maximum"),
        ("Rank", 2**31, "maximum", "maximum 2147483647"),
        ("Rank", Decimal("1.5"), "type", "must be of type integer"),
        ("Code", "abcdef", "maxLength", "does not satisfy maxLength 5"),
        ("Day", "2026-1", "pattern", "does not have the required form"),
        ("Status", "ok", "enum", "must be one of Ok, Error, 0, 3"),
        ("Status", 1, "enum", "must be one of"),
        ("Extra", "a", "type", "must be of type array"),
        ("Extra", ["a", "b", "c"], "maxItems", "maxItems 2"),
        ("description", 1, "type", "must be of type boolean"),
    ],
)
def test_what_does_not_fit_is_named_by_its_place(
    member: str, value: object, code: str, message: str
) -> None:
    refused = refusal({"Line": {"Quantity": 1, member: value}})
    [fault] = refused.faults
    assert (refused.status, refused.code) == (400, "invalid_body")
    assert (fault.pointer, fault.code) == (f"/Line/{member}", code)
    assert message in fault.message
    assert refused.detail.startswith(f"/Line/{member}: ")


def test_a_missing_member_is_named_where_it_should_be() -> None:
    assert refusal({}).faults[0] == ("/Line", "required", "is required")
    assert refusal({"Line": {}}).faults[0].pointer == "/Line/Quantity"
    assert (
        refusal({"Line": {"Quantity": 1, "Extra": ["a", 2]}}).faults[0].pointer == "/Line/Extra/1"
    )


def test_an_object_that_may_be_null_is_checked_like_one_that_may_not() -> None:
    line = {"Quantity": 1}
    Shape(BODY).check({"Line": line, "Maybe": None})
    fault = refusal({"Line": line, "Maybe": {"Quantity": 1, "Code": 7}}).faults[0]
    assert fault.pointer == "/Maybe/Code"
    assert refusal({"Line": None}).faults[0].pointer == "/Line"


def test_a_pointer_is_escaped_and_a_refusal_never_repeats_a_value() -> None:
    refused = refusal({"Line": {"Quantity": 1}, "a/b~c": 12345})
    assert refused.faults[0].pointer == "/a~1b~0c"
    long = refusal({"Line": {"Quantity": 1, "Texts": {"k" * 1000: 5}}})
    assert len(long.faults[0].pointer) <= 201
    secret = refusal({"Line": {"Quantity": "s3cret-value"}})
    assert "s3cret" not in secret.detail + secret.faults[0].message


def test_a_choice_of_more_than_enumerations_may_be_null_as_a_whole() -> None:
    schema = {"properties": {"a": {"nullable": True, "oneOf": [LINE, {"type": "string"}]}}}
    assert fold(schema)["properties"]["a"]["anyOf"][1] == {"type": "null"}
    for value in (None, "text", {"Quantity": 1}):
        Shape(schema).check({"a": value})
    refusal({"a": 5}, schema)


def test_a_deep_body_is_refused_and_not_a_crash() -> None:
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"Line": deep}
    refusal(deep)


@pytest.mark.parametrize("good", [0, 49, 50, 51, 199, 200, 201, 5_000])
def test_a_fault_is_found_wherever_it_is_in_a_long_list(good: int) -> None:
    item = {"nullable": True, "oneOf": [{"type": "string"}, LINE]}
    schema = {"properties": {"a": {"type": "array", "maxItems": 10_000, "items": item}}}
    faulty = [*("fits" for _ in range(good)), 5, *("fits" for _ in range(4_000))]
    assert refusal({"a": faulty}, schema).faults[0].pointer == f"/a/{good}"
    members = {"type": "object", "additionalProperties": item}
    many: dict[str, object] = {str(each): "fits" for each in range(good)} | {"x": 5}
    assert refusal(many, members).faults[0].pointer == "/x"
    assert refusal({"a": ["fits"] * 10_001}, schema).faults[0].pointer == "/a"


def test_one_schema_is_compiled_once() -> None:
    shapes = Shapes()
    assert shapes.of(BODY) is shapes.of(BODY)
    assert shapes.of(deepcopy(BODY)) is not shapes.of(BODY)


MEMBERS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**16), 10**16)
    | st.sampled_from([10**14 - 1, 10**14, 999999999999999, 10**15, 2**31, -(2**31) - 1, 0, 3])
    | st.sampled_from(["", "Ok", "Error", "ok", "2026-11", "abcdef", "ÆØÅæøå"])
    | st.lists(st.none() | st.text(max_size=2), max_size=3)
    | st.dictionaries(st.text(max_size=2), st.none() | st.integers() | st.text(max_size=2))
)
LINES = st.none() | st.dictionaries(st.sampled_from([*LINE["properties"]]), MEMBERS)
BODIES = st.dictionaries(st.sampled_from(["Line", "Maybe", "a/b~c", "x"]), LINES | MEMBERS)
CONNEXION = Draft4RequestValidator(BODY)
SHAPE = Shape(BODY)


@given(BODIES)
@settings(max_examples=500, deadline=None)
def test_the_verdict_is_connexions(body: dict[str, Any]) -> None:
    try:
        SHAPE.check(body)
    except Refused:
        assert not CONNEXION.is_valid(body)
    else:
        assert CONNEXION.is_valid(body)


@given(BODIES)
@settings(max_examples=300, deadline=None)
def test_a_tame_body_gets_the_verdict_of_the_full_schema(body: dict[str, Any]) -> None:
    numbers = [body, *(part for part in body.values() if isinstance(part, dict))]
    if any(
        type(value) is int and abs(value) >= 10**14 for part in numbers for value in part.values()
    ):
        return
    verdicts: list[str | None] = []
    for is_tame in (False, True):
        try:
            SHAPE.check(body, is_tame=is_tame)
            verdicts.append(None)
        except Refused as refused:
            verdicts.append(refused.detail)
    assert verdicts[0] == verdicts[1]


def test_every_example_of_the_document_gets_connexions_verdict(
    superoffice_surface: Surface,
) -> None:
    specification = Specification.load(deepcopy(superoffice_surface.document))
    seen = 0
    for item in specification["paths"].values():
        media = item["post"]["requestBody"]["content"]["application/json"]
        shape, connexion = Shape(media["schema"]), Draft4RequestValidator(media["schema"])
        for example in media["examples"].values():
            shape.check(example["value"])
            assert connexion.is_valid(example["value"])
            for broken in _broken(example["value"]):
                seen += 1
                assert not connexion.is_valid(broken)
                with pytest.raises(Refused):
                    shape.check(broken)
    assert seen > 50


def _broken(body: dict[str, Any]) -> list[dict[str, Any]]:
    """`body` with each of its members in turn made an object where it is none, or a text."""
    return [
        body | {member: "text" if isinstance(value, dict) else {"x": [1]}}
        for member, value in body.items()
        if isinstance(value, dict | list | int)
    ]
