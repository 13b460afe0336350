"""Who has to agree to a price, in which order, and when an approval still holds."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from engine.pricing.approval import Approval, ApprovalRule, Trigger
from engine.pricing.line import Ask
from engine.pricing.transaction import Priced, Transaction, price
from tests.builders import TODAY, a_product, a_snapshot, an_entry

LIST = "NOK-2026"


def rule(key: str, trigger: Trigger, threshold: str = "0", **members: object) -> ApprovalRule:
    return ApprovalRule(
        **{"id": key, "name": key, "trigger": trigger, "threshold": D(threshold), **members}  # type: ignore[arg-type]
    )


def priced(*rules: ApprovalRule, asks: tuple[Ask, ...], off: str = "0") -> Priced:
    snapshot = a_snapshot(
        products=(a_product(), a_product("PLAN", is_subscription=True)),
        entries=(
            an_entry(minimum_price=D(80), cost=D(60)),
            an_entry("PLAN", "10", cost=D(4)),
        ),
        approval_rules=rules,
    )
    return price(
        snapshot,
        Transaction(
            account=None,
            price_list=snapshot.price_lists[LIST],
            on=TODAY,
            asks=asks,
            discount_percent=D(off),
        ),
    )


def ask(sku: str = "PUMP", **members: object) -> Ask:
    return Ask(**{"sku": sku, "quantity": D(1), **members})  # type: ignore[arg-type]


def needed(found: Priced) -> list[tuple[str, D, tuple[int, ...]]]:
    return [(each.rule.id, each.measured, each.lines) for each in found.approvals]


@pytest.mark.parametrize(
    ("asked", "off", "wanted"),
    [
        (ask(), "0", []),
        (ask(discount_percent=D(20)), "0", []),
        (ask(discount_percent=D(24)), "0", [("floor", D(5), (1,))]),
        (ask(), "24", [("floor", D(5), (1,))]),
    ],
)
def test_a_price_below_the_floor_needs_an_approval_without_any_rule(
    asked: Ask, off: str, wanted: list[object]
) -> None:
    """76 is 5 percent below a floor of 80, whoever took the rest off."""
    assert needed(priced(asks=(asked,), off=off)) == wanted


def test_the_tenants_own_rule_about_floors_stands_in_for_the_usual_one() -> None:
    own = rule("TEN", Trigger.BELOW_FLOOR, "10")
    assert needed(priced(own, asks=(ask(discount_percent=D(24)),))) == []
    assert needed(priced(own, asks=(ask(discount_percent=D(30)),))) == [("TEN", D("12.5"), (1,))]


@pytest.mark.parametrize(
    ("found", "asked", "off", "wanted"),
    [
        (rule("A", Trigger.LINE_DISCOUNT, "15"), ask(discount_percent=D("15.5")), "0", "15.5"),
        (rule("A", Trigger.LINE_DISCOUNT, "15"), ask(discount_percent=D(15)), "0", None),
        (rule("A", Trigger.PRICE_OVERRIDE), ask(unit_price=D(90)), "0", "1"),
        (rule("A", Trigger.PRICE_OVERRIDE), ask(), "0", None),
        (rule("A", Trigger.QUOTE_DISCOUNT, "10"), ask(), "12", "12"),
        (rule("A", Trigger.MARGIN, "35"), ask(), "10", "33.3333333333"),
        (rule("A", Trigger.MARGIN, "33"), ask(), "10", None),
        (rule("A", Trigger.TOTAL, "50", currency="NOK"), ask(), "0", "100"),
        (rule("A", Trigger.TOTAL, "50", currency="USD"), ask(), "0", None),
        (rule("A", Trigger.TERM_MONTHS, "24"), ask("PLAN", term_months=D(36)), "0", "36"),
        (rule("A", Trigger.TERM_MONTHS, "24"), ask("PLAN", term_months=D(24)), "0", None),
    ],
)
def test_a_rule_asks_for_an_approval_once_its_threshold_is_passed(
    found: ApprovalRule, asked: Ask, off: str, wanted: str | None
) -> None:
    measured = [each.measured for each in priced(found, asks=(asked,), off=off).approvals]
    assert measured == ([] if wanted is None else [D(wanted)])


def test_approvals_of_lines_come_before_those_of_the_whole_and_lower_levels_first() -> None:
    rules = (
        rule("TOTAL", Trigger.TOTAL, currency="NOK"),
        rule("LINE-2", Trigger.LINE_DISCOUNT, level=2),
        rule("LINE-1", Trigger.LINE_DISCOUNT),
    )
    asks = (ask(discount_percent=D(30)), ask("PLAN"), ask(discount_percent=D(10)))
    found = priced(*rules, asks=asks)
    assert [(each.rule.id, each.lines) for each in found.approvals] == [
        ("floor", (1,)),
        ("LINE-1", (1, 3)),
        ("LINE-2", (1, 3)),
        ("TOTAL", ()),
    ]


@pytest.mark.parametrize(
    ("trigger", "approved", "now", "holds"),
    [
        (Trigger.LINE_DISCOUNT, "20", "20", True),
        (Trigger.LINE_DISCOUNT, "20", "18", True),
        (Trigger.LINE_DISCOUNT, "20", "20.01", False),
        (Trigger.MARGIN, "15", "16", True),
        (Trigger.MARGIN, "15", "14.99", False),
    ],
)
def test_an_approval_holds_while_the_measure_has_not_become_worse(
    trigger: Trigger,
    approved: str,
    now: str,
    holds: bool,
) -> None:
    before = Approval(rule=rule("A", trigger), measured=D(approved))
    assert replace(before, measured=D(now)).is_no_worse_than(before) is holds
