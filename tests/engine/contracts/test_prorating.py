"""Parts of periods, worked by hand: the denominator is always a full period."""

from datetime import date
from decimal import Decimal as D

import pytest

from engine.catalog.service_policy import Dialect
from engine.contracts.prorating import Grid, prorate

A, A30, S30, MF = Dialect.ACTUAL, Dialect.ACTUAL_THIRTY, Dialect.THIRTY, Dialect.MONTHS_FIRST


@pytest.mark.parametrize(
    ("dialect", "part"),
    [
        (A, "41/28"),  # 15 to 28 February: 13 of 28 days; then 28 February to 31 March: one whole
        (A30, "43/30"),  # 13 of 30, and one
        (S30, "43/30"),  # 15 to 27 February: 13 of 30, and one
        (MF, "47/31"),  # 15 February to 15 March, then 16 days of the 31 that follow
    ],
)
def test_an_anchor_of_the_31st_clamps_and_comes_back(dialect: Dialect, part: str) -> None:
    grid = Grid(anchor=date(2026, 1, 31), months=1)
    found = prorate(dialect, grid, date(2026, 2, 15), date(2026, 3, 31))
    assert str(found.part) == part


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize(
    ("start", "end", "months", "periods"),
    [
        (date(2026, 1, 31), date(2027, 1, 31), 1, 12),
        (date(2024, 2, 29), date(2025, 2, 28), 1, 12),
        (date(2024, 2, 29), date(2028, 2, 29), 12, 4),
        (date(2026, 1, 15), date(2027, 1, 15), 3, 4),
    ],
)
def test_a_whole_term_is_as_many_periods_in_every_dialect(
    dialect: Dialect, start: date, end: date, months: int, periods: int
) -> None:
    assert prorate(dialect, Grid(anchor=start, months=months), start, end).factor == periods


def test_a_leap_day_counts_where_days_do() -> None:
    """29 February to 29 March 2024 has 29 days; from 10 March on 19 of them are left."""
    grid = Grid(anchor=date(2024, 2, 29), months=1)
    found = prorate(A, grid, date(2024, 3, 10), date(2024, 3, 29))
    assert str(found.part) == "19/29"
    whole_year = prorate(
        A, Grid(anchor=date(2024, 1, 1), months=12), date(2024, 3, 1), date(2025, 1, 1)
    )
    assert str(whole_year.part) == "306/366"


def test_a_quarter_is_reckoned_by_its_own_days() -> None:
    """15 January to 15 April 2026 has 90 days, of which 73 are left on 1 February."""
    grid = Grid(anchor=date(2026, 1, 15), months=3)
    start, end = date(2026, 2, 1), date(2026, 4, 15)
    assert str(prorate(A, grid, start, end).part) == "73/90"
    assert str(prorate(S30, grid, start, end).part) == "74/90"  # 30 + 30 + 14
    assert str(prorate(MF, grid, start, end).part) == "74/90"  # two months and 14 of 30 days, of 3


def test_rows_are_the_days_before_the_whole_periods_and_after_them() -> None:
    grid = Grid(anchor=date(2026, 1, 31), months=1)
    found = prorate(A, grid, date(2026, 2, 15), date(2026, 4, 10))
    assert [(row.start, row.end, str(row.part)) for row in found.rows] == [
        (date(2026, 2, 15), date(2026, 2, 28), "13/28"),
        (date(2026, 2, 28), date(2026, 3, 31), "28/28"),
        (date(2026, 3, 31), date(2026, 4, 10), "10/30"),
    ]
    assert found.part.days * 840 == (13 * 30 + 28 * 30 + 10 * 28) * found.part.of
    assert D("1.797619") < found.factor < D("1.797620")  # 0.464286 + 1 + 0.333333


@pytest.mark.parametrize("dialect", Dialect)
def test_no_day_is_no_part(dialect: Dialect) -> None:
    grid = Grid(anchor=date(2026, 1, 1), months=1)
    for end in (date(2026, 2, 10), date(2026, 2, 1)):
        found = prorate(dialect, grid, date(2026, 2, 10), end)
        assert (found.part.days, found.factor) == (0, D(0))
        assert found.part.of >= 28


def test_days_of_thirty_never_come_to_more_than_a_period() -> None:
    """91 of the 92 days of a quarter from 1 July."""
    grid = Grid(anchor=date(2026, 7, 1), months=3)
    found = prorate(A30, grid, date(2026, 7, 2), date(2026, 10, 1))
    assert str(found.part) == "90/90"
