"""A partner generates a client from the contract document and sells with it."""

import base64
import importlib
import json
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import httpx
import pytest
import requests

from tests.house.document import OPERATIONS, ROOT, Json, answer_of, request_of, validator
from tests.house.generating import generated

PACKAGE = "generated_quote_client"
SECRET = "demo-shared-secret-0123456789abcdef"  # the demo prints it
COMPANY = {"ContactId": 2, "Number": "ACME", "Name": "ACME"}
SALE = {"SaleId": 41, "Currency": "USD"}


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The generated package."""
    folder = tmp_path_factory.mktemp("client")
    with generated("superoffice.yaml", PACKAGE, folder) as package:
        yield package


def part(client: ModuleType, name: str) -> Any:  # noqa: ANN401 (generated code)
    return importlib.import_module(f"{client.__name__}.{name}")


def function(client: ModuleType, operation: str) -> Any:  # noqa: ANN401 (generated code)
    tag = OPERATIONS[operation]["tags"][0].replace("-", "_")
    return part(client, f"api.{tag}.{snake(operation)}")


def plain(value: object) -> object:
    """A generated value as JSON."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.to_dict() if hasattr(value, "to_dict") else value


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_request_survives_the_generated_model(client: ModuleType, operation: str) -> None:
    model = getattr(part(client, "models"), f"{operation}Request")
    for example in request_of(operation)["examples"].values():
        assert model.from_dict(example["value"]).to_dict() == example["value"]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_answer_survives_the_generated_function(client: ModuleType, operation: str) -> None:
    for example in answer_of(operation)["examples"].values():
        reply = httpx.Response(200, content=json.dumps(example["value"]))
        read = function(client, operation)._parse_response(client=None, response=reply)
        assert plain(read) == example["value"]


def test_a_refusal_is_read_as_a_problem(client: ModuleType) -> None:
    reply = httpx.Response(503, json={"title": "Service Unavailable", "status": 503, "code": "x"})
    problem = function(client, "PlaceOrder")._parse_response(client=None, response=reply)
    assert isinstance(problem, part(client, "models").Problem)
    assert problem.code == "x"


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("UserValueOverride", None),
        ("UserValueOverride", "OverrideTotal"),
        ("UserValueOverride", 1),
        ("Status", None),
        ("ExtraInfo", None),
        ("SubscriptionStart", None),
        ("Colour", {"of": ["a", "later", "release"]}),
    ],
)
def test_a_line_comes_back_as_it_was_read(client: ModuleType, member: str, value: object) -> None:
    line = part(client, "models").QuoteLineInfo.from_dict({member: value})
    assert line.to_dict() == {member: value}


def test_an_enumeration_is_typed_by_name_and_by_number(client: ModuleType) -> None:
    models = part(client, "models")
    line = models.QuoteLineInfo
    named = line.from_dict({"UserValueOverride": "OverrideTotal"}).user_value_override
    assert named is models.ValueOverrideName.OVERRIDE_TOTAL
    numbered = line.from_dict({"UserValueOverride": 1}).user_value_override
    assert numbered is models.ValueOverrideNumber.OVERRIDE_TOTAL


class Seller:
    """Calls operations as the demo tenant, with nothing but generated code."""

    def __init__(self, client: ModuleType, door: object) -> None:
        self._client, self._door = client, door

    def call(self, operation: str, **members: object) -> Any:  # noqa: ANN401 (generated code)
        """The answer as JSON; fails unless it is 200."""
        model = getattr(part(self._client, "models"), f"{operation}Request")
        reply = function(self._client, operation).sync_detailed(
            client=self._door, body=model.from_dict(members)
        )
        assert reply.status_code == 200, reply.content
        return plain(reply.parsed)


def door(client: ModuleType, address: str, secret: str) -> Any:  # noqa: ANN401 (generated code)
    """The generated way in, as the demo tenant with `secret`."""
    token = base64.b64encode(f"CustDemo:{secret}".encode()).decode()
    return client.AuthenticatedClient(
        base_url=f"{address}/superoffice", token=token, prefix="Basic", timeout=10
    )


@pytest.fixture
def seller(client: ModuleType, live_server: str) -> Iterator[Seller]:
    with door(client, live_server, SECRET) as opened:
        yield Seller(client, opened)


def context(lines: list[Json], **quote: object) -> Json:
    return {
        "CRMCompany": COMPANY,
        "CRMSale": SALE,
        "CRMQuote": {"QuoteId": 155, "SaleId": 41, **quote},
        "CRMQuoteVersion": {"QuoteVersionId": 56, "QuoteId": 155, "State": "DraftNotCalculated"},
        "UserLanguageCode": "en-US",
        "CRMAlternativeWithLines": {
            "CRMAlternative": {"QuoteAlternativeId": 57, "QuoteVersionId": 56, "Name": "One"},
            "CRMQuoteLines": lines,
        },
    }


def version_context(alternative: Json) -> Json:
    around = context([])
    del around["CRMAlternativeWithLines"]
    return {**around, "CRMAlternativesWithLines": [alternative]}


def test_a_partner_finds_prices_checks_and_orders_with_generated_code(seller: Seller) -> None:
    able = seller.call("GetCapabilities")
    assert able["iorderconsumer_place_order"] is True

    lists = seller.call("GetActivePriceLists", IsoCurrencyCode="usd")
    assert {one["Currency"] for one in lists} == {"USD"}

    found = seller.call("FindProduct", Context=context([]), CurrencyCode="USD", UserInput="VX-2000")
    assert found[0]["Code"] == "VX-2000"

    [line, *_] = seller.call(
        "GetQuoteLinesFromProduct", Context=context([]), ErpProductKey=found[0]["ERPProductKey"]
    )
    assert (line["Quantity"], line["QuoteLineId"]) == (1, 0)
    assert line["UnitListPrice"] > 0

    line |= {"QuoteLineId": 61, "QuoteAlternativeId": 57, "Quantity": 4}
    changed = seller.call(
        "OnQuoteLineChanged",
        Context=context([line]),
        QuoteLine=line,
        ChangedFields=["QuoteLine.Quantity"],
    )
    assert changed["SubTotal"] == 4 * line["UnitListPrice"]
    assert changed["TotalPrice"] == changed["SubTotal"] - changed["DiscountAmount"]

    whole = seller.call("RecalculateQuoteAlternative", Context=context([changed]))
    assert whole["CRMAlternative"]["SubTotal"] == whole["CRMQuoteLines"][0]["TotalPrice"]

    checked = seller.call(
        "ValidateQuoteVersion", QuoteContext=version_context(whole), action="PlaceOrder"
    )
    assert (checked["IsOk"], checked["State"]) == (True, "Ok")
    assert checked["CRMQuoteVersion"]["State"] == "Draft"

    order = {"Context": context(whole["CRMQuoteLines"], PoNumber="PO-4711")}
    placed = seller.call("PlaceOrder", **order)
    key = placed["CRMQuote"]["ERPOrderKey"]
    assert (placed["IsOk"], bool(key)) == (True, True)
    assert seller.call("PlaceOrder", **order)["CRMQuote"]["ERPOrderKey"] == key

    state = seller.call("GetOrderState", Context=context(whole["CRMQuoteLines"], ERPOrderKey=key))
    assert state is None or state["CRMQuote"]["ERPOrderKey"] == key


def test_a_wrong_secret_is_refused_with_a_problem(client: ModuleType, live_server: str) -> None:
    body = part(client, "models").GetCapabilitiesRequest()
    with door(client, live_server, "wrong") as opened:
        reply = function(client, "GetCapabilities").sync_detailed(client=opened, body=body)
    assert reply.status_code == 401
    assert reply.parsed.status == 401
    assert "WWW-Authenticate" in reply.headers


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_example_is_answered_as_the_document_says(operation: str, live_server: str) -> None:
    fits = validator(answer_of(operation)["schema"])
    for example in request_of(operation)["examples"].values():
        reply = requests.post(
            f"{live_server}/superoffice/{operation}",
            json=example["value"],
            auth=("CustDemo", SECRET),
            timeout=10,
        )
        assert reply.status_code == 200, reply.text
        assert [str(fault) for fault in fits.iter_errors(reply.json())] == []


def test_the_document_is_served_as_it_lies_here(live_server: str) -> None:
    served = requests.get(f"{live_server}/superoffice/openapi.yaml", timeout=10)
    assert served.content == (ROOT / "openapi/superoffice.yaml").read_bytes()
