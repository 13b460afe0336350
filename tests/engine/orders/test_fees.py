"""Fees worked by hand: the staged policy of a maker of machines, row by row."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal as D

import pytest

from engine.catalog.change_fee import ChangeFee, ChangeKind
from engine.catalog.charge import ChargeType
from engine.catalog.settings import RoundingMode
from engine.catalog.wares import Wares
from engine.kernel.currency import currency
from engine.kernel.period import Period
from engine.orders.fees import Affected, FeeRow, Moment, fee_row, is_allowed, ruling
from engine.pricing.rounding import Rounding
from tests.builders import a_product

CANCEL, FEWER = ChangeKind.CANCEL, ChangeKind.QUANTITY
SWAP, DATE = ChangeKind.CONFIGURATION, ChangeKind.DATE
TODAY = date(2026, 3, 12)
CENTS = Rounding(2)
GOODS: Mapping[str, Mapping[str, object]] = {
    "UNIT": {"family": "VX", "category": "MACHINE"},
    "SPECIAL": {"family": "VX", "category": "TO-ORDER"},
    "HOSE": {"family": "PARTS", "category": "ACC"},
    "CARE": {"family": "CARE", "category": "SVC"},
}


def row(id_: str, **members: object) -> ChangeFee:
    return ChangeFee(**{"id": id_, "name": id_.title(), **members})  # type: ignore[arg-type]


EARLY = ("pending", "acknowledged")
POLICY = (
    row("GRACE", within_days=3, priority=90),
    row(
        "SERVICE",
        stages=("pending",),
        wares=Wares(charge=ChargeType.RECURRING),
        priority=80,
    ),
    row("EARLY", stages=EARLY, changes=(CANCEL,), percent=D(5), minimum=D(150), currency="USD"),
    row("EARLY-CHANGE", stages=EARLY, changes=(FEWER, SWAP), percent=D(2)),
    row("DRAWN", stages=("held",), changes=(CANCEL,), percent=D(25)),
    row("DRAWN-VX", stages=("held",), changes=(CANCEL,), wares=Wares(family="VX"), percent=D(50)),
    row("DRAWN-CHANGE", stages=("held",), changes=(FEWER, SWAP), percent=D(25)),
    row("DRAWN-DATE", stages=("held",), changes=(DATE,), fixed=D(75), currency="USD"),
    row("MADE", stages=("in_progress",), changes=(CANCEL,), percent=D(100), of_cost=True),
    row(
        "MADE-TO-ORDER",
        stages=("in_progress",),
        wares=Wares(category="TO-ORDER"),
        allowed=False,
        priority=10,
    ),
    row("MADE-CHANGE", stages=("in_progress",), changes=(FEWER, SWAP), allowed=False),
    row("MADE-DATE", stages=("in_progress",), changes=(DATE,), fixed=D(120), currency="USD"),
)


def part(kind: ChangeKind, stage: str, sku: str = "UNIT", **members: object) -> Affected:
    charge = ChargeType.RECURRING if sku == "CARE" else ChargeType.ONE_TIME
    given: dict[str, object] = {
        "line_id": "oln_1",
        "sku": sku,
        "product": a_product(sku, **GOODS[sku]),
        "charge": charge,
        "quantity": D(1),
        "net": D(10_000),
        "cost": D("6960.00"),
        "where": "lines/0",
        **members,
    }
    return Affected(kind=kind, stage=stage, **given)  # type: ignore[arg-type]


def judged(
    policy: tuple[ChangeFee, ...],
    affected: Affected,
    days: int = 10,
    code: str = "USD",
    *,
    waive: bool = False,
    rounding: Rounding = CENTS,
) -> FeeRow | None:
    moment = Moment(on=TODAY, days_after=days, currency=code)
    rule = ruling(policy, affected, moment)
    if not is_allowed(rule, affected):
        return None
    return fee_row(rule, affected, rounding, waive=waive)


@pytest.mark.parametrize(
    ("kind", "stage", "sku", "days", "rule", "fee"),
    [
        # within the grace period everything is free, on its last day too
        (CANCEL, "pending", "UNIT", 0, "GRACE", "0"),
        (CANCEL, "held", "UNIT", 3, "GRACE", "0"),
        (FEWER, "in_progress", "SPECIAL", 1, "GRACE", "0"),
        # 5 % of 10 000 is 500, 2 % is 200; a new date is free, as no row speaks of it
        (CANCEL, "pending", "UNIT", 4, "EARLY", "500"),
        (CANCEL, "acknowledged", "UNIT", 4, "EARLY", "500"),
        (FEWER, "pending", "UNIT", 4, "EARLY-CHANGE", "200"),
        (SWAP, "acknowledged", "UNIT", 4, "EARLY-CHANGE", "200"),
        (DATE, "pending", "UNIT", 4, None, "0"),
        # once drawn, 25 % of 10 000, and half for the family that is named
        (CANCEL, "held", "HOSE", 4, "DRAWN", "2500"),
        (CANCEL, "held", "UNIT", 4, "DRAWN-VX", "5000"),
        (FEWER, "held", "UNIT", 4, "DRAWN-CHANGE", "2500"),
        (SWAP, "held", "HOSE", 4, "DRAWN-CHANGE", "2500"),
        (DATE, "held", "UNIT", 4, "DRAWN-DATE", "75"),
        # in production, all it has cost, or not at all
        (CANCEL, "in_progress", "UNIT", 4, "MADE", "6960"),
        (CANCEL, "in_progress", "SPECIAL", 4, "MADE-TO-ORDER", None),
        (FEWER, "in_progress", "UNIT", 4, "MADE-CHANGE", None),
        (SWAP, "in_progress", "UNIT", 4, "MADE-CHANGE", None),
        (DATE, "in_progress", "UNIT", 4, "MADE-DATE", "120"),
        # a service that has not begun
        (CANCEL, "pending", "CARE", 40, "SERVICE", "0"),
        (FEWER, "pending", "CARE", 40, "SERVICE", "0"),
        # no row speaks of what is ready to go: production has begun
        (CANCEL, "ready", "UNIT", 4, None, None),
        (CANCEL, "backordered", "UNIT", 4, None, "0"),
    ],
)
def test_the_policy_of_a_maker_of_machines(
    kind: ChangeKind, stage: str, sku: str, days: int, rule: str | None, fee: str | None
) -> None:
    affected = part(kind, stage, sku)
    moment = Moment(on=TODAY, days_after=days, currency="USD")
    decides = ruling(POLICY, affected, moment)
    assert (None if decides is None else decides.id) == rule
    found = judged(POLICY, affected, days)
    assert (None if found is None else found.fee) == (None if fee is None else D(fee))


@pytest.mark.parametrize(
    ("net", "fee"),
    # 5 % of 2 999.90 is 149.995, which is 150.00; of 3 000.11 it is 150.0055
    [("100", "150"), ("2999.90", "150"), ("3000.11", "150.01"), ("3010", "150.50")],
)
def test_the_least_a_fee_comes_to(net: str, fee: str) -> None:
    found = judged(POLICY, part(CANCEL, "pending", net=D(net)))
    assert found is not None
    assert found.fee == D(fee)


def test_the_fixed_part_comes_on_top_and_the_maximum_over_all() -> None:
    both = row("BOTH", percent=D("7.5"), fixed=D(40), maximum=D(300), currency="USD")
    # 7.5 % of 1 234.56 is 92.592, then 40; of 4 000 it is 300 and 40, which is too much
    small, large = (part(CANCEL, "pending", net=D(net)) for net in ("1234.56", "4000"))
    for affected, fee in ((small, "132.59"), (large, "300")):
        found = judged((both,), affected)
        assert found is not None
        assert (found.percent, found.fixed, found.fee) == (D("7.5"), D(40), D(fee))


@pytest.mark.parametrize(
    ("code", "net", "fee", "tax"),
    [
        # 5 % of 123 450 yen is 6 172.5; 10 % of 6 173 is 617.3
        ("JPY", "123450", "6173", "617"),
        # 5 % of 123.45 is 6.1725 dinars, whose thousandths are 6.173; a tenth is 0.6173
        ("KWD", "123.45", "6.173", "0.617"),
        ("USD", "123.45", "6.17", "0.62"),
    ],
)
def test_fees_and_their_tax_are_whole_minor_units(code: str, net: str, fee: str, tax: str) -> None:
    rounding = Rounding(currency(code).digits)
    taxed = row("TAXED", percent=D(5), tax_rate=D(10))
    found = judged((taxed,), part(CANCEL, "pending", net=D(net)), code=code, rounding=rounding)
    assert found is not None
    assert (found.fee, found.tax_rate, found.tax) == (D(fee), D(10), D(tax))


def test_fees_round_as_the_tenant_rounds() -> None:
    even = Rounding(0, RoundingMode.HALF_EVEN)
    found = judged((row("R", percent=D(5)),), part(CANCEL, "pending", net=D(90)), rounding=even)
    assert found is not None
    assert found.fee == D(4)  # 4.5


def test_what_is_waivable_is_waived_when_somebody_asks() -> None:
    kind = row("KIND", percent=D(5), tax_rate=D(25), waivable=True, approver_group="sales-leads")
    affected = part(CANCEL, "pending")
    charged, dropped = judged((kind,), affected), judged((kind,), affected, waive=True)
    assert charged is not None
    assert dropped is not None
    assert (charged.fee, charged.tax, charged.waived) == (D(500), D(125), False)
    assert (dropped.fee, dropped.tax, dropped.waived) == (D(0), D(0), True)
    assert (dropped.percent, dropped.approver_group) == (D(5), "sales-leads")
    strict = judged(POLICY, affected, waive=True)
    assert strict is not None
    assert (strict.fee, strict.waived) == (D(500), False)


def test_where_the_cost_is_not_known_the_net_stands_for_it() -> None:
    found = judged(POLICY, part(CANCEL, "in_progress", cost=None))
    assert found is not None
    assert (found.of_cost, found.basis, found.fee) == (False, D(10_000), D(10_000))


def test_amounts_are_of_one_currency_and_percentages_of_every_one() -> None:
    krone = judged(POLICY, part(CANCEL, "pending"), code="NOK")
    assert krone is not None
    assert (krone.rule, krone.fee) == (None, D(0))
    change = judged(POLICY, part(FEWER, "pending"), code="NOK")
    assert change is not None
    assert change.fee == D(200)


def test_the_first_by_priority_then_the_narrower_then_by_id() -> None:
    last = row("Z", percent=D(9), priority=1)
    narrow = row("N", percent=D(4), wares=Wares(sku="UNIT"))
    family = row("F", percent=D(3), wares=Wares(family="VX"))
    others = (row("B", percent=D(2)), row("A", percent=D(1)))
    affected = part(CANCEL, "pending")
    for policy, percent in (
        ((last, narrow, family, *others), 9),
        ((family, narrow, *others), 4),
        ((*others, family), 3),
        (others, 1),
    ):
        found = judged(policy, affected)
        assert found is not None
        assert found.percent == percent


def test_a_row_holds_on_the_days_it_names() -> None:
    over = row("OVER", percent=D(5), validity=Period.of_days(None, date(2026, 3, 11)))
    last_day = row("LAST", percent=D(6), validity=Period.of_days(None, TODAY))
    found = judged((over, last_day), part(CANCEL, "pending"))
    assert found is not None
    assert found.percent == D(6)


def test_of_what_is_no_product_only_its_sku_is_known() -> None:
    typed = part(CANCEL, "pending", product=None)
    by_sku = row("SKU", percent=D(4), wares=Wares(sku="UNIT"))
    by_family = row("FAMILY", percent=D(3), wares=Wares(family="VX"), priority=5)
    found = judged((by_family, by_sku), typed)
    assert found is not None
    assert found.percent == D(4)
