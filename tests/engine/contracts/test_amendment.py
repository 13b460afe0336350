"""Differences, by hand: what comes back of the old remainder, and what the new one costs."""

from datetime import date
from decimal import Decimal as D

import pytest

from engine.catalog.charge import Charge, ChargePeriod, ChargeType
from engine.catalog.service_policy import Dialect
from engine.contracts.amendment import Wanted, difference, original_price
from engine.contracts.instruction import Op
from tests.engine.contracts.contracts import CENTS, a_contract, a_policy, an_item

START, END = date(2026, 1, 1), date(2027, 1, 1)


def wanted(
    unit: str, quantity: str = "1", sku: str = "PLAN", level: str = "full", **charge: object
) -> Wanted:
    return Wanted(
        sku=sku,
        name=sku,
        unit="pcs",
        quantity=D(quantity),
        chosen=(("level", level),),
        build=(("level", level),),
        charging=Charge(**{"type": ChargeType.RECURRING, "period": ChargePeriod.MONTH, **charge}),  # type: ignore[arg-type]
        unit_price=D(unit),
        list_unit_price=D(unit),
    )


@pytest.mark.parametrize(
    ("dialect", "credit", "charge"),
    [
        # from 16 April: 15 of 30 days, then eight months: 8.5
        (Dialect.ACTUAL, "850.00", "1275.00"),
        (Dialect.ACTUAL_THIRTY, "850.00", "1275.00"),
        (Dialect.THIRTY, "850.00", "1275.00"),
        # eight months to 16 December, then 16 of the 31 days to 16 January: 8.516129
        (Dialect.MONTHS_FIRST, "851.61", "1277.42"),
    ],
)
def test_the_rest_comes_back_and_is_charged_anew(
    dialect: Dialect, credit: str, charge: str
) -> None:
    contract = a_contract(an_item(START, END, "1200"), policy=a_policy(dialect=dialect))
    found = difference(
        contract, contract.items[0], wanted("150"), date(2026, 4, 16), CENTS, charge_id="chg_2"
    )
    assert (found.credit, found.charge) == (D(credit), D(charge))
    new = found.new.charge
    assert (new.start_date, new.end_date, new.amount) == (date(2026, 4, 16), END, D(150))
    assert found.new.replaces == "chg_1"
    gone, come = found.instructions()
    assert (gone.op, gone.amount, gone.quantity_delta) == (Op.CHANGE, -D(credit), D(-1))
    assert (come.op, come.amount, come.quantity_delta) == (Op.CHANGE, D(charge), D(1))


def test_from_the_first_day_on_all_comes_back_as_it_was_sold() -> None:
    """A term that was sold for 1,199.99 comes back as that, not as twelve times 100."""
    contract = a_contract(an_item(START, END, "1199.99"))
    found = difference(contract, contract.items[0], wanted("150"), START, CENTS, charge_id="chg_2")
    assert (found.credit, found.charge) == (D("1199.99"), D(1800))


def test_what_changes_nothing_nets_to_zero() -> None:
    contract = a_contract(an_item(START, END, "1199.99"))
    same = wanted("100", level="basic")
    for day in (START, date(2026, 2, 13), END):
        found = difference(contract, contract.items[0], same, day, CENTS, charge_id="chg_2")
        assert (found.net, found.is_idle) == (D(0), True)


def test_on_the_last_day_nothing_is_left() -> None:
    contract = a_contract(an_item(START, END, "1200"))
    found = difference(contract, contract.items[0], wanted("150"), END, CENTS, charge_id="chg_2")
    assert (found.credit, found.charge, found.is_idle) == (D(0), D(0), True)


def test_another_product_with_another_period_takes_its_place() -> None:
    """From 1 October: three months of 100 come back; a quarter of 1,000 a year is charged."""
    contract = a_contract(an_item(START, END, "1200"))
    yearly = wanted("1000", sku="YEARLY", period=ChargePeriod.YEAR)
    found = difference(
        contract, contract.items[0], yearly, date(2026, 10, 1), CENTS, charge_id="chg_2"
    )
    assert (found.credit, found.charge) == (D(300), D("252.05"))  # 92 of 365 days
    assert [each.op for each in found.instructions()] == [Op.REMOVE, Op.ADD]


@pytest.mark.parametrize(
    ("unit", "days"),
    [
        ("60", 25),  # 15 days of 100 are 50; 2 a day buy 25
        ("150", 10),
        ("160", 10),  # 9.375: the tenth is begun
        ("100", 15),
        ("0", None),
    ],
)
def test_the_rest_of_the_old_price_buys_days_of_the_new_one(unit: str, days: int | None) -> None:
    contract = a_contract(an_item(START, None, "1200"), end_date=None)
    found = difference(
        contract, contract.items[0], wanted(unit), date(2026, 4, 16), CENTS, charge_id="chg_2"
    )
    assert [each.days_bought for each in found.instructions()] == [None, days]


def test_what_runs_on_is_settled_to_the_end_of_its_period() -> None:
    contract = a_contract(an_item(START, None, "1200"), end_date=None)
    found = difference(
        contract, contract.items[0], wanted("150"), date(2026, 4, 16), CENTS, charge_id="chg_2"
    )
    assert (found.credit, found.charge) == (D(50), D(75))  # 15 of 30 days
    assert found.new.charge.end_date is None


def test_a_fixed_price_rises_by_the_options_and_any_other_keeps_its_percentage() -> None:
    """List 180, with more cover 255: 165 was fixed; 162 is ten percent off."""
    assert original_price(D(165), D(180), D(255), is_fixed=True) == 240
    assert original_price(D(162), D(180), D(255), is_fixed=False) == D("229.5")
    assert original_price(D(0), D(0), D(75), is_fixed=False) == 75
    assert original_price(D(50), D(180), D(100), is_fixed=True) == 0
