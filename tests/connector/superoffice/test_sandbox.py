"""A sandbox's fault switches: what partners' clients must survive."""

from typing import Any

import pytest

from tests.connector.superoffice.conftest import Crm

Json = dict[str, Any]
NOBODY: Json = {"Context": {}}
VALID: Json = {
    "QuoteContext": {
        "CRMSale": {"Currency": "NOK"},
        "CRMQuoteVersion": {"State": "Draft"},
        "CRMAlternativesWithLines": [
            {
                "CRMAlternative": {},
                "CRMQuoteLines": [
                    {
                        "ERPProductKey": "18600",
                        "Quantity": 2,
                        "UnitListPrice": 200,
                        "TotalPrice": 400,
                    }
                ],
            }
        ],
    }
}


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
    answer = crm.call("ValidateQuoteVersion", VALID)
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
