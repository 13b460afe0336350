"""What Vayu is told is what was sold, member by member and to the last cent."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from adapters.billing.vayu.losses import losses_of
from adapters.billing.vayu.mapping import Looked, body_of
from adapters.billing.vayu.setup import Setup
from engine.ports.billed import (
    BilledComponent,
    BilledDiscount,
    BilledGroup,
    BilledTier,
    CrmDeal,
)
from engine.ports.billing import BilledCharge, BillingDocument, ScheduledAmount
from tests.adapters.billing.samples import BOTH, CALLS, CARE, PUMP, a_document

LOOKED = Looked(customer="a" * 24, products={"CALLS": "c" * 24})
Json = dict[str, Any]
NO_FIELDS = Setup({"fields": "none"})


def told(document: BillingDocument, setup: Setup = NO_FIELDS) -> Json:
    return body_of(document, LOOKED, setup)


def product(charge: BilledCharge, *dues: ScheduledAmount, **options: str) -> Json:
    document = a_document((charge,), dues or None)
    products: list[Json] = told(document, Setup({"fields": "none", **options}))["products"]
    return products[0]


def test_all_members_of_a_contract() -> None:
    found = told(replace(BOTH, deal=CrmDeal(crm="salesforce", external_id="006A")))
    products = found.pop("products")
    assert found == {
        "startDate": "2026-12-31T23:00:00Z",
        "endDate": "2027-12-31T22:59:59Z",
        "signatureDate": "2026-12-20T09:30:00Z",
        "customerId": "a" * 24,
        "name": "Q-2027-000001 Acme Manufacturing",
        "externalId": "Q-2027-000001",
        "salesForceOpportunityId": "006A",
        "purchaseOrder": "PO-77",
        "shouldProRateInvoices": False,
        "autoRenewContract": False,
        "currency": "EUR",
    }
    assert products == [
        {
            "displayName": "Pump",
            "description": "3 pcs × 99.9",
            "scheduling": {"duration": {"unit": "DAY", "value": 1}},
            "pricing": {"type": "ONE_TIME", "price": D("299.70")},
        },
        {
            "displayName": "Care Plus",
            "description": "3 seat × 33.333333333333",
            "scheduling": {"duration": {"unit": "MONTH", "value": 12}, "billingDay": 1},
            "pricing": {
                "type": "SUBSCRIPTION",
                "price": D("100.00"),
                "subscriptionCadence": {"unit": "MONTH", "value": 1},
            },
            "paymentTerm": "Prepayment",
        },
    ]


def test_whether_it_renews_itself_is_always_said() -> None:
    assert told(BOTH)["autoRenewContract"] is False
    assert told(replace(BOTH, auto_renew=True))["autoRenewContract"] is True


def test_the_usual_custom_fields_lead_back_to_the_quote() -> None:
    document = replace(BOTH, deal=CrmDeal(crm="superoffice", external_id="77"), committed=D("9.5"))
    fields = told(document, Setup({}))["customFields"]
    assert {each["vayuCustomFieldName"]: each["value"] for each in fields} == {
        "Quote id": "qte_1",
        "Quote version": "2",
        "Pricing hash": "ab" * 32,
        "Order number": "O-2027-000001",
        "CRM opportunity": "superoffice 77",
        "Committed": "9.5",
        "Units and prices": "PUMP: 3 pcs × 99.9; CARE: 3 seat × 33.333333333333",
    }
    assert {each["valueType"] for each in fields} == {"String"}


def due(day: date, amount: str) -> ScheduledAmount:
    return ScheduledAmount(day=day, amount=D(amount), charge="chg_care")


def test_what_is_not_the_same_each_period_is_told_with_its_days() -> None:
    """100.00 for three months and a third: the last part is 33.33."""
    odd = replace(CARE, end_date=date(2027, 4, 11), total=D("333.33"))
    days = [date(2027, month, 1) for month in (1, 2, 3)]
    dues = [*(due(day, "100.00") for day in days), due(date(2027, 4, 1), "33.33")]
    found = product(odd, *dues)
    assert found["pricing"] == {
        "type": "CONTRACT_TERMS",
        "price": D("333.33"),
        "installments": [
            {"installmentDate": "2027-01-01T12:00:00Z", "amount": D("100.00")},
            {"installmentDate": "2027-02-01T12:00:00Z", "amount": D("100.00")},
            {"installmentDate": "2027-03-01T12:00:00Z", "amount": D("100.00")},
            {"installmentDate": "2027-04-01T12:00:00Z", "amount": D("33.33")},
        ],
    }
    assert found["scheduling"]["duration"] == {"unit": "MONTH", "value": 4}


def test_years_quarters_and_arrears() -> None:
    yearly = replace(CARE, period="year", amount=D("1200.00"))
    found = product(yearly, due(date(2027, 1, 1), "1200.00"))
    assert found["pricing"]["subscriptionCadence"] == {"unit": "YEAR", "value": 1}
    quarters = replace(CARE, period="quarter", amount=D("300.00"), time="in_arrears")
    ends = [date(2027, 4, 1), date(2027, 7, 1), date(2027, 10, 1), date(2028, 1, 1)]
    found = product(quarters, *(due(day, "300.00") for day in ends))
    assert found["pricing"]["subscriptionCadence"] == {"unit": "MONTH", "value": 3}
    assert found["paymentTerm"] == "Postpayment"


def test_discounts_are_shown_where_somebody_wants_them() -> None:
    cheap = replace(CARE, discount=BilledDiscount(name="Volume", amount=D("20.00")))
    assert product(cheap)["pricing"]["price"] == D("100.00")
    shown = product(cheap, show_discounts="true")["pricing"]
    assert shown["price"] == D("120.00")
    assert shown["discount"] == {"name": "Volume", "type": "FIXED", "amount": D("20.00")}


TIERS = (
    BilledTier(starts_at=D(0), ends_at=D(100), unit_price=D("0.10"), flat=D("5.00")),
    BilledTier(starts_at=D(100), ends_at=None, unit_price=D("0.025")),
)


def test_usage_has_a_price_for_a_unit_or_tiers() -> None:
    found = product(CALLS)
    assert found["pricing"] == {"type": "PER_UNIT", "price": D("0.0375")}
    assert found["catalogProductId"] == "c" * 24
    assert found["paymentTerm"] == "Postpayment"
    tiered = replace(CALLS, tiers=TIERS, tier_kind="graduated", minimum=D("12.00"))
    assert product(tiered)["pricing"] == {
        "type": "TIERED",
        "tiers": [
            {
                "fromInclusive": D(0),
                "toExclusive": D(100),
                "rate": D("0.10"),
                "flatFee": D("5.00"),
            },
            {"fromInclusive": D(100), "rate": D("0.025")},
        ],
        "baseAmount": D("12.00"),
    }
    assert [*losses_of(a_document((tiered,)))] == []  # 5 + 100 × 0.10 + 900 × 0.025 = 37.50


def test_a_bundle_is_a_group_and_its_parts_cost_nothing() -> None:
    document = replace(
        a_document((replace(PUMP, group="g"),)),
        groups=(
            BilledGroup(
                id="g",
                sku="PUMP",
                name="Pump set",
                components=(BilledComponent(sku="SEAL", name="Seal", quantity=D("2.0")),),
            ),
        ),
    )
    found = told(document)
    assert "products" not in found
    [group] = found["productGroups"]
    assert group["displayName"] == "Pump set"
    assert [(each["displayName"], each["pricing"]["price"]) for each in group["products"]] == [
        ("Pump", D("299.70")),
        ("2 × Seal", 0),
    ]


@pytest.mark.parametrize(
    ("document", "path", "amount"),
    [
        (replace(BOTH, currency="NOK"), "currency", D("1499.70")),
        (
            a_document((replace(PUMP, amount=D("-5.00"), total=D("-5.00")),)),
            "charges/0/amount",
            D("-5.00"),
        ),
        (
            a_document((replace(CALLS, tiers=TIERS, tier_kind="volume"),)),
            "charges/0/tiers",
            None,
        ),
        (
            a_document((replace(CALLS, total=D("37.49")),)),
            "charges/0/total",
            None,
        ),
        (
            a_document((CARE, replace(PUMP, start_date=date(2026, 12, 1)))),
            "charges/1/start_date",
            None,
        ),
        (
            a_document((replace(CARE, total=D("1200.01")),)),
            "charges/0/total",
            D("0.01"),
        ),
    ],
)
def test_what_cannot_be_told_is_lost_by_name(
    document: BillingDocument, path: str, amount: D | None
) -> None:
    found = {each.path: each.amount for each in losses_of(document)}
    assert found == {path: amount}


def test_nothing_is_lost_of_what_can_be_told() -> None:
    assert [*losses_of(a_document((PUMP, CARE, CALLS)))] == []


def test_a_unit_that_costs_less_than_nothing_for_rounding_alone_costs_nothing() -> None:
    """0.0375 is 0.04 for one unit; with 0.04 off the whole it comes to nothing."""
    free = replace(CALLS, quantity=D(1), amount=D("-0.0025"), total=D("0.00"))
    assert product(free)["pricing"]["price"] == 0
    assert [*losses_of(a_document((free,)))] == []
