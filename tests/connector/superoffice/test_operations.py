"""Every operation on what is null, empty, unknown, in the wrong state or not promised."""

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


# ------------------------------------------------------------------------------ products
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


# -------------------------------------------------------------------------------- search
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


# ----------------------------------------------------------------------------- addresses
def test_addresses_are_invoice_then_delivery(crm: Crm) -> None:
    invoice, delivery = crm.call("GetAddresses", {"Context": {"CRMCompany": {"ContactId": 3}}})
    assert (invoice["City"], invoice["CountryCode"]) == ("Berlin", "DE")
    assert (delivery["City"], delivery["ZipCode"]) == ("Hamburg", "5555")


def test_no_addresses_known_or_promised(crm: Crm) -> None:
    assert crm.call("GetAddresses", {"Context": {"CRMCompany": {"ContactId": 99}}}) is None
    assert crm.call("GetAddresses", NOBODY) is None
    crm.promise(iaddressprovider_provide_addresses=False)
    assert crm.call("GetAddresses", {"Context": {"CRMCompany": {"ContactId": 3}}}) == []


# -------------------------------------------------------------------------------- events
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


# --------------------------------------------------------------------------- price update
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


# --------------------------------------------------------------------------------- orders
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


# ------------------------------------------------------------------------ fault switches
@pytest.mark.parametrize(
    ("switch", "operation", "state"),
    [
        ("fail_create", "OnBeforeCreateQuote", "Error"),
        ("warn_create", "OnBeforeCreateQuote", "Warning"),
        ("cannot_create", "OnBeforeCreateQuote", "Error"),
        ("fail_place_order", "PlaceOrder", "Error"),
        ("cannot_place_order", "PlaceOrder", "Error"),
        ("fail_order_state", "GetOrderState", "Error"),
        ("warn_order_state", "GetOrderState", "Warning"),
    ],
)
def test_switches_provoke_what_partners_must_survive(
    crm: Crm, switch: str, operation: str, state: str
) -> None:
    crm.switch(switch)
    answer = crm.call(operation, crm.order_body(quote_id=60))
    assert (answer["State"], answer["IsOk"]) == (state, state != "Error")
    assert switch in answer["UserExplanation"]


def test_switches_of_lines_alternatives_and_versions(crm: Crm) -> None:
    crm.switch("warn_validate_line", "fail_validate_alt", "warn_recalc", "need_validate_ver")
    changed = crm.call("OnQuoteLineChanged", NOBODY | {"QuoteLine": {}})
    assert changed["Status"] == "Warning"
    answer = crm.call("ValidateQuoteVersion", version(line(UnitListPrice=200, TotalPrice=400)))
    [both] = answer["CRMAlternativesWithLines"]
    assert both["CRMAlternative"]["Status"] == "Error"
    assert both["CRMQuoteLines"][0]["Status"] == "Warning"
    assert answer["CRMQuoteVersion"]["State"] == "DraftNeedsApproval"
    recalculated = crm.call(
        "RecalculateQuoteAlternative",
        {"Context": {"CRMAlternativeWithLines": {"CRMAlternative": {}, "CRMQuoteLines": []}}},
    )
    assert recalculated["CRMAlternative"]["Status"] == "Warning"


def test_a_carrier_comes_back_with_the_failure_written_on_it(crm: Crm) -> None:
    crm.switch("cannot_validate_line")
    answer = crm.call("OnQuoteLineChanged", NOBODY | {"QuoteLine": {"QuoteLineId": 9, "X": 1}})
    assert (answer["QuoteLineId"], answer["X"], answer["Status"]) == (9, 1, "Error")
    assert "cannot_validate_line" in answer["Reason"]


def test_switches_change_the_set_of_lines(crm: Crm) -> None:
    crm.switch("remove_first_line_on_recalc", "replace_90pct_lines_on_recalc")
    lines = [
        {"Quantity": 1},
        {
            "Quantity": 3,
            "UnitListPrice": 10,
            "DiscountPercent": 95,
            "QuoteLineId": 4,
            "UserValueOverride": "OverrideDiscountPercent",
        },
    ]
    both = {"CRMAlternative": {}, "CRMQuoteLines": lines}
    answer = crm.call("RecalculateQuoteAlternative", {"Context": {"CRMAlternativeWithLines": both}})
    got = answer["CRMQuoteLines"]
    assert [(each["Quantity"], each["QuoteLineId"], each["TotalPrice"]) for each in got] == [
        (1, 0, 0.5)
    ] * 3


def test_a_find_that_breaks_is_blank_and_a_bare_answer_that_breaks_is_a_503(crm: Crm) -> None:
    crm.switch("cannot_product")
    answer = crm.post(
        "GetProduct", NOBODY | {"ErpProductKey": "18600"}, crm.basic(crm.tenant, crm.secret)
    )
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_a_tenant_outside_a_sandbox_has_no_switches(other: Crm) -> None:
    other.switch("fail_start", "cannot_place_order")
    assert other.call("TestConnection", {"ConnectionData": {}})["IsOk"] is True
    assert other.call("PlaceOrder", other.order_body(quote_id=61))["State"] == "Ok"
