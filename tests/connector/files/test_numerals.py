from datetime import date, datetime
from decimal import Decimal

import pytest

from connector.files import numerals
from engine.catalog.intake import Broken, Cell


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("32", Decimal(32)),
        ("18595.0", Decimal(18595)),
        ("0.30000000000000004", Decimal("0.3")),
        ("1.1000000000000001E-2", Decimal("0.011")),
        ("33.333333333333336", Decimal("33.333333333333")),
        ("-.5", Decimal("-0.5")),
        ("NaN", Broken("'NaN'")),
        ("1_000", Broken("'1_000'")),
        ("١", Broken("'١'")),
        ("1e9999", Broken("'1e9999'")),
        ("1" * 401, Broken(repr("1" * 40))),
    ],
)
def test_numbers_are_what_people_see_of_them(text: str, number: Cell) -> None:
    assert numerals.number(text) == number


@pytest.mark.parametrize(
    ("serial", "day"),
    [
        ("1", date(1900, 1, 1)),
        ("59", date(1900, 2, 28)),
        ("61", date(1900, 3, 1)),
        ("41275", date(2013, 1, 1)),
        ("41275.5", datetime(2013, 1, 1, 12)),  # noqa: DTZ001 (a cell has no zone)
        ("2958465", date(9999, 12, 31)),
        ("2958466", Decimal(2958466)),
        ("-1", Decimal(-1)),
    ],
)
def test_days_are_counted_from_1900(serial: str, day: Cell) -> None:
    assert numerals.moment(Decimal(serial), from_1904=False) == day


@pytest.mark.parametrize(("serial", "day"), [("0", date(1904, 1, 1)), ("39813", date(2013, 1, 1))])
def test_or_from_1904(serial: str, day: Cell) -> None:
    assert numerals.moment(Decimal(serial), from_1904=True) == day


@pytest.mark.parametrize("serial", ["2957003", "2957004", "2958465", "2958465.999999"])
def test_the_last_days_of_either_calendar_can_be_read(serial: str) -> None:
    for from_1904 in (True, False):
        numerals.moment(Decimal(serial), from_1904=from_1904)


@pytest.mark.parametrize(
    ("identifier", "code", "days"),
    [
        (14, None, True),
        (22, None, True),
        (2, None, False),
        (49, None, False),
        (164, "yyyy-mm-dd", True),
        (164, "[h]:mm:ss", True),
        (164, "General", False),
        (164, '#,##0.00 "kr. d"', False),
        (164, "[$kr-414] #,##0.00;[Red]-#,##0.00", False),
        (164, r"0.00\d", False),
        (164, "_-* #,##0.00_-", False),
        (164, "@", False),
    ],
)
def test_formats_that_show_days(identifier: int, code: str | None, days: bool) -> None:
    assert numerals.is_day_format(identifier, code) is days


@pytest.mark.parametrize(
    ("text", "plain"),
    [("a_x000D_b", "a\rb"), ("_x005F_x000D_", "_x000D_"), ("_x00_", "_x00_"), ("plain", "plain")],
)
def test_escaped_characters(text: str, plain: str) -> None:
    assert numerals.unescaped(text) == plain
