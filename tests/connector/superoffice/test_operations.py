"""Lists, products, search and addresses on what is null, empty, unknown or not promised."""

from typing import Any

import pytest

from tests.connector.superoffice.conftest import Crm

Json = dict[str, Any]
NOBODY: Json = {"Context": {}}
LISTS = [
    ("ProductCategory", 3), ("productfamily", 2), ("PRODUCTTYPE", 4), ("PaymentTerms", 3),
    ("PaymentType", 3), ("DeliveryTerms", 3), ("DeliveryType", 3),
]  # fmt: skip


@pytest.mark.parametrize(("name", "count"), LISTS)
def test_lists_have_unique_keys(crm: Crm, name: str, count: int) -> None:
    items = crm.call("GetQuoteList", {"QuoteListType": name})
    assert len({item["ERPQuoteListItemKey"] for item in items}) == len(items) == count
    assert all(item["DisplayValue"] for item in items)


def test_a_list_shows_its_value_and_tooltip_the_right_way_round(crm: Crm) -> None:
    items = crm.call("GetQuoteList", {"QuoteListType": "DeliveryType"})
    assert items[2]["DisplayValue"] == "SBFC"
    assert items[2]["DisplayDescription"].startswith("Slow boat")


@pytest.mark.parametrize("name", ["category", "", "no such list"])
def test_a_list_we_do_not_keep_is_null(crm: Crm, name: str) -> None:
    assert crm.call("GetQuoteList", {"QuoteListType": name}) is None


def test_a_list_not_promised_is_null(crm: Crm) -> None:
    crm.promise(ilistprovider_provide_paymenttermslist=False)
    assert crm.call("GetQuoteList", {"QuoteListType": "PaymentTerms"}) is None


def test_products_are_read_by_key_also_when_off_sale(crm: Crm) -> None:
    product = crm.call("GetProduct", NOBODY | {"ErpProductKey": "18633"})
    assert (product["ERPPriceListKey"], product["InAssortment"]) == ("NOK2013-InActive", False)
    assert [each["Name"] for each in product["ExtraInfo"]][:5] == [
        "Weight", "Height", "Arms", "Certification", "Weight",
    ]  # fmt: skip
    assert product["RawExtraInfo"].startswith('<Fields><Field Name="Weight"')
    assert product["QuantityUnit"] == "1"


def test_an_unknown_key_is_null_left_out_or_nothing(crm: Crm) -> None:
    assert crm.call("GetProduct", NOBODY | {"ErpProductKey": "nope"}) is None
    asked = NOBODY | {"ErpProductKeys": ["18601", "nope", "18600", "18600"]}
    keys = [each["ERPProductKey"] for each in crm.call("GetProducts", asked)]
    assert keys == ["18601", "18600", "18600"]
    assert crm.call("GetProducts", NOBODY | {"ErpProductKeys": []}) == []
    assert crm.call("GetQuoteLinesFromProduct", NOBODY | {"ErpProductKey": "nope"}) == []
    assert crm.call("GetNumberOfProductImages", {"ErpProductKey": "nope"}) == 0
    assert crm.call("GetProductImage", {"ErpProductKey": "nope", "Rank": 1}) is None


@pytest.mark.parametrize("operation", ["GetProduct", "GetQuoteLinesFromProduct"])
@pytest.mark.parametrize("key", ["", None])
def test_an_empty_key_is_a_malformed_request(crm: Crm, operation: str, key: object) -> None:
    body = NOBODY | {"ErpProductKey": key}
    answer = crm.post(operation, body, crm.basic(crm.tenant, crm.secret))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/ErpProductKey"


@pytest.mark.parametrize(
    ("rank", "picture"), [(0, "reddingsportsltd"), (1, "reddingsportsltd"), (2, "ebayimg")]
)
def test_pictures_by_rank(crm: Crm, rank: int, picture: str) -> None:
    assert crm.call("GetNumberOfProductImages", {"ErpProductKey": "18638"}) == 2
    assert picture in crm.call("GetProductImage", {"ErpProductKey": "18638", "Rank": rank})
    assert crm.call("GetProductImage", {"ErpProductKey": "18638", "Rank": 3}) is None


def test_searchable_fields_are_ranked_and_keyed(crm: Crm) -> None:
    fields = crm.call("GetSearchableFields", {})
    assert len({field["FieldKey"] for field in fields}) == len(fields)
    assert sorted(field["Rank"] for field in fields) == list(range(1, len(fields) + 1))


@pytest.mark.parametrize(
    ("restrictions", "count"),
    [
        ([("name", "=", ["JACKIE PUMP PUTT"])], 5),
        ([("name", "begins", ["jack"]), ("unitListPrice", "<", ["[M:100.00]"])], 2),
        ([("productFamilyKey", "=", ["WOMENS%"]), ("unitListPrice", ">=", ["[I:200]"])], 3),
        ([("erpPriceListKey", "=", ["NOK2013"])], 15),
        ([("erpPriceListKey", "=", ["NOK2013-InActive"])], 0),
        ([("inStock", "between", ["700", "[F:900]"])], 10),
        ([("colour", "=", ["red"])], 0),
        ([("name", "like", ["x"])], 0),
        ([("name", "=", None)], 0),
    ],
)
def test_restrictions_are_joined_by_and(crm: Crm, restrictions: list[Any], count: int) -> None:
    asked = [{"FieldKey": key, "Operator": op, "Values": vs} for key, op, vs in restrictions]
    assert len(crm.call("GetSearchResults", {"Restrictions": asked})) == count


def test_search_not_promised_offers_and_finds_nothing(crm: Crm) -> None:
    crm.promise(iconnector_perform_complexsearch=False)
    assert crm.call("GetSearchableFields", {}) == []
    asked = {"FieldKey": "name", "Operator": "=", "Values": ["%"]}
    assert crm.call("GetSearchResults", {"Restrictions": [asked]}) == []


def test_addresses_are_invoice_then_delivery(crm: Crm) -> None:
    invoice, delivery = crm.call("GetAddresses", {"Context": {"CRMCompany": {"ContactId": 3}}})
    assert (invoice["City"], invoice["CountryCode"]) == ("Berlin", "DE")
    assert (delivery["City"], delivery["ZipCode"]) == ("Hamburg", "5555")


def test_no_addresses_known_or_promised(crm: Crm) -> None:
    assert crm.call("GetAddresses", {"Context": {"CRMCompany": {"ContactId": 99}}}) is None
    assert crm.call("GetAddresses", NOBODY) is None
    crm.promise(iaddressprovider_provide_addresses=False)
    assert crm.call("GetAddresses", {"Context": {"CRMCompany": {"ContactId": 3}}}) == []
