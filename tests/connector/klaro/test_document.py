"""The document of the quotation Web API, the functions behind it, and the address it is at."""

import importlib
import inspect
from typing import Any

import pytest
from openapi_spec_validator import validate
from starlette.testclient import TestClient

from connector.klaro import ROOMS
from connector.surface import snake_case
from connector.surfaces import klaro, load
from tests.connector.klaro.conftest import API
from tests.connector.vektra.conftest import ROOT

Json = dict[str, Any]
DOCUMENT: Json = load((ROOT / "openapi" / "klaro.yaml").read_bytes())
OPERATIONS = [
    operation
    for item in DOCUMENT["paths"].values()
    for method, operation in item.items()
    if method != "parameters"
]


def test_the_document_is_valid_openapi() -> None:
    validate(DOCUMENT)
    assert DOCUMENT["openapi"] == "3.0.3"


def test_an_operation_stands_in_the_module_of_its_tag() -> None:
    listed: dict[str, set[str]] = {}
    for operation in OPERATIONS:
        listed.setdefault(operation["tags"][0], set()).add(operation["operationId"])
    assert listed == {room: set(operations) for room, operations in ROOMS.items()}


@pytest.mark.parametrize("room", ROOMS)
def test_every_operation_is_a_public_function_of_its_module(room: str) -> None:
    module = importlib.import_module(f"connector.klaro.{room}")
    public = {
        name
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
    assert public >= {snake_case(operation) for operation in ROOMS[room]}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: str(each["operationId"]))
def test_an_operation_says_how_it_refuses(operation: Json) -> None:
    assert {"400", "401", "403", "429", "503", "default"} <= set(operation["responses"])
    assert operation["summary"]
    assert operation["description"]
    if "requestBody" in operation:
        assert {"404", "409", "413", "415"} <= set(operation["responses"])


def test_the_document_is_served_at_the_address_it_names(demo_client: TestClient) -> None:
    served = demo_client.get(f"{API}/openapi.json").json()
    assert served["servers"][0]["url"] == API
    assert served == DOCUMENT


def test_the_address_is_chosen_by_a_setting() -> None:
    moved = klaro(ROOT / "openapi", "/klaro")
    assert moved.base_path == "/klaro/api"
    assert moved.document["servers"][0]["url"] == "/klaro/api"
    assert moved.document["paths"] == DOCUMENT["paths"]
