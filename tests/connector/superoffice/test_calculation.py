"""What a client meets when it calculates: the worked numbers of SuperOffice's documentation."""

from typing import Any

import pytest

from tests.connector.superoffice.conftest import Crm

Json = dict[str, Any]

# 8 ---------------------------------------------------------------------------------------
SHIRT = {"UnitListPrice": 13, "UnitCost": 10}


@pytest.mark.parametrize(
    ("change", "sub_total", "discount", "rate", "total", "earning", "earned"),
    [
        (
            {"Quantity": 10, "UserValueOverride": 2, "DiscountPercent": 10},
            130,
            13,
            10,
            117,
            17,
            14.5299,
        ),
        (
            {"Quantity": 100, "UserValueOverride": 2, "DiscountPercent": 10},
            1300,
            130,
            10,
            1170,
            170,
            14.5299,
        ),
        (
            {"Quantity": 100, "UserValueOverride": 3, "DiscountAmount": 100},
            1300,
            100,
            7.6923,
            1200,
            200,
            16.6667,
        ),
        (
            {"Quantity": 100, "UserValueOverride": 1, "TotalPrice": 1100},
            1300,
            200,
            15.3846,
            1100,
            100,
            9.0909,
        ),
        (
            {"Quantity": 100, "UserValueOverride": 5, "EarningAmount": 300},
            1300,
            0,
            0,
            1300,
            300,
            23.0769,
        ),
        (
            {"Quantity": 100, "UserValueOverride": 4, "EarningPercent": 20},
            1300,
            50,
            3.8462,
            1250,
            250,
            20,
        ),
        (
            {"Quantity": 10, "UserValueOverride": 0, "ERPDiscountPercent": 10},
            130,
            13,
            10,
            117,
            17,
            14.5299,
        ),
    ],
)
def test_the_six_overrides_of_a_line(
    crm: Crm,
    change: Json,
    sub_total: float,
    discount: float,
    rate: float,
    total: float,
    earning: float,
    earned: float,
) -> None:
    line = crm.call("OnQuoteLineChanged", {"Context": {}, "QuoteLine": SHIRT | change})
    exact = (line["SubTotal"], line["DiscountAmount"], line["TotalPrice"], line["EarningAmount"])
    assert exact == (sub_total, discount, total, earning)
    assert round(line["DiscountPercent"], 4) == rate
    assert round(line["EarningPercent"], 4) == earned
    assert line["UserValueOverride"] == change["UserValueOverride"]


def test_the_suggestion_follows_while_the_user_overrides(crm: Crm) -> None:
    line = {"Quantity": 10, "UnitListPrice": 14, "ERPDiscountPercent": 12}
    fresh = crm.call("OnQuoteLineChanged", {"Context": {}, "QuoteLine": line})
    assert (fresh["SubTotal"], fresh["ERPDiscountAmount"]) == (140, 16.8)
    assert (fresh["DiscountAmount"], fresh["TotalPrice"]) == (16.8, 123.2)
    fresh |= {"UserValueOverride": "OverrideDiscountPercent", "DiscountPercent": 10}
    over = crm.call("OnQuoteLineChanged", {"Context": {}, "QuoteLine": fresh})
    assert (over["ERPDiscountAmount"], over["DiscountAmount"], over["TotalPrice"]) == (
        16.8,
        14,
        126,
    )


def test_an_old_status_is_cleared_and_unknown_members_are_kept(crm: Crm) -> None:
    line = SHIRT | {
        "Quantity": 1,
        "Status": "Error",
        "Reason": "old",
        "Later": {"Deep": [1.50, "x"]},
    }
    answer = crm.call("OnQuoteLineChanged", {"Context": {}, "QuoteLine": line})
    assert (answer["Status"], answer["Reason"]) == ("Ok", "")
    assert answer["Later"] == {"Deep": [1.50, "x"]}


def test_a_change_of_text_moves_no_figure(crm: Crm) -> None:
    line = SHIRT | {"Quantity": 10, "TotalPrice": 999, "Status": "Warning"}
    body = {"Context": {}, "QuoteLine": line, "ChangedFields": ["QuoteLine.Description"]}
    answer = crm.call("OnQuoteLineChanged", body)
    assert (answer["TotalPrice"], answer["Status"]) == (999, "Ok")


# 9 ---------------------------------------------------------------------------------------
def test_an_alternative_is_summed_discounted_and_taxed(crm: Crm) -> None:
    both = {
        "CRMAlternative": {"DiscountPercent": 5, "UserValueOverride": "OverrideDiscountPercent"},
        "CRMQuoteLines": [
            SHIRT | {"Quantity": 100, "VAT": 25, "UserValueOverride": 2, "DiscountPercent": 10},
            {"UnitListPrice": 50, "UnitCost": 30, "Quantity": 10, "VAT": 15},
        ],
    }
    answer = crm.call("RecalculateQuoteAlternative", {"Context": {"CRMAlternativeWithLines": both}})
    head, lines = answer["CRMAlternative"], answer["CRMQuoteLines"]
    assert (head["SubTotal"], head["DiscountAmount"], head["TotalPrice"]) == (1670, 83.5, 1586.5)
    assert (head["EarningAmount"], round(head["EarningPercent"], 4)) == (286.5, 18.0586)
    assert head["VAT"] == 349.13
    assert [line["TotalPriceWithAlternativeDiscount"] for line in lines] == [1111.5, 475]
