"""The price explanation, the user's language, the account of a call, and aliases."""

from dataclasses import replace
from typing import Any

import pytest

from engine.catalog.settings import PricingPolicy, RoundingMode
from engine.customers.account import Alias
from engine.hub import Hub
from tests.builders import a_ladder, an_account, an_agreement, fixed_at, percent_off
from tests.connector.superoffice.conftest import Crm


@pytest.fixture
def acme(crm: Crm, hub: Hub) -> Crm:
    """The reference catalogue with a customer, its agreement, a ladder and an alias."""
    with hub.unit_of_work(crm.tenant) as uow:
        uow.catalogues.put_accounts([an_account("ACME", crm_contact_id=2), an_account("BETA")])
        uow.catalogues.put_agreements(
            [
                an_agreement(percent_off("10")),
                an_agreement(fixed_at("150", "18600"), account="BETA", name="Beta 2026"),
            ]
        )
        uow.catalogues.put_ladders([a_ladder(("10", "5"), sku="18600", name="Shirts")])
        uow.catalogues.put_aliases([Alias(2, "ACME-7", "18600")])
    return crm


def changed(crm: Crm, context: dict[str, Any], **members: object) -> dict[str, Any]:
    line = {"ERPProductKey": "18600", "Quantity": 10, "UnitListPrice": 200, "QuantityUnit": "pcs"}
    answer = crm.call("OnQuoteLineChanged", {"Context": context, "QuoteLine": line | members})
    assert isinstance(answer, dict)
    return answer


@pytest.mark.parametrize(
    ("context", "amount"),
    [
        ({"CRMCompany": {"ContactId": 2}}, 290),
        ({"CRMCompany": {"ContactId": 9, "Number": "ACME"}}, 290),
        ({"CRMCompany": {"Code": "BETA"}}, 500),
        ({"ERPCompanyKey": "BETA", "CRMCompany": {"ContactId": 2}}, 500),
        ({"ERPCompanyKey": "nobody", "CRMCompany": {"ContactId": 77}}, 100),
        ({}, 100),
    ],
)
def test_the_account_decides_the_suggested_discount(
    acme: Crm, context: dict[str, Any], amount: int
) -> None:
    line = changed(acme, context)
    assert line["ERPDiscountAmount"] == line["DiscountAmount"] == amount
    assert line["TotalPrice"] == 2000 - amount


def said(line: dict[str, Any]) -> list[str]:
    return [each["Value"] for each in line["ExtraInfo"] if each["Name"] == "Price explanation"]


def test_every_step_is_one_sentence_in_the_extra_fields(acme: Crm) -> None:
    line = changed(acme, {"CRMCompany": {"ContactId": 2}})
    assert said(line) == [
        "List price 200 NOK from price list 2013 - Nok.",
        "Agreement Frame 2026: 10 % off, from 200 to 180 NOK.",
        "Volume ladder Shirts: 5 % off from 10 pcs, price 180 to 171 NOK.",
    ]
    assert "5 % off from 10 pcs, price 180 to 171 NOK." in line["RawExtraInfo"]


def test_an_explanation_is_replaced_not_repeated_in_any_language(acme: Crm) -> None:
    kept = {"Name": "Weight", "Value": "1 kg", "Type": "String"}
    german = changed(acme, {"UserLanguageCode": "de-DE"}, ExtraInfo=[kept])
    line = changed(acme, {"UserLanguageCode": "en-US"}, ExtraInfo=german["ExtraInfo"], Quantity=1)
    assert line["ExtraInfo"][0] == kept
    assert len(line["ExtraInfo"]) == 2
    assert said(line) == ["List price 200 NOK from price list 2013 - Nok."]


def test_a_users_own_discount_is_part_of_the_story(acme: Crm) -> None:
    line = changed(acme, {}, UserValueOverride="OverrideDiscountPercent", DiscountPercent=25)
    assert said(line)[-1] == "Discount on the line: 25 %, 500 NOK."


def test_without_extra_data_promised_nothing_is_explained(acme: Crm) -> None:
    acme.promise(iproductprovider_provide_extradata=False)
    assert "ExtraInfo" not in changed(acme, {})


@pytest.mark.parametrize(
    ("culture", "reason"),
    [
        ("nb-NO", "Enhetsprisen 10 NOK er lavere enn minsteprisen 120 NOK."),
        ("sv-SE", "Enhetspriset 10 NOK är lägre än minimipriset 120 NOK."),
        ("da-DK", "Enhedsprisen 10 NOK er lavere end minimumsprisen 120 NOK."),
        ("de-AT", "Der Stückpreis 10 NOK liegt unter dem Mindestpreis 120 NOK."),
        ("fr-CH", "Le prix unitaire 10 NOK est inférieur au prix minimum 120 NOK."),
        ("en-GB", "The price per unit 10 NOK is below the minimum price 120 NOK."),
        ("tlh", "The price per unit 10 NOK is below the minimum price 120 NOK."),
    ],
)
def test_reasons_are_in_the_users_language(crm: Crm, culture: str, reason: str) -> None:
    context = {"UserLanguageCode": culture, "CRMSale": {"Currency": "NOK"}}
    line = changed(
        crm, context, UnitMinimumPrice=120, UserValueOverride="OverrideTotal", TotalPrice=100
    )
    assert (line["Status"], line["Reason"]) == ("Error", reason)


def test_a_customers_own_article_number_finds_and_shows(acme: Crm) -> None:
    asked = {"UserInput": "acme-7", "CurrencyCode": "NOK"}
    [hit] = acme.call("FindProduct", asked | {"Context": {"CRMCompany": {"ContactId": 2}}})
    assert (hit["Code"], hit["ERPProductKey"]) == ("ACME-7", "18600")
    assert acme.call("FindProduct", asked | {"Context": {"CRMCompany": {"ContactId": 3}}}) == []
    by_code = {"FieldKey": "customerCode", "Operator": "=", "Values": ["ACME-7"]}
    assert len(acme.call("GetSearchResults", {"Restrictions": [by_code]})) == 1


def test_enumerations_answer_as_they_were_asked(crm: Crm) -> None:
    by_number = changed(crm, {}, UserValueOverride=0)
    assert (by_number["UserValueOverride"], by_number["Status"]) == (0, 0)
    by_name = changed(crm, {}, UserValueOverride="totalprice", TotalPrice=1500)
    assert (by_name["UserValueOverride"], by_name["Status"]) == ("OverrideTotal", "Ok")


def test_members_are_read_in_any_case_and_written_as_spelled(crm: Crm) -> None:
    body = {"context": {}, "QUOTELINE": {"quantity": 3, "unitlistprice": 5, "mine": 1}}
    line = crm.call("OnQuoteLineChanged", body)
    assert (line["SubTotal"], line["Quantity"], line["UnitListPrice"], line["mine"]) == (
        15,
        3,
        5,
        1,
    )
    assert "quantity" not in line


def test_prices_in_yen_and_dinars_have_their_own_decimals(crm: Crm) -> None:
    line = {"Quantity": 3, "UnitListPrice": 33.335, "ERPDiscountPercent": 10}
    for currency, sub_total, discount in (
        ("JPY", 100, 10),
        ("KWD", 100.005, 10.001),
        ("NOK", 100.01, 10),
    ):
        body = {"Context": {"CRMSale": {"Currency": currency}}, "QuoteLine": line}
        answer = crm.call("OnQuoteLineChanged", body)
        assert (answer["SubTotal"], answer["DiscountAmount"]) == (sub_total, discount)


def test_rounding_is_the_tenants_choice(crm: Crm, hub: Hub) -> None:
    line = {"Quantity": 1, "UnitListPrice": 10.125}
    assert crm.call("OnQuoteLineChanged", {"Context": {}, "QuoteLine": line})["SubTotal"] == 10.13
    with hub.unit_of_work(crm.tenant) as uow:
        settings = uow.catalogues.load().settings
        uow.catalogues.put_settings(
            replace(settings, pricing=PricingPolicy(rounding_mode=RoundingMode.HALF_EVEN))
        )
    assert crm.call("OnQuoteLineChanged", {"Context": {}, "QuoteLine": line})["SubTotal"] == 10.12
