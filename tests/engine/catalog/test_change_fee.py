"""Rows of an upload become rows of the fee policy, or say what is wrong with them."""

from decimal import Decimal as D

import pytest

from engine.catalog.cells import BadCell, Cells
from engine.catalog.change_fee import STAGES, ChangeFee, ChangeKind
from engine.catalog.charge import ChargeType
from engine.catalog.intake import Cell, Row
from engine.catalog.policy_rows import change_fee
from engine.catalog.wares import Wares
from engine.orders.changing import EARLIEST_FIRST


def read(**cells: Cell) -> ChangeFee:
    whole: dict[str, Cell] = {"id": "FEE", **cells}
    return change_fee(Cells(Row(1, whole), {}))


def test_a_row_says_all_there_is_to_a_fee() -> None:
    assert read(
        name="Before production",
        changes=("cancel", "quantity"),
        stages=("pending", "acknowledged"),
        within_days=D(14),
        family="VX",
        charge="one_time",
        percent=D("7.5"),
        of_cost=True,
        fixed=D(40),
        minimum="150.00",
        maximum=D(9000),
        currency="usd",
        waivable="yes",
        approver_group="sales-leads",
        tax_rate=D(25),
        valid_days=D(14),
        priority=D(3),
    ) == ChangeFee(
        id="FEE",
        name="Before production",
        changes=(ChangeKind.CANCEL, ChangeKind.QUANTITY),
        stages=("pending", "acknowledged"),
        within_days=14,
        wares=Wares(family="VX", charge=ChargeType.ONE_TIME),
        percent=D("7.5"),
        of_cost=True,
        fixed=D(40),
        minimum=D(150),
        maximum=D(9000),
        currency="USD",
        waivable=True,
        approver_group="sales-leads",
        tax_rate=D(25),
        valid_days=14,
        priority=3,
    )


def test_a_row_that_says_nothing_is_free_for_everything() -> None:
    assert read() == ChangeFee(id="FEE", name="FEE")


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"changes": ("replace",)}, "changes"),
        ({"stages": ("pending", "shipped")}, "stages"),
        ({"percent": D(101)}, "percent"),
        ({"percent": D(-1)}, "percent"),
        ({"tax_rate": D(101)}, "tax_rate"),
        ({"fixed": D(10)}, "currency"),
        ({"minimum": D(10)}, "currency"),
        ({"maximum": D(10), "currency": "XYZ"}, "currency"),
        ({"fixed": D(-10), "currency": "USD"}, "fixed"),
        ({"minimum": D(10), "maximum": D(9), "currency": "USD"}, "maximum"),
        ({"valid_days": D(0)}, "valid_days"),
        ({"valid_days": D(4000)}, "valid_days"),
        ({"within_days": D("1.5")}, "within_days"),
        ({"charge": "sometimes"}, "charge"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_of_its_column(
    cells: dict[str, Cell], column: str
) -> None:
    with pytest.raises(BadCell) as excinfo:
        read(**cells)
    assert excinfo.value.column == column


def test_the_stages_of_a_policy_are_those_that_can_be_changed() -> None:
    assert {each.value for each in EARLIEST_FIRST} == STAGES
