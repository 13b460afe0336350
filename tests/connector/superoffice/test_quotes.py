"""Events, price updates and orders on what is empty, in the wrong state or not promised."""

from typing import Any

import pytest

from tests.connector.superoffice.conftest import Crm

Json = dict[str, Any]
NOBODY: Json = {"Context": {}}


def test_a_quote_about_to_be_made_gets_its_keys(crm: Crm) -> None:
    quote = {
        "CRMQuote": {"QuoteId": 0},
        "CRMQuoteVersion": {"ERPQuoteVersionKey": ""},
        "CRMAlternativeWithLines": {"CRMAlternative": {"Name": "A"}, "CRMQuoteLines": []},
    }
    answer = crm.call("OnBeforeCreateQuote", {"Context": quote})
    assert (answer["IsOk"], answer["State"]) == (True, "Ok")
    assert answer["CRMQuoteVersion"]["ERPQuoteVersionKey"]
    [both] = answer["CRMAlternativesWithLines"]
    assert both["CRMAlternative"]["ERPQuoteAlternativeKey"]
    assert both["CRMAlternative"]["Name"] == "A"


def test_keys_that_are_there_stay(crm: Crm) -> None:
    kept = {"CRMAlternative": {"ERPQuoteAlternativeKey": "KEEP"}, "CRMQuoteLines": []}
    context = {"CRMQuoteVersion": {"ERPQuoteVersionKey": "V9"}, "CRMAlternativesWithLines": [kept]}
    answer = crm.call("OnBeforeCreateQuoteVersion", {"QuoteContext": context})
    assert answer["CRMQuoteVersion"]["ERPQuoteVersionKey"] == "V9"
    assert answer["CRMAlternativesWithLines"][0]["CRMAlternative"] == kept["CRMAlternative"]
    assert "CRMQuote" not in answer


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("OnBeforeCreateQuote", {"Context": {}}),
        ("OnBeforeCreateQuoteVersion", {"QuoteContext": {}}),
        ("OnBeforeCreateQuoteVersion", {"Context": {}}),
        ("OnBeforeCreateQuoteAlternative", {"Context": {}}),
        ("ValidateQuoteVersion", {"QuoteContext": {}, "Action": "Validate"}),
        ("UpdateQuoteVersionPrices", {"QuoteContext": {}}),
    ],
)
def test_an_empty_context_is_no_failure(crm: Crm, operation: str, body: Json) -> None:
    assert crm.call(operation, body)["IsOk"] is True


def test_nothing_to_recalculate_is_no_opinion(crm: Crm) -> None:
    assert crm.call("RecalculateQuoteAlternative", NOBODY) is None


def test_a_sent_quote_is_known_by_its_number(crm: Crm) -> None:
    body = {"QuoteContext": {"CRMQuote": {"QuoteId": 5}, "CRMQuoteVersion": {"State": "Sent"}}}
    first = crm.call("OnAfterSentQuoteVersion", body)
    key = first["VersionResponse"]["CRMQuoteVersion"]["ERPQuoteVersionKey"]
    assert key.startswith("Q-")
    again = crm.call("OnAfterSentQuoteVersion", body)
    assert again["VersionResponse"]["CRMQuoteVersion"]["ERPQuoteVersionKey"] == key
    assert first["VersionResponse"]["IsOk"] is True


def test_deleting_answers_null_whatever_happens(crm: Crm) -> None:
    asked = {"Contact": {}, "Sale": {}, "Quote": {"QuoteId": 5}}
    assert crm.call("OnBeforeDeleteQuote", asked) is None
    crm.switch("cannot_delete")
    assert crm.call("OnBeforeDeleteQuote", asked) is None


def line(**members: object) -> Json:
    return {"ERPProductKey": "18600", "Quantity": 2, "UnitListPrice": 150, "UnitCost": 1} | members


def version(*lines: Json, state: str = "Draft", **more: object) -> Json:
    both = {"CRMAlternative": {}, "CRMQuoteLines": list(lines)}
    return {
        "QuoteContext": {
            "CRMSale": {"Currency": "NOK"},
            "CRMQuoteVersion": {"State": state, "LastRecalculated": "1760-01-01T00:00:00"},
            "CRMAlternativesWithLines": [both],
        }
    } | more


def updated(answer: Json) -> Json:
    [both] = answer["CRMAlternativesWithLines"]
    [only] = both["CRMQuoteLines"]
    assert isinstance(only, dict)
    return only


def test_prices_are_updated_from_the_price_list(crm: Crm) -> None:
    answer = crm.call("UpdateQuoteVersionPrices", version(line(ERPDiscountPercent=10)))
    fresh = updated(answer)
    assert (fresh["UnitListPrice"], fresh["UnitCost"], fresh["UnitMinimumPrice"]) == (200, 60, 120)
    assert (fresh["ERPDiscountPercent"], fresh["TotalPrice"]) == (0, 400)
    assert fresh["Status"] == "OkWithInfo"
    assert "150" in fresh["Reason"]
    assert "200" in fresh["Reason"]
    assert answer["CRMQuoteVersion"]["LastRecalculated"] > "2026"
    assert answer["CRMAlternativesWithLines"][0]["CRMAlternative"]["TotalPrice"] == 400


@pytest.mark.parametrize(
    ("fields", "price", "cost", "suggested"),
    [
        (["unitlistprice"], 200, 1, 10),
        (["QuoteLine.UnitCost"], 150, 60, 10),
        (["ERPDISCOUNTPERCENT"], 150, 1, 0),
        ([], 150, 1, 10),
        (None, 200, 60, 0),
    ],
)
def test_only_writeable_fields_are_touched(
    crm: Crm, fields: list[str] | None, price: int, cost: int, suggested: int
) -> None:
    body = version(line(ERPDiscountPercent=10), WriteableFields=fields)
    fresh = updated(crm.call("UpdateQuoteVersionPrices", body))
    assert (fresh["UnitListPrice"], fresh["UnitCost"]) == (price, cost)
    assert fresh["ERPDiscountPercent"] == suggested
    assert fresh["SubTotal"] == 2 * price


def test_a_product_that_is_gone_keeps_its_prices_with_a_warning(crm: Crm) -> None:
    fresh = updated(crm.call("UpdateQuoteVersionPrices", version(line(ERPProductKey="gone"))))
    assert (fresh["UnitListPrice"], fresh["Status"]) == (150, "Warning")


@pytest.mark.parametrize("state", ["Sent", "Sold", "Archived", "Lost", "DraftApproved"])
def test_a_locked_version_is_left_alone(crm: Crm, state: str) -> None:
    answer = crm.call("UpdateQuoteVersionPrices", version(line(), state=state))
    assert updated(answer)["UnitListPrice"] == 150
    assert answer["CRMQuoteVersion"]["LastRecalculated"] == "1760-01-01T00:00:00"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"CRMQuote": {"QuoteId": 0}}, "quote_not_saved"),
        ({"CRMQuote": None}, "quote_not_saved"),
        ({"CRMQuoteVersion": {"State": "Archived"}}, "version_closed"),
        ({"CRMQuoteVersion": {"State": "Lost"}}, "version_closed"),
        ({"CRMAlternativeWithLines": None}, "nothing_to_order"),
        ({"CRMAlternativeWithLines": {"CRMQuoteLines": []}}, "nothing_to_order"),
    ],
)
def test_what_is_no_order_is_refused_with_a_reason(crm: Crm, change: Json, code: str) -> None:
    body = crm.order_body(quote_id=50)
    body["Context"] |= change
    answer = crm.call("PlaceOrder", body)
    assert (answer["IsOk"], answer["State"], answer["ErrorCode"]) == (False, "Error", code)
    assert answer["UserExplanation"]
    assert crm.call("GetOrderState", crm.order_body(quote_id=50)) is None


def test_a_line_in_error_is_not_ordered(crm: Crm) -> None:
    body = crm.order_body(quote_id=51)
    [only] = body["Context"]["CRMAlternativeWithLines"]["CRMQuoteLines"]
    only |= {"DiscountAmount": 300, "TotalPrice": 100}
    answer = crm.call("PlaceOrder", body)
    assert (answer["State"], answer["ErrorCode"]) == ("Error", "lines_have_errors")


def test_an_unknown_product_is_ordered_as_typed_with_a_warning(crm: Crm) -> None:
    body = crm.order_body(quote_id=52)
    [only] = body["Context"]["CRMAlternativeWithLines"]["CRMQuoteLines"]
    only |= {"ERPProductKey": "special", "Name": "A special"}
    answer = crm.call("PlaceOrder", body)
    assert (answer["IsOk"], answer["State"]) == (True, "Warning")
    assert answer["CRMQuote"]["ERPOrderKey"]


def test_orders_not_promised_are_not_taken(crm: Crm) -> None:
    crm.promise(iorderconsumer_place_order=False, iorderconsumer_provide_orderstate=False)
    answer = crm.call("PlaceOrder", crm.order_body(quote_id=53))
    assert (answer["State"], answer["ErrorCode"]) == ("Error", "orders_not_taken")
    assert crm.call("GetOrderState", crm.order_body(quote_id=53)) is None


def test_a_quote_never_ordered_has_no_state(crm: Crm) -> None:
    assert crm.call("GetOrderState", crm.order_body(quote_id=54)) is None
    assert crm.call("GetOrderState", NOBODY) is None
