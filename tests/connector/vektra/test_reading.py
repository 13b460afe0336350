"""Products, price lists and accounts, read page by page."""

from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import validate

from connector.surfaces import load
from tests.connector.vektra.conftest import ROOT, Caller

Json = dict[str, Any]


def get(caller: Caller, path: str, status: int = 200) -> Json:
    answer = caller.send("GET", path)
    assert answer.status_code == status, answer.text
    read: Json = answer.json()
    return read


def pages(caller: Caller, path: str) -> Iterator[Json]:
    cursor = None
    while True:
        found = get(caller, path + (f"&cursor={cursor}" if cursor else ""))
        yield from found["data"]
        cursor = found["next_cursor"]
        if cursor is None:
            return


def test_the_document_is_valid_openapi() -> None:
    validate(load((ROOT / "openapi" / "vektra.yaml").read_bytes()))


@pytest.mark.parametrize("limit", [1, 2, 7, 200])
def test_pages_give_every_product_once_and_in_order(caller: Caller, limit: int) -> None:
    skus = [each["sku"] for each in pages(caller, f"/products?limit={limit}")]
    assert len(skus) == len(set(skus)) == 21
    assert skus[0] == "VX-2000"


def test_a_product_is_found_by_any_of_its_texts(caller: Caller) -> None:
    assert [each["sku"] for each in pages(caller, "/products?q=CARE%20plus")] == ["CARE-PLUS"]
    assert get(caller, "/products?q=nothing-like-it")["data"] == []


def test_a_product_tells_its_charge_and_its_prices(caller: Caller) -> None:
    care = get(caller, "/products/CARE-PLUS")
    assert care["charge"] == {"type": "recurring", "period": "month", "term_months": 12}
    assert {"price_list": "USD-STD", "currency": "USD", "list_price": 180} in care["prices"]


def test_a_price_list_has_its_prices_page_by_page(caller: Caller) -> None:
    first = get(caller, "/price-lists/USD-STD?limit=1")
    assert (first["currency"], first["active"]) == ("USD", True)
    assert first["entries"]["data"] == [{"sku": "VX-2000", "list_price": 12000}]
    second = get(caller, f"/price-lists/USD-STD?limit=1&cursor={first['entries']['next_cursor']}")
    assert second["entries"]["data"] == [{"sku": "VX-1200", "list_price": 6450}]


def test_an_account_is_read(caller: Caller) -> None:
    assert get(caller, "/accounts/ACME-NORD") == {
        "id": "ACME-NORD",
        "name": "ACME Nordic AS",
        "parent": "ACME",
        "group": None,
        "region": "nordic",
        "crm_contact_id": 3,
    }


def test_what_belongs_to_another_tenant_is_not_there(caller: Caller, stranger: Caller) -> None:
    """CustOther has ACME too, and nothing of ACME's Nordic daughter or of prices in crowns."""
    assert get(stranger, "/accounts/ACME-NORD", 404)["code"] == "not_found"
    assert get(stranger, "/price-lists/NOK-STD", 404)["code"] == "not_found"
    cursor = get(caller, "/price-lists?limit=2")["next_cursor"]
    assert get(stranger, f"/price-lists?cursor={cursor}", 422)["code"] == "unknown_cursor"


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("limit=0", "/limit", "minimum"),
        ("limit=201", "/limit", "maximum"),
        ("limit=many", "/limit", "type"),
        ("limit=1.5", "/limit", "type"),
        ("limit=1_0", "/limit", "type"),
        ("limit=%2B5", "/limit", "type"),
        ("limit=-0", "/limit", "type"),
        ("limit=05", "/limit", "type"),
        ("limit=", "/limit", "type"),
        ("limit=1&limit=2", "/limit", "given_twice"),
        ("colour=red", "/colour", "unknown_parameter"),
        ("q=" + "x" * 201, "/q", "maxLength"),
    ],
)
def test_a_wrong_parameter_is_named(caller: Caller, query: str, pointer: str, code: str) -> None:
    refused = get(caller, f"/products?{query}", 400)
    [fault] = refused["errors"]
    assert (fault["pointer"], fault["code"]) == (pointer, code)


@pytest.mark.parametrize("cursor", ["nonsense", "%C3%A6", "0", "TlVMTA"])
def test_a_cursor_that_was_made_up_leads_nowhere(caller: Caller, cursor: str) -> None:
    refused = get(caller, f"/products?cursor={cursor}", 422)
    assert (refused["code"], refused["errors"][0]["pointer"]) == ("unknown_cursor", "/cursor")


@pytest.mark.parametrize(
    "path",
    [
        *("/products/NOPE", "/price-lists/NOPE", "/accounts/NOPE", "/accounts/x%0A"),
        *("/products/a%2Fb", "/products/%00", "/products/%20", "/products/", "/nothing"),
    ],
)
def test_what_is_not_there_is_not_found(caller: Caller, path: str) -> None:
    assert get(caller, path, 404)["code"] == "not_found"
