"""What Stripe is told is what was sold: units, tiers, rhythms, and what is lost on the way."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from adapters.billing.stripe import money
from adapters.billing.stripe.losses import losses_of
from adapters.billing.stripe.parts import Rate
from adapters.billing.stripe.sheet import sheet_of, tiers_of
from engine.ports.billed import BilledTier
from engine.ports.billing import BilledCharge, BillingDocument
from tests.adapters.billing.samples import BOTH, CALLS, CARE, PUMP, a_document

NAMES = {"PUMP": "PUMP", "CARE": "prod_care", "CALLS": "CALLS"}
TIERS = (
    BilledTier(starts_at=D(0), ends_at=D(100), unit_price=D("0.10"), flat=D("5.00")),
    BilledTier(starts_at=D(100), ends_at=None, unit_price=D("0.0253")),
)


@pytest.mark.parametrize(
    ("amount", "quantity", "code", "said"),
    [
        ("100.00", 3, "EUR", "3333.333333333333"),
        ("100.00", 4, "EUR", "2500"),
        ("100", 3, "JPY", "33.333333333333"),
        ("0.02", 3, "EUR", "0.666666666667"),
        ("1.230", 1, "KWD", "1230"),
    ],
)
def test_the_price_of_one_of_many(amount: str, quantity: int, code: str, said: str) -> None:
    assert money.each(D(amount), quantity, code) == said


@pytest.mark.parametrize(
    ("amount", "code", "rest"),
    [
        ("1.23", "EUR", "0"),
        ("1.235", "EUR", "0.005"),
        ("1.230", "KWD", "0"),
        ("1.235", "KWD", "0.005"),
        ("123", "JPY", "0"),
        ("123.4", "JPY", "0.4"),
    ],
)
def test_what_of_an_amount_cannot_be_told(amount: str, code: str, rest: str) -> None:
    assert money.unexpressed(D(amount), code) == D(rest)


def test_of_volume_tiers_the_unit_where_one_begins_belongs_to_it() -> None:
    graduated = replace(CALLS, tiers=TIERS, tier_kind="graduated")
    first = {"unit_amount_decimal": "10", "flat_amount_decimal": "500"}
    rest = {"up_to": "inf", "unit_amount_decimal": "2.53"}
    assert list(tiers_of(graduated, "EUR")) == [{"up_to": "100", **first}, rest]
    volume = replace(CALLS, tiers=TIERS, tier_kind="volume")
    assert list(tiers_of(volume, "EUR")) == [{"up_to": "99", **first}, rest]
    odd = replace(TIERS[0], ends_at=D("99.5"))
    assert tiers_of(replace(graduated, tiers=(odd, TIERS[1])), "EUR") == ()


def test_a_rate_is_named_after_all_it_is() -> None:
    rate = Rate(sku="CARE", product="prod_care", currency="eur", amount="100", months=1)
    assert rate.key == replace(rate, sku="other").key
    others = [
        replace(rate, amount="101"),
        replace(rate, currency="usd"),
        replace(rate, months=12),
        replace(rate, product="prod_other"),
        replace(rate, meter="mtr_1"),
    ]
    assert len({rate.key, *(each.key for each in others)}) == 6


def test_each_rhythm_and_span_is_a_subscription_of_its_own() -> None:
    yearly = replace(CARE, id="chg_year", period="year", amount=D("1200.00"), unit_price=D(400))
    due = replace(BOTH.schedule[1], charge="chg_year", amount=D("1200.00"))
    due = replace(due, period_end=date(2028, 1, 1))
    document = a_document((CARE, yearly), (*a_document((CARE,)).schedule, due))
    found = sheet_of(document, NAMES, {})
    assert [(each.months, each.end) for each in found.subscriptions] == [
        (1, date(2028, 1, 1)),
        (12, date(2028, 1, 1)),
    ]
    assert [len(each.items) for each in found.subscriptions] == [1, 1]


def test_plans_have_no_decimals_and_each_a_subscription() -> None:
    more = replace(CARE, id="chg_more", quantity=D(4))
    found = sheet_of(a_document((CARE, more)), NAMES, {}, is_plans=True)
    assert [
        (item.rate.amount, item.quantity) for each in found.subscriptions for item in each.items
    ] == [("10000", 1), ("2500", 4)]


def lost(document: BillingDocument, *, is_plans: bool = False) -> dict[str, D | None]:
    return {each.path: each.amount for each in losses_of(document, is_plans=is_plans)}


@pytest.mark.parametrize(
    ("charge", "path", "amount"),
    [
        (replace(CARE, time="in_arrears"), "time", None),
        (replace(CARE, quantity=D("1.5")), "quantity", None),
        (replace(CARE, total=D("1200.01")), "schedule", None),
        (replace(CARE, amount=D(-100), total=D(-1200)), "amount", D(-1200)),
        (replace(CALLS, minimum=D("10.00")), "minimum", None),
        (replace(CALLS, amount=D("0.000000000000001")), "amount", None),
        (replace(CALLS, tiers=(replace(TIERS[0], ends_at=D("0.5")),)), "tiers", None),
        (replace(CALLS, total=D("-1.00")), "amount", D("-1.00")),
    ],
)
def test_what_is_lost_is_told(charge: BilledCharge, path: str, amount: D | None) -> None:
    assert lost(a_document((charge,))) == {f"charges/0/{path}": amount}


def test_a_credit_that_is_given_once_is_no_loss() -> None:
    credit = replace(PUMP, amount=D("-20.00"), total=D("-20.00"))
    document = a_document((credit, CARE))
    assert lost(document) == {}
    [extra] = sheet_of(document, NAMES, {}).extras
    assert extra.amount == -2000


def test_plans_count_no_usage() -> None:
    assert lost(a_document((CALLS,)), is_plans=True) == {"charges/0/type": D("37.50")}
