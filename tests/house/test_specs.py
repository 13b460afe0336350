"""The contract document against the recorded facts of the wire, and against the code behind it.

`tests/data/superoffice-types.json` holds the facts: carriers, enumerations and operations.
"""

import importlib
import inspect
import json
import re
from collections import Counter

import pytest
from openapi_spec_validator import validate

from connector.superoffice.canonical import Canonical
from tests.house.document import (
    DOCUMENT,
    OPERATIONS,
    ROOT,
    SCHEMAS,
    Json,
    answer_of,
    may_be_null,
    request_of,
    shaped,
    spelled,
    target,
    validator,
    whole,
)

FACTS: Json = json.loads((ROOT / "tests/data/superoffice-types.json").read_text())
CARRIERS: dict[str, Json] = {
    name: fact for name, fact in FACTS["types"].items() if not fact.get("abstract")
}
DEMANDED = {
    "GetQuoteList": {"QuoteListType"},
    "GetAddresses": {"Context"},
    "OnBeforeCreateQuote": {"Context"},
    "OnBeforeCreateQuoteVersion": {"QuoteContext"},
    "OnBeforeCreateQuoteAlternative": {"Context"},
    "OnBeforeDeleteQuote": {"Quote"},
    "OnAfterSentQuoteVersion": {"QuoteContext"},
    "OnQuoteLineChanged": {"Context", "QuoteLine"},
    "FindProduct": {"Context"},
    "GetProduct": {"Context", "ErpProductKey"},
    "GetProducts": {"Context", "ErpProductKeys"},
    "GetQuoteLinesFromProduct": {"Context", "ErpProductKey"},
    "GetNumberOfProductImages": {"ErpProductKey"},
    "GetProductImage": {"ErpProductKey"},
    "GetSearchResults": {"Restrictions"},
    "RecalculateQuoteAlternative": {"Context"},
    "ValidateQuoteVersion": {"QuoteContext"},
    "UpdateQuoteVersionPrices": {"QuoteContext"},
    "PlaceOrder": {"Context"},
    "GetOrderState": {"Context"},
}
REFUSALS = {"400", "401", "403", "413", "415", "422", "429", "503", "default"}
READ_ONLY = {"UserInfo", "IContactInfo3", "IPersonInfo", "IProjectInfo", "ISaleInfo3"}


def test_the_document_is_valid_openapi() -> None:
    validate(DOCUMENT)
    assert DOCUMENT["openapi"] == "3.0.3"


def test_every_operation_of_the_facts_is_a_post_under_its_own_name() -> None:
    assert set(OPERATIONS) == set(FACTS["operations"])
    assert len(DOCUMENT["paths"]) == 26
    for path, item in DOCUMENT["paths"].items():
        assert set(item) == {"post"}
        assert path == "/" + item["post"]["operationId"]
        assert len(item["post"]["tags"]) == 1


@pytest.mark.parametrize("operation", FACTS["operations"])
def test_a_request_has_the_members_of_the_facts(operation: str) -> None:
    name, schema = target(request_of(operation)["schema"]["$ref"])
    facts = FACTS["operations"][operation]["request"]
    assert name == operation + "Request"
    assert OPERATIONS[operation]["requestBody"]["required"] is True
    assert {member: spelled(shape) for member, shape in schema["properties"].items()} == {
        member: fact["type"] for member, fact in facts.items()
    }
    assert set(schema.get("required", [])) == DEMANDED.get(operation, set())
    for member, shape in schema["properties"].items():
        assert may_be_null(shape) == (member not in DEMANDED.get(operation, set()))


@pytest.mark.parametrize(
    ("operation", "member"), [(name, member) for name in DEMANDED for member in DEMANDED[name]]
)
def test_a_demanded_member_may_be_neither_missing_nor_null(operation: str, member: str) -> None:
    media = request_of(operation)
    body = next(iter(media["examples"].values()))["value"]
    check = validator(media["schema"])
    assert check.is_valid(body)
    assert not check.is_valid({**body, member: None})
    assert not check.is_valid({key: value for key, value in body.items() if key != member})


@pytest.mark.parametrize("operation", FACTS["operations"])
def test_an_answer_is_of_the_type_of_the_facts(operation: str) -> None:
    facts, schema = FACTS["operations"][operation], answer_of(operation)["schema"]
    assert spelled(schema) == facts["response"]
    assert may_be_null(schema) is facts["responseNullable"]


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_carrier_has_the_members_of_the_facts(carrier: str) -> None:
    schema = SCHEMAS[carrier]
    assert {member: spelled(shape) for member, shape in schema["properties"].items()} == {
        member: fact["type"] for member, fact in CARRIERS[carrier]["fields"].items()
    }
    assert schema["additionalProperties"] is True
    assert "required" not in schema
    assert all(may_be_null(shape) for shape in schema["properties"].values())


@pytest.mark.parametrize("enum", FACTS["enums"])
def test_an_enumeration_is_read_by_name_and_by_number(enum: str) -> None:
    facts = FACTS["enums"][enum]
    names, numbers = SCHEMAS[f"{enum}Name"], SCHEMAS[f"{enum}Number"]
    assert [target(one["$ref"])[0] for one in SCHEMAS[enum]["oneOf"]] == [
        f"{enum}Name",
        f"{enum}Number",
    ]
    assert names["enum"] == list(facts)
    assert numbers["enum"] == list(facts.values())
    variables = ["NONE" if name == "None" else name for name in facts]  # None is a Python keyword
    assert names["x-enum-varnames"] == numbers["x-enum-varnames"] == variables


@pytest.mark.parametrize("name", FACTS["enums"]["ValueOverride"])
def test_a_number_is_made_the_name_the_document_lists(name: str) -> None:
    number = FACTS["enums"]["ValueOverride"][name]
    body: Json = {"Context": {}, "QuoteLine": {"UserValueOverride": number}}
    assert Canonical(DOCUMENT).canonicalise("OnQuoteLineChanged", body)
    assert body["QuoteLine"] == {"UserValueOverride": name}


def test_no_schema_leaves_a_choice_but_the_enumerations() -> None:
    choosing = {
        name for name, schema in SCHEMAS.items() for part in shaped(schema) if "oneOf" in part
    }
    assert choosing == set(FACTS["enums"])
    assert not [part for part in shaped(DOCUMENT) if {"anyOf", "not", "discriminator"} & set(part)]


def test_every_schema_is_used() -> None:
    used = Counter(part["$ref"] for part in shaped(DOCUMENT) if "$ref" in part)
    assert {target(name)[0] for name in used if "/schemas/" in name} == set(SCHEMAS)


def test_no_two_members_differ_by_letter_case_only() -> None:
    for name, schema in SCHEMAS.items():
        members = Counter(member.lower() for member in schema.get("properties", {}))
        assert [member for member, times in members.items() if times > 1] == [], name


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_examples_of_an_operation_fit_its_schemas(operation: str) -> None:
    for media in (request_of(operation), answer_of(operation)):
        check = validator(media["schema"])
        assert media["examples"]
        for name, example in media["examples"].items():
            faults = [
                f"{fault.instance_path}: {fault}" for fault in check.iter_errors(example["value"])
            ]
            assert faults == [], name


def test_every_operation_voices_every_refusal_as_a_problem() -> None:
    for operation in OPERATIONS.values():
        assert set(operation["responses"]) == REFUSALS | {"200"}
    for name, response in DOCUMENT["components"]["responses"].items():
        media = response["content"]["application/problem+json"]
        assert media["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert validator(media["schema"]).is_valid(media["example"]), name


LINKS: Json = DOCUMENT["components"]["links"]
SOURCES = [
    (name, reference["$ref"].rpartition("/")[2])
    for name, operation in OPERATIONS.items()
    for reference in operation["responses"]["200"].get("links", {}).values()
]


@pytest.mark.parametrize(("source", "link"), SOURCES)
def test_a_link_carries_what_its_source_answers_into_a_request(source: str, link: str) -> None:
    def carried(shape: Json, body: Json) -> None:
        for member, value in body.items():
            inner = whole(shape)["properties"][member]
            if isinstance(value, dict):
                carried(inner, value)
            else:
                path = value.removeprefix("$response.body").removeprefix("#/")
                given = whole(answer)["properties"][path] if path else answer
                assert spelled(given) == spelled(inner)

    answer = answer_of(source)["schema"]
    carried(request_of(LINKS[link]["operationId"])["schema"], LINKS[link]["requestBody"])


def test_every_link_leaves_some_operation() -> None:
    assert {link for _, link in SOURCES} == set(LINKS)


def test_either_way_of_signing_in_is_enough() -> None:
    assert DOCUMENT["security"] == [{"basic": []}, {"jwt": []}]
    schemes = DOCUMENT["components"]["securitySchemes"]
    assert {name: scheme["scheme"] for name, scheme in schemes.items()} == {
        "basic": "basic",
        "jwt": "bearer",
    }
    assert {key for part in shaped(DOCUMENT) for key in part if str(key).startswith("x-")} == {
        "x-enum-varnames"
    }


def test_everything_the_connector_reads_or_writes_is_described() -> None:
    for name, operation in OPERATIONS.items():
        assert operation["summary"], name
        assert operation["description"], name
    for name, schema in SCHEMAS.items():
        assert schema["description"], name
        for member, shape in schema.get("properties", {}).items():
            assert shape.get("description") or name in READ_ONLY, f"{name}.{member}"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-11-21T09:30:00", True),
        ("2026-11-21T09:30:00Z", True),
        ("2013-06-04T16:48:30.4139349+02:00", True),
        ("0001-01-01T00:00:00", True),
        ("9999-12-31T23:59:59.9999999", True),
        ("2026-11-21", True),
        (None, True),
        ("2026-11-21T09:30:00.12345678", False),
        ("2026-13-01T00:00:00", False),
        ("2026-11-21 09:30", False),
        ("21.11.2026", False),
        ("", False),
    ],
)
def test_days_and_times_are_read_in_every_form_of_the_wire(text: str | None, read: bool) -> None:
    check = validator(SCHEMAS["PriceListInfo"])
    assert check.is_valid({"ValidFrom": text}) is read


@pytest.mark.parametrize(
    ("member", "value", "read"),
    [
        ("Quantity", 999999999999999, True),
        ("Quantity", 1000000000000000, False),
        ("TotalPrice", -1000000000000000, False),
        ("UnitCost", -7.922816251426434e28, True),
        ("UnitMinimumPrice", -7.922816251426434e28, True),
        ("UnitCost", 1000000000000000, False),
        ("Rank", 2147483648, False),
        ("Quantity", "4", False),
        ("UserValueOverride", "OverrideTotal", True),
        ("UserValueOverride", 1, True),
        ("UserValueOverride", None, True),
        ("UserValueOverride", 6, False),
        ("UserValueOverride", "Total", False),
        ("Colour", {"of": ["a", "later", "release"]}, True),
    ],
)
def test_a_line_is_read_within_its_limits(member: str, value: object, read: bool) -> None:
    assert validator(SCHEMAS["QuoteLineInfo"]).is_valid({member: value}) is read


def test_an_empty_product_key_is_refused() -> None:
    body = {"Context": {}, "ErpProductKey": ""}
    assert not validator(SCHEMAS["GetProductRequest"]).is_valid(body)
    assert not validator(SCHEMAS["GetProductsRequest"]).is_valid(
        {"Context": {}, "ErpProductKeys": [""]}
    )


def test_every_operation_is_a_public_function_of_its_room_and_nothing_else_is() -> None:
    rooms: dict[str, str] = importlib.import_module("connector.superoffice").ROOMS
    tags = {name: operation["tags"][0] for name, operation in OPERATIONS.items()}
    assert rooms == {name: tag.replace("-", "_") for name, tag in tags.items()}
    for room in set(rooms.values()):
        module = importlib.import_module(f"connector.superoffice.{room}")
        public = {
            name
            for name, function in inspect.getmembers(module, inspect.isfunction)
            if function.__module__ == module.__name__ and not name.startswith("_")
        }
        assert public == {
            re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() for name in rooms if rooms[name] == room
        }
