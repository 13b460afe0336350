"""Whatever a contract is, its parts add up, and there and back again costs nothing."""

from datetime import date, timedelta
from decimal import Decimal as D
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.catalog.charge import Charge, ChargePeriod, ChargeType
from engine.catalog.service_policy import Dialect
from engine.contracts.amendment import Wanted, difference
from engine.contracts.contract import term_end
from engine.contracts.prorating import Grid, Proration, prorate
from engine.contracts.termination import termination_fee
from tests.engine.contracts.contracts import CENTS, a_contract, a_policy, an_item

ANCHORS = st.dates(date(2023, 1, 1), date(2028, 12, 31))
MONTHS = st.sampled_from((1, 3, 12))
PRICES = st.decimals("0.01", "9999.99", places=2).map(str)
QUANTITIES = st.decimals("0.5", 100, places=1).map(str)


def fraction(found: Proration) -> Fraction:
    return Fraction(found.part.days, found.part.of)


@given(ANCHORS, MONTHS, st.integers(0, 900), st.integers(0, 900), st.integers(0, 900))
def test_actual_days_before_and_after_a_day_are_the_whole(
    anchor: date, months: int, first: int, second: int, third: int
) -> None:
    grid = Grid(anchor=anchor, months=months)
    start, middle, end = sorted(anchor + timedelta(days=each) for each in (first, second, third))
    before = prorate(Dialect.ACTUAL, grid, start, middle)
    after = prorate(Dialect.ACTUAL, grid, middle, end)
    whole = prorate(Dialect.ACTUAL, grid, start, end)
    assert fraction(before) + fraction(after) == fraction(whole)


@given(st.sampled_from(Dialect), ANCHORS, MONTHS, st.integers(1, 20), st.integers(0, 3000))
def test_no_part_is_more_than_the_whole(
    dialect: Dialect, anchor: date, months: int, periods: int, days: int
) -> None:
    grid = Grid(anchor=anchor, months=months)
    end = term_end(anchor, D(months * periods))
    whole = prorate(dialect, grid, anchor, end)
    assert fraction(whole) == periods
    part = prorate(dialect, grid, min(anchor + timedelta(days=days), end), end)
    assert 0 <= fraction(part) <= periods
    assert sum((Fraction(row.part.days, row.part.of) for row in part.rows), Fraction(0)) == (
        fraction(part)
    )


@given(st.sampled_from(Dialect), ANCHORS, PRICES, PRICES, QUANTITIES, st.integers(0, 364))
def test_there_and_back_on_one_day_nets_to_zero(
    dialect: Dialect, start: date, price: str, other: str, quantity: str, days: int
) -> None:
    end = term_end(start, D(12))
    total = CENTS.money(D(price) * D(quantity) * 12)
    item = an_item(start, end, str(total), unit=price, quantity=quantity)
    contract = a_contract(item, policy=a_policy(dialect=dialect))
    day = start + timedelta(days=days)
    there = difference(contract, item, _wanted(other, quantity), day, CENTS, charge_id="chg_2")
    changed = a_contract(there.new, end_date=end, policy=contract.policy, start_date=start)
    back = difference(changed, there.new, _wanted(price, quantity), day, CENTS, charge_id="chg_3")
    assert there.net + back.net == 0


@given(st.sampled_from(Dialect), ANCHORS, PRICES, st.integers(0, 364), st.booleans())
def test_a_fee_is_the_sum_of_its_rows_and_never_below_zero(
    dialect: Dialect, start: date, price: str, days: int, arrears: bool
) -> None:
    end = term_end(start, D(12))
    item = an_item(start, end, str(D(price) * 12), unit=price, arrears=arrears)
    contract = a_contract(item, policy=a_policy(dialect=dialect))
    found = termination_fee(contract, start + timedelta(days=days), start, "", CENTS)
    assert found.amount == sum(row.amount for row in found.rows) >= 0
    assert 0 <= found.remaining_commitment <= contract.commitment


def _wanted(unit: str, quantity: str) -> Wanted:
    return Wanted(
        sku="OTHER",
        name="OTHER",
        unit="pcs",
        quantity=D(quantity),
        chosen=(),
        build=(),
        charging=Charge(type=ChargeType.RECURRING, period=ChargePeriod.MONTH),
        unit_price=D(unit),
        list_unit_price=D(unit),
    )
