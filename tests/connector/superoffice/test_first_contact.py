"""What a SuperOffice client meets first, in the order it meets it, against the catalogue of
SuperOffice's own reference workbook."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.connector.superoffice.conftest import Crm

Json = dict[str, Any]

NAMES = {
    "iproductprovider_provide_cost",
    "iproductprovider_provide_minimumprice",
    "iproductprovider_provide_stockdata",
    "iproductprovider_provide_extradata",
    "iproductprovider_provide_picture",
    "iorderconsumer_send_order_confirm",
    "iorderconsumer_place_order",
    "iorderconsumer_provide_orderstate",
    "ilistprovider_provide_productcategorylist",
    "ilistprovider_provide_productfamilylist",
    "ilistprovider_provide_producttypelist",
    "ilistprovider_provide_paymenttermslist",
    "ilistprovider_provide_paymenttypelist",
    "ilistprovider_provide_deliverytermslist",
    "ilistprovider_provide_deliverytypelist",
    "iconnector_perform_complexsearch",
    "iaddressprovider_provide_addresses",
    "cache-pricelists",
    "no-cache-quotelists",
}


# 1 ---------------------------------------------------------------------------------------
def test_configuration_fields_repeat_their_key_and_are_ranked(crm: Crm) -> None:
    fields = crm.call("GetConfigurationFields", {})
    assert fields
    assert all(field["FieldKey"] == key for key, field in fields.items())
    ranks = [field["Rank"] for field in fields.values()]
    assert all(ranks)
    assert len(set(ranks)) == len(ranks)


# 2 ---------------------------------------------------------------------------------------
def test_a_good_connection_is_told_so(crm: Crm) -> None:
    said = crm.call("TestConnection", {"ConnectionData": {}})
    assert (said["IsOk"], said["State"]) == (True, "Ok")


def test_a_bad_connection_is_explained(crm: Crm) -> None:
    crm.switch("fail_start")
    said = crm.call("TestConnection", {"ConnectionData": {}})
    assert (said["IsOk"], said["State"]) == (False, "Error")
    assert said["UserExplanation"]


# 3 ---------------------------------------------------------------------------------------
def test_capabilities_are_plain_booleans_under_their_exact_names(crm: Crm) -> None:
    capabilities = crm.call("GetCapabilities", {})
    assert capabilities.keys() == NAMES
    assert {type(value) for value in capabilities.values()} == {bool}
    assert capabilities["iproductprovider_provide_cost"] is True


# 4 ---------------------------------------------------------------------------------------
def test_who_is_not_proven_is_refused_and_nothing_happens(crm: Crm) -> None:
    body = crm.order_body(quote_id=41)
    for headers in (
        {},
        crm.basic(crm.tenant, "not-the-secret-at-all-0123456789ab"),
        crm.basic("NoSuchTenant", crm.secret),
        crm.bearer(secret="x" * 40),
        crm.bearer(expired=True),
        {"Authorization": "Bearer not.a.token"},
    ):
        answer = crm.post("PlaceOrder", body, headers)
        assert answer.status_code == 401
        assert "Basic" in answer.headers["WWW-Authenticate"]
        assert "Bearer" in answer.headers["WWW-Authenticate"]
    assert crm.call("GetOrderState", body) is None
    assert crm.post("PlaceOrder", body, crm.bearer()).json()["State"] == "Ok"


# 5 ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("currency", "every", "active"),
    [("NOK", 5, 3), ("nok", 5, 3), ("USD", 4, 3), ("EUR", 0, 0), ("", 9, 6), (None, 9, 6)],
)
def test_price_lists_of_a_currency(crm: Crm, currency: str | None, every: int, active: int) -> None:
    asked = {"IsoCurrencyCode": currency}
    assert len(crm.call("GetAllPriceLists", asked)) == every
    assert len(crm.call("GetActivePriceLists", asked)) == active


def test_the_active_price_lists_by_name(crm: Crm) -> None:
    lists = crm.call("GetActivePriceLists", {"IsoCurrencyCode": "NOK"})
    assert {each["ERPPriceListKey"] for each in lists} == {"NOK2013", "NOK2013-Special", "NOK2012"}
    [special] = [each for each in lists if each["ERPPriceListKey"] == "NOK2013-Special"]
    assert special["ValidFrom"] == "2013-01-01T00:00:00"
    assert special["ValidTo"] == "2033-03-31T00:00:00"
    assert special["IsActive"] is True


# 6 ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "currency", "price_list", "count"),
    [
        ("%", "NOK", "", 25),
        ("%", "USD", "", 5),
        ("%", "EUR", "", 0),
        ("%", "", "", 30),
        ("%", "NOK", "NOK2013", 15),
        ("%", "NOK", "NOK2013-Special", 10),
        ("%", "NOK", "NOK2013-InActive", 0),
        ("%", "USD", "NOK2013", 0),
        ("women", "NOK", "", 5),
        ("jackie putt", "NOK", "", 5),
        ("life", "USD", "", 5),
        ("no such thing", "NOK", "", 0),
    ],
)
def test_products_found(crm: Crm, text: str, currency: str, price_list: str, count: int) -> None:
    asked: Json = {
        "Context": {},
        "UserInput": text,
        "CurrencyCode": currency,
        "PriceListKey": price_list,
    }
    found = crm.call("FindProduct", asked)
    assert len(found) == count
    assert all(product["InAssortment"] for product in found)


@pytest.mark.parametrize("text", ["", "   ", None])
def test_nothing_typed_finds_null(crm: Crm, text: str | None) -> None:
    asked: Json = {"Context": {}, "UserInput": text, "CurrencyCode": "NOK"}
    assert crm.call("FindProduct", asked) is None


# 7 ---------------------------------------------------------------------------------------
def test_a_product_becomes_a_priced_line(crm: Crm) -> None:
    [line] = crm.call("GetQuoteLinesFromProduct", {"Context": {}, "ErpProductKey": "18600"})
    assert line["ERPProductKey"] == "18600"
    assert line["ERPPriceListKey"] == "NOK2013"
    assert line["QuoteLineId"] == 0
    assert line["UserValueOverride"] == "None"
    assert line["ERPQuoteLineKey"]
    assert (line["Quantity"], line["UnitListPrice"], line["SubTotal"]) == (1, 200, 200)
    assert (line["TotalPrice"], line["EarningAmount"], line["EarningPercent"]) == (200, 140, 70)
    assert (line["UnitCost"], line["UnitMinimumPrice"]) == (60, 120)


def test_what_is_not_promised_is_blank(crm: Crm) -> None:
    crm.promise(
        iproductprovider_provide_cost=False,
        iproductprovider_provide_minimumprice=False,
        iproductprovider_provide_picture=False,
    )
    [line] = crm.call("GetQuoteLinesFromProduct", {"Context": {}, "ErpProductKey": "18600"})
    assert (line["UnitCost"], line["UnitMinimumPrice"]) == (0, 0)
    assert line["EarningAmount"] == line["TotalPrice"] == 200
    assert crm.call("GetNumberOfProductImages", {"ErpProductKey": "18638"}) == 0
    assert crm.call("GetProductImage", {"ErpProductKey": "18638", "Rank": 0}) is None


# 8 and 9: test_calculation.py
# 10 --------------------------------------------------------------------------------------
Version = Callable[..., Json]


def version(state: str | int, *lines: Json, action: object = "Validate") -> Json:
    head: Json = {"QuoteAlternativeId": 1}
    return {
        "QuoteContext": {
            "CRMQuote": {"QuoteId": 1},
            "CRMQuoteVersion": {"State": state},
            "CRMAlternativesWithLines": [{"CRMAlternative": head, "CRMQuoteLines": list(lines)}],
        },
        "action": action,
    }


GOOD = {"ERPProductKey": "18600", "Quantity": 1, "UnitListPrice": 200, "TotalPrice": 200}
CHEAP = GOOD | {"UnitMinimumPrice": 120, "TotalPrice": 100, "DiscountAmount": 100}


def test_a_draft_becomes_calculated(crm: Crm) -> None:
    answer = crm.call("ValidateQuoteVersion", version("DraftNotCalculated", GOOD))
    assert (answer["IsOk"], answer["CRMQuoteVersion"]["State"]) == (True, "Draft")


@pytest.mark.parametrize(
    "state", ["DraftApproved", "DraftNotApproved", "Sent", "Archived", "Lost", "Sold"]
)
def test_locked_states_stay(crm: Crm, state: str) -> None:
    body = version(state, CHEAP, action="PlaceOrder")
    assert crm.call("ValidateQuoteVersion", body)["CRMQuoteVersion"]["State"] == state


@pytest.mark.parametrize(
    ("action", "state"),
    [("Validate", "Ok"), ("Send", "Error"), (3, 3), ("UpdatePrice", "Ok"), (None, "Ok")],
)
def test_an_error_stops_sending_and_ordering(crm: Crm, action: object, state: object) -> None:
    answer = crm.call("ValidateQuoteVersion", version("DraftNotCalculated", CHEAP, action=action))
    assert answer["State"] == state
    assert answer["IsOk"] is (state == "Ok")
    assert bool(answer["UserExplanation"]) is (state != "Ok")
    [both] = answer["CRMAlternativesWithLines"]
    [line] = both["CRMQuoteLines"]
    assert line["Status"] in {"Error", 3}
    assert both["CRMAlternative"]["Status"] in {"Ok", 0}
    assert line["TotalPrice"] == 100


def test_a_warning_wants_an_approval(crm: Crm) -> None:
    unknown = GOOD | {"ERPProductKey": "99999"}
    answer = crm.call("ValidateQuoteVersion", version("DraftNotCalculated", unknown))
    assert answer["CRMQuoteVersion"]["State"] == "DraftNeedsApproval"
    assert answer["CRMAlternativesWithLines"][0]["CRMQuoteLines"][0]["Status"] == "Warning"


# 11 --------------------------------------------------------------------------------------
def test_an_order_is_placed_once_and_read_again(crm: Crm) -> None:
    crm.switch("place_order_url")
    body = crm.order_body(quote_id=7)
    first = crm.call("PlaceOrder", body)
    assert (first["IsOk"], first["State"]) == (True, "Ok")
    assert first["CRMQuote"]["ERPOrderKey"]
    assert first["Url"].startswith("https://")
    again = crm.call("PlaceOrder", body)
    assert again["CRMQuote"]["ERPOrderKey"] == first["CRMQuote"]["ERPOrderKey"]
    state = crm.call("GetOrderState", body)
    assert state["CRMQuote"]["ERPOrderKey"] == first["CRMQuote"]["ERPOrderKey"]
    body["Context"] |= {name: state[name] for name in ("CRMQuote", "CRMQuoteVersion")}
    assert crm.call("GetOrderState", body) is None


def test_another_alternative_of_an_ordered_quote_is_refused_by_name(crm: Crm) -> None:
    placed = crm.call("PlaceOrder", crm.order_body(quote_id=8))
    other = crm.call("PlaceOrder", crm.order_body(quote_id=8, alternative_id=2))
    assert (other["IsOk"], other["State"]) == (False, "Error")
    assert placed["CRMQuote"]["ERPOrderKey"] in other["UserExplanation"]


# 12 --------------------------------------------------------------------------------------
def test_two_tenants_with_the_same_keys_never_meet(crm: Crm, other: Crm) -> None:
    ours = crm.call("PlaceOrder", crm.order_body(quote_id=9))
    assert other.call("GetOrderState", crm.order_body(quote_id=9)) is None
    theirs = other.call("PlaceOrder", other.order_body(quote_id=9, alternative_id=2))
    assert theirs["State"] == "Ok"
    asked = {"Context": {}, "ErpProductKey": "18600"}
    assert crm.call("GetProduct", asked)["UnitListPrice"] == 200
    assert other.call("GetProduct", asked)["UnitListPrice"] == 777
    assert len(other.call("GetAllPriceLists", {})) == 1
    assert ours["CRMQuote"]["QuoteId"] == theirs["CRMQuote"]["QuoteId"]
