"""Lines that are rare and right nevertheless: cheap, far too large, cancelling out, returned."""

from typing import Any

import pytest

from engine.hub import Hub
from tests.builders import a_price_list, a_product, an_entry
from tests.connector.superoffice.conftest import Crm

Json = dict[str, Any]
USD = {"CRMSale": {"Currency": "USD"}}


def line(crm: Crm, currency: str = "USD", **members: object) -> Json:
    body = {
        "Context": {"CRMSale": {"Currency": currency}},
        "QuoteLine": {"Quantity": 1, "UnitListPrice": 100, **members},
        "ChangedFields": ["Quantity"],
    }
    answer: Json = crm.call("OnQuoteLineChanged", body)
    return answer


def alternative(crm: Crm, head: Json, *lines: Json) -> Json:
    both = {"CRMAlternative": head, "CRMQuoteLines": list(lines)}
    body = {"Context": {**USD, "CRMAlternativeWithLines": both}}
    answer: Json = crm.call("RecalculateQuoteAlternative", body)
    return answer


def validated(crm: Crm, state: str, *lines: Json) -> Json:
    both = {"CRMAlternative": {}, "CRMQuoteLines": list(lines)}
    context = {**USD, "CRMQuoteVersion": {"State": state}, "CRMAlternativesWithLines": [both]}
    answer: Json = crm.call("ValidateQuoteVersion", {"action": "Validate", "QuoteContext": context})
    return answer


@pytest.mark.parametrize("written", ["-7.922816251426434E+28", "-7.9228162514264338E+28"])
@pytest.mark.parametrize("member", ["UnitCost", "UnitMinimumPrice"])
def test_what_dotnet_writes_for_not_given_is_not_given(crm: Crm, member: str, written: str) -> None:
    raw = f'{{"Context":{{}},"QuoteLine":{{"Quantity":2,"UnitListPrice":13,"{member}":{written}}}'
    raw += ',"ChangedFields":["Quantity"]}'
    answer = crm.post("OnQuoteLineChanged", raw.encode(), crm.basic(crm.tenant, crm.secret))
    assert answer.status_code == 200
    assert (answer.json()["TotalPrice"], answer.json()["Status"]) == (26, "Ok")


@pytest.mark.parametrize("given", [{"ExtraInfo": None}, {"ExtraInfo": []}, {}])
def test_extra_fields_that_come_as_xml_only_are_kept(crm: Crm, given: Json) -> None:
    raw = '<Fields><Field Name="Mine" Type="String"><![CDATA[keep]]></Field></Fields>'
    sent = {"ERPProductKey": "18600", "RawExtraInfo": raw, "UnitListPrice": 200, **given}
    crm.promise(iproductprovider_provide_extradata=True)
    answer = line(crm, "NOK", **sent)
    assert answer["ExtraInfo"][0] == {"Name": "Mine", "Value": "keep", "Type": "String"}
    assert len(answer["ExtraInfo"]) > 1
    assert "keep" in answer["RawExtraInfo"]


def test_an_explanation_goes_with_its_product(crm: Crm) -> None:
    crm.promise(iproductprovider_provide_extradata=True)
    explained = line(crm, "NOK", ERPProductKey="18600", UnitListPrice=200)
    assert explained["ExtraInfo"]
    by_hand = line(crm, "NOK", **{**explained, "ERPProductKey": ""})
    assert (by_hand["ExtraInfo"], by_hand["RawExtraInfo"]) == ([], "")


def test_a_line_whose_earning_cannot_be_had_keeps_its_total_and_its_identities(crm: Crm) -> None:
    answer = line(
        crm,
        Quantity=20,
        UnitListPrice=13,
        UnitCost=10,
        UserValueOverride="OverrideEarningPercent",
        EarningPercent=100,
        SubTotal=130,
        DiscountAmount=13,
        TotalPrice=117,
    )
    assert answer["Status"] == "Error"
    assert (answer["SubTotal"], answer["DiscountAmount"], answer["TotalPrice"]) == (260, 143, 117)
    assert (answer["EarningAmount"], answer["EarningPercent"]) == (-83, 100)
    assert (answer["ERPDiscountPercent"], answer["ERPDiscountAmount"]) == (0, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"UnitCost": 10, "UserValueOverride": "OverrideEarningPercent", "EarningPercent": 100},
        {"Quantity": 1000, "UnitListPrice": 10**14},
    ],
)
def test_a_version_that_cannot_be_calculated_stays_where_it_is(crm: Crm, wrong: Json) -> None:
    answer = validated(crm, "DraftNotCalculated", {"Quantity": 1, "UnitListPrice": 5, **wrong})
    assert answer["CRMQuoteVersion"]["State"] == "DraftNotCalculated"
    [both] = answer["CRMAlternativesWithLines"]
    assert both["CRMQuoteLines"][0]["Status"] == "Error"
    assert both["CRMAlternative"]["Status"] == "Ok"


@pytest.mark.parametrize("quantity", [1, 33, 1000, -3])
def test_prices_below_a_cent_are_not_below_themselves(crm: Crm, quantity: int) -> None:
    answer = line(
        crm, Quantity=quantity, UnitListPrice=0.0125, UnitMinimumPrice=0.0125, UnitCost=0.0125
    )
    assert (answer["Status"], answer["Reason"]) == ("Ok", "")


def test_a_price_that_is_given_away_is_still_told(crm: Crm) -> None:
    answer = line(
        crm, UnitMinimumPrice=90, UserValueOverride="OverrideDiscountPercent", DiscountPercent=11
    )
    assert answer["Status"] == "Error"


def test_a_percentage_is_off_every_line_though_lines_cancel_out(crm: Crm) -> None:
    """90 and -90 at 25 and 15 percent: 22.5 - 13.5."""
    head = {"UserValueOverride": "OverrideDiscountPercent", "DiscountPercent": 10}
    answer = alternative(
        crm,
        head,
        {"QuoteLineId": 1, "Quantity": 1, "UnitListPrice": 100, "VAT": 25},
        {"QuoteLineId": 2, "Quantity": -1, "UnitListPrice": 100, "VAT": 15},
    )
    shares = [each["TotalPriceWithAlternativeDiscount"] for each in answer["CRMQuoteLines"]]
    assert shares == [90, -90]
    assert (answer["CRMAlternative"]["TotalPrice"], answer["CRMAlternative"]["VAT"]) == (0, 9)


@pytest.mark.parametrize(
    ("currency", "given", "rounded"), [("USD", 10.005, 10.01), ("JPY", 1.005, 1)]
)
def test_an_amount_nobody_typed_is_rounded(
    crm: Crm, currency: str, given: float, rounded: float
) -> None:
    answer = line(crm, currency, ERPDiscountAmount=given)
    assert (answer["ERPDiscountAmount"], answer["DiscountAmount"]) == (rounded, rounded)
    assert answer["TotalPrice"] == pytest.approx(100 - rounded, abs=1e-9)


def test_a_refresh_in_another_currency_changes_no_price(crm: Crm, hub: Hub) -> None:
    with hub.unit_of_work(crm.tenant) as uow:
        uow.catalogues.put_price_lists([a_price_list("USD-1", "USD")])
        uow.catalogues.put_products([a_product("ONLY-USD")])
        uow.catalogues.put_entries([an_entry("ONLY-USD", "12000", "USD-1")])
    typed = {"ERPProductKey": "ONLY-USD", "Quantity": 1, "UnitListPrice": 11000}
    both = {"CRMAlternative": {}, "CRMQuoteLines": [typed]}
    context = {"CRMSale": {"Currency": "EUR"}, "CRMAlternativesWithLines": [both]}
    version = {**context, "CRMQuoteVersion": {"State": "Draft"}}
    answer = crm.call("UpdateQuoteVersionPrices", {"QuoteContext": version})
    [refreshed] = answer["CRMAlternativesWithLines"][0]["CRMQuoteLines"]
    assert refreshed["UnitListPrice"] == 11000
    assert refreshed["Status"] == "Error"
    assert "11,000" not in refreshed["Reason"]


def test_a_refresh_writes_nothing_it_was_not_asked_to(crm: Crm) -> None:
    crm.promise(iproductprovider_provide_cost=False, iproductprovider_provide_minimumprice=False)
    typed = {"ERPProductKey": "18600", "Quantity": 1, "UnitListPrice": 200}
    typed |= {"UnitCost": 60, "UnitMinimumPrice": 70}
    both = {"CRMAlternative": {}, "CRMQuoteLines": [typed]}
    context = {"CRMSale": {"Currency": "NOK"}, "CRMAlternativesWithLines": [both]}
    version = {**context, "CRMQuoteVersion": {"State": "Draft"}}
    asked = {"QuoteContext": version, "WriteableFields": []}
    answer = crm.call("UpdateQuoteVersionPrices", asked)
    [refreshed] = answer["CRMAlternativesWithLines"][0]["CRMQuoteLines"]
    prices = [refreshed[name] for name in ("UnitListPrice", "UnitCost", "UnitMinimumPrice")]
    assert prices == [200, 60, 70]


def test_an_order_is_worth_what_was_validated(crm: Crm, hub: Hub) -> None:
    """Two at 200 less a tenth on the alternative, the line's own total left out: 360."""
    body = crm.order_body(quote_id=31)
    both = body["Context"]["CRMAlternativeWithLines"]
    both["CRMAlternative"] |= {
        "UserValueOverride": "OverrideDiscountPercent",
        "DiscountPercent": 10,
    }
    del both["CRMQuoteLines"][0]["TotalPrice"], both["CRMQuoteLines"][0]["SubTotal"]
    placed = crm.call("PlaceOrder", body)
    assert placed["IsOk"]
    with hub.reading(crm.tenant) as records:
        quote = records.quotes.find_by_origin("superoffice", "31")
        assert quote is not None
        order = records.orders.find_by_quote(quote.id)
    assert order is not None
    assert [order.total, order.lines[0].total, order.lines[0].discount] == [360, 360, 40]


def test_an_order_there_is_already_is_told_whatever_became_of_the_version(crm: Crm) -> None:
    body = crm.order_body(quote_id=32)
    key = crm.call("PlaceOrder", body)["CRMQuote"]["ERPOrderKey"]
    body["Context"]["CRMQuoteVersion"]["State"] = "Archived"
    crm.promise(iorderconsumer_place_order=False)
    again = crm.call("PlaceOrder", body)
    assert (again["IsOk"], again["CRMQuote"]["ERPOrderKey"]) == (True, key)


def test_a_text_that_changes_does_not_clear_what_is_wrong_with_a_price(crm: Crm) -> None:
    cheap = {
        "UnitMinimumPrice": 90,
        "UserValueOverride": "OverrideDiscountPercent",
        "DiscountPercent": 20,
    }
    body = {
        "Context": USD,
        "QuoteLine": {"Quantity": 1, "UnitListPrice": 100, "Description": "new", **cheap},
        "ChangedFields": ["QuoteLine.Description"],
    }
    answer = crm.call("OnQuoteLineChanged", body)
    assert answer["Status"] == "Error"
    assert "TotalPrice" not in answer


def test_nothing_is_ever_a_negative_nothing(crm: Crm) -> None:
    body = {
        "Context": USD,
        "QuoteLine": {"Quantity": -3, "UnitListPrice": 100},
        "ChangedFields": ["Quantity"],
    }
    answer = crm.post("OnQuoteLineChanged", body, crm.basic(crm.tenant, crm.secret))
    assert b":-0" not in answer.content


@pytest.mark.parametrize("number", ["١", "1_0", "1e1000", "NaN"])
def test_a_search_reads_numbers_as_people_write_them(crm: Crm, number: str) -> None:
    restriction = {"FieldKey": "unitListPrice", "Operator": ">", "Values": [number]}
    crm.promise(iconnector_perform_complexsearch=True)
    assert crm.call("GetSearchResults", {"Restrictions": [restriction]}) == []


def test_a_search_with_too_many_patterns_finds_nothing(crm: Crm) -> None:
    crm.promise(iconnector_perform_complexsearch=True)
    asked = {"FieldKey": "name", "Operator": "in", "Values": ["%"] * 20}
    assert crm.call("GetSearchResults", {"Restrictions": [asked]})
    asked["Values"] = [f"%{n}" for n in range(21)]
    assert crm.call("GetSearchResults", {"Restrictions": [asked]}) == []


def test_a_back_end_that_is_down_explains_itself_in_every_language(crm: Crm) -> None:
    """Whoever tests a connection has told nobody which language it reads."""
    crm.switch("cannot_start")
    answer = crm.call("TestConnection", {"ConnectionData": {}})
    assert not answer["IsOk"]
    for language in ("US", "NO", "SW", "DA", "GE", "FR"):
        assert f'{language}:"' in answer["UserExplanation"]
