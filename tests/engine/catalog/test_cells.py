from datetime import date, datetime
from decimal import Decimal

import pytest

from engine.catalog.cells import BadCell, Cells
from engine.catalog.intake import Broken, Cell, Row
from engine.kernel.period import ALWAYS, Period


def cell(value: Cell) -> Cells:
    return Cells(Row(7, {"it": value}), {"it": "Its Heading"})


def complaint(excinfo: pytest.ExceptionInfo[BadCell]) -> tuple[str, str]:
    return excinfo.value.column, excinfo.value.message


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  as it stands ", "  as it stands "),
        (Decimal("18595.0"), "18595"),
        (Decimal("1.50"), "1.5"),
        (Decimal("1E+3"), "1000"),
        (True, "TRUE"),
        (date(2026, 3, 1), "2026-03-01"),
        (None, ""),
        ("   ", ""),
    ],
)
def test_text_of_any_cell(value: Cell, text: str) -> None:
    assert cell(value).text("it") == text


def test_a_cell_that_is_not_there_leaves_what_was() -> None:
    cells = cell(None)
    assert (cells.text("it", "old"), cells.text("other", "old")) == ("", "old")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("a\x00b", "holds characters that cannot be stored"),
        ("half \ud800", "holds characters that cannot be stored"),
        ("x" * 1_000_001, "is longer than 1000000 characters"),
        (("a",), "is no text"),
        (Broken("#REF!"), "holds #REF! instead of a value"),
    ],
)
def test_text_that_cannot_be_kept(value: Cell, message: str) -> None:
    with pytest.raises(BadCell) as excinfo:
        cell(value).text("it")
    assert complaint(excinfo) == ("Its Heading", message)


@pytest.mark.parametrize(
    ("value", "message"),
    [(None, "is missing"), (" ", "is missing"), ("k" * 201, "is longer than 200 characters")],
)
def test_a_key_is_there_and_short(value: Cell, message: str) -> None:
    with pytest.raises(BadCell) as excinfo:
        cell(value).key("it")
    assert complaint(excinfo) == ("Its Heading", message)


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        (True, True), (False, False), (Decimal(1), True), (Decimal("0.0"), False),
        ("TRUE", True), ("false", False), ("Yes", True), ("no", False), ("1", True), ("0", False),
        (" ja ", True), ("Nei", False), ("SANT", True), ("usann", False), ("Wahr", True),
        ("falsch", False), ("on", True), ("off", False), ("y", True), ("N", False), ("-1", True),
    ],
)  # fmt: skip
def test_truths_have_many_spellings(value: Cell, truth: bool) -> None:
    assert cell(value).flag("it", default=not truth) is truth


@pytest.mark.parametrize("value", ["maybe", Decimal(2), date(2026, 1, 1), ("true",)])
def test_a_truth_that_is_none(value: Cell) -> None:
    with pytest.raises(BadCell, match="neither yes nor no"):
        cell(value).flag("it", default=True)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (Decimal("32.0"), "32"),
        ("12.50", "12.5"),
        (" 1e3 ", "1000"),
        ("-0.0", "0"),
        ("0.000000000001", "0.000000000001"),
        ("123456789012345", "123456789012345"),
    ],
)
def test_numbers_stay_exact_and_plain(value: Cell, number: str) -> None:
    read = cell(value).number("it")
    assert f"{read:f}" == number


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("12,50", "'12,50' has a comma: write a point, as in 1234.50"),
        ("1 250", "'1 250' is no decimal number"),
        ("١٢", "'١٢' is no decimal number"),
        ("NaN", "'NaN' is no decimal number"),
        ("1e15", "'1e15' is not below 1000000000000000"),
        (Decimal("1e15"), "is not below 1000000000000000"),
        ("1.0000000000000001", "has more than 15 digits or 12 decimals"),
        ("0.0000000000001", "has more than 15 digits or 12 decimals"),
        (True, "'True' is no number"),
        (date(2026, 1, 2), "'2026-01-02' is no number"),
        (Broken("#DIV/0!"), "holds #DIV/0! instead of a value"),
    ],
)
def test_what_is_no_number(value: Cell, message: str) -> None:
    with pytest.raises(BadCell) as excinfo:
        cell(value).number("it")
    assert complaint(excinfo) == ("Its Heading", message)


def test_an_amount_is_not_negative() -> None:
    with pytest.raises(BadCell, match=r"-0\.01 is negative"):
        cell("-0.01").amount("it")


def test_the_smallest_number_there_is_means_not_given() -> None:
    assert cell(Decimal(-79228162514264337593543950335)).amount("it") is None


@pytest.mark.parametrize("value", ["100.01", "-1", None])
def test_a_percentage_lies_between_0_and_100(value: Cell) -> None:
    with pytest.raises(BadCell):
        cell(value).percentage("it")


@pytest.mark.parametrize("value", ["1.5", "2147483648", "-1"])
def test_a_whole_number_that_cannot_be_one(value: Cell) -> None:
    with pytest.raises(BadCell):
        cell(value).whole("it")


@pytest.mark.parametrize(
    "value",
    [
        date(2013, 6, 4),
        datetime(2013, 6, 4, 16, 48),  # noqa: DTZ001 (a cell has no zone)
        "2013-06-04",
        "2013-06-04T16:48:30Z",
        "2013-06-04T23:59:59.9999999+02:00",
        " 2013-06-04 16:48 ",
    ],
)
def test_days_are_read_as_they_are_written(value: Cell) -> None:
    assert cell(value).day("it") == date(2013, 6, 4)


@pytest.mark.parametrize("value", ["04.06.2013", "2013-02-30", "2013-6-4", Decimal(41275), True])
def test_what_is_no_day(value: Cell) -> None:
    with pytest.raises(BadCell, match="is no day, as in 2026-12-31"):
        cell(value).day("it")


@pytest.mark.parametrize(
    ("first", "last", "period"),
    [
        ("2013-01-01", "2033-12-31", Period(date(2013, 1, 1), date(2034, 1, 1))),
        ("0001-01-01T00:00:00", "9999-12-31T23:59:59.9999999", ALWAYS),
        ("0001-01-01", "0001-01-01T00:00:00", ALWAYS),
        (None, "2026-02-28", Period(None, date(2026, 3, 1))),
    ],
)
def test_both_days_belong_to_a_period(first: Cell, last: Cell, period: Period) -> None:
    cells = Cells(Row(1, {"valid_from": first, "valid_to": last}), {})
    assert cells.period() == period


def test_a_period_does_not_run_backwards() -> None:
    cells = Cells(Row(1, {"valid_from": "2026-02-02", "valid_to": "2026-02-01"}), {})
    with pytest.raises(BadCell, match="valid_to: 2026-02-01 is before 2026-02-02"):
        cells.period()


def test_complaints_about_nested_cells_say_where() -> None:
    terms = cell(({"value": Decimal(1)}, {"value": "x"})).nested("it")
    assert terms[0].number("value") == 1
    with pytest.raises(BadCell) as excinfo:
        terms[1].number("value")
    assert complaint(excinfo) == ("Its Heading/1/value", "'x' is no decimal number")


def test_members_that_are_not_known_are_named() -> None:
    with pytest.raises(BadCell, match="Its Heading: is not known here"):
        cell("x").only({"other"})
