"""What falls due when, and that it adds up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.catalog.service_policy import Dialect
from engine.contracts.charge import BillingTime
from engine.contracts.schedule import Due, schedule
from engine.contracts.splitting import Custom, split
from engine.kernel.errors import Invalid
from engine.pricing.rounding import Rounding
from engine.quotes.version import QuoteLine
from tests.engine.contracts.lines import MONTH, QUARTER, YEAR, once, recurring, used

CENTS = Rounding(2)
DAY = date(2026, 11, 21)
ARREARS = BillingTime.IN_ARREARS


def dues(
    *lines: QuoteLine,
    custom: Custom = Custom(),  # noqa: B008 (frozen)
    dialect: Dialect = Dialect.ACTUAL,
    rounding: Rounding = CENTS,
) -> tuple[Due, ...]:
    return schedule(split(lines, DAY, custom, rounding), dialect, rounding)


def told(found: Sequence[Due]) -> list[tuple[str, str]]:
    return [(each.day.isoformat(), str(each.amount)) for each in found]


def test_what_is_bought_falls_due_at_once() -> None:
    assert told(dues(once("1999.50"))) == [("2026-11-21", "1999.50")]


def test_a_quarter_is_billed_in_advance_on_its_first_day() -> None:
    assert told(dues(recurring("1200.00", QUARTER, "12"))) == [
        ("2026-11-21", "300.00"),
        ("2027-02-21", "300.00"),
        ("2027-05-21", "300.00"),
        ("2027-08-21", "300.00"),
    ]


def test_in_arrears_it_is_billed_on_the_day_after_its_last() -> None:
    found = dues(recurring("30.00", MONTH, "3"), custom=Custom(time=ARREARS))
    assert told(found) == [
        ("2026-12-21", "10.00"),
        ("2027-01-21", "10.00"),
        ("2027-02-21", "10.00"),
    ]


def test_what_cannot_be_shared_evenly_comes_due_less_what_was_billed() -> None:
    # 100 / 3: 33.33 by the first month, 66.67 by the second, 100 by the third
    assert [each.amount for each in dues(recurring("100.00", MONTH, "3"))] == [
        D("33.33"),
        D("33.34"),
        D("33.33"),
    ]


@pytest.mark.parametrize(
    ("digits", "total", "amounts"),
    [
        (0, "1000", ["333", "334", "333"]),  # yen
        (3, "10.000", ["3.333", "3.334", "3.333"]),  # dinars
    ],
)
def test_other_currencies_share_their_own_minor_units(
    digits: int, total: str, amounts: list[str]
) -> None:
    found = dues(recurring(total, MONTH, "3"), rounding=Rounding(digits))
    assert [str(each.amount) for each in found] == amounts


def test_a_31st_falls_back_in_short_months_and_returns() -> None:
    found = dues(recurring("50.00", MONTH, "5", first=date(2027, 12, 31)))
    assert [each.day.isoformat() for each in found] == [
        *("2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"),
    ]


def test_a_leap_day_falls_back_in_common_years_and_returns() -> None:
    found = dues(recurring("500.00", YEAR, "60", first=date(2028, 2, 29)))
    assert [each.day.isoformat() for each in found] == [
        *("2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"),
    ]


def test_a_term_of_no_whole_number_of_periods_ends_with_a_part() -> None:
    # eighteen months of 1200 a year: a year, and what is left of 1800
    found = dues(recurring("1800.00", YEAR, "18", first=date(2026, 1, 1)))
    assert told(found) == [("2026-01-01", "1200.00"), ("2027-01-01", "600.00")]
    assert [str(each.part) for each in found] == ["None", "181/365"]


@pytest.mark.parametrize(
    ("dialect", "part", "first"),
    [
        # 310 a month from 15 January; billed on the 1st, so 17 days come before
        (Dialect.ACTUAL, "17/31", "170.00"),
        (Dialect.ACTUAL_THIRTY, "17/30", "175.67"),  # 310 * 17 / 30 = 175.666…
        (Dialect.THIRTY, "16/30", "165.33"),  # the 15th to the 30th; 165.333…
        (Dialect.MONTHS_FIRST, "17/31", "170.00"),
    ],
)
def test_days_before_the_first_billing_day_are_a_part(
    dialect: Dialect, part: str, first: str
) -> None:
    line = recurring("3720.00", MONTH, "12", first=date(2026, 1, 15))
    found = dues(line, custom=Custom(billing_day=1), dialect=dialect)
    assert (str(found[0].part), str(found[0].amount)) == (part, first)
    assert [each.day.day for each in found] == [15, *[1] * 12]
    assert {each.amount for each in found[2:-1]} <= {D("310.00"), D("309.99"), D("310.01")}
    assert sum(each.amount for each in found) == D("3720.00")
    last = found[-1]
    assert [last.opens, last.closes] == [date(2027, 1, 1), date(2027, 1, 15)]


def test_a_quarter_begun_after_its_billing_day_is_a_part_to_the_next_one() -> None:
    # 20 November to 1 February: 73 of the 92 days from 1 November; 920 * 73 / 92
    line = recurring("920.00", QUARTER, "3", first=date(2026, 11, 20))
    found = dues(line, custom=Custom(billing_day=1))
    assert (str(found[0].part), told(found)) == (
        "73/92",
        [("2026-11-20", "730.00"), ("2027-02-01", "190.00")],
    )


def test_a_year_begun_before_its_billing_day_is_a_part_to_that_day() -> None:
    # 1 to 15 February: 14 of the 365 days to 15 February; 365 * 14 / 365
    line = recurring("365.00", YEAR, "12", first=date(2027, 2, 1))
    found = dues(line, custom=Custom(billing_day=15))
    assert told(found) == [("2027-02-01", "14.00"), ("2027-02-15", "351.00")]


def test_days_before_the_end_of_a_short_month_are_of_the_month_before_it() -> None:
    # 14 to 28 February: 14 of the 31 days from 28 January; then billed on the 31st again
    line = recurring("62.00", MONTH, "2", first=date(2027, 2, 14))
    found = dues(line, custom=Custom(billing_day=31))
    assert [(each.day.isoformat(), str(each.amount), str(each.part)) for each in found] == [
        ("2027-02-14", "14.00", "14/31"),
        ("2027-02-28", "31.00", "None"),
        ("2027-03-31", "17.00", "14/30"),
    ]


def test_periods_counted_from_an_anchor_are_the_contracts_own() -> None:
    # from 6 March in a year from 1 January: 301 of 365 days, due at once
    line = recurring("301.00", YEAR, "12", first=date(2027, 3, 6))
    [sold] = split([line], DAY, Custom(billing_day=1), CENTS)
    charge = replace(sold.charge, end_date=date(2028, 1, 1))
    anchored = replace(sold, charge=charge, anchor=date(2026, 1, 1))
    [due] = schedule([anchored], Dialect.ACTUAL, CENTS)
    assert (due.day, due.amount, str(due.part)) == (date(2027, 3, 6), D(301), "301/365")


def test_a_term_that_is_over_before_the_first_billing_day_is_billed_once() -> None:
    line = recurring("50.00", MONTH, "0.5", first=date(2026, 1, 5))
    assert told(dues(line, custom=Custom(billing_day=1))) == [("2026-01-05", "50.00")]


def test_usage_is_an_estimate_that_falls_due_when_every_term_is_over() -> None:
    found = dues(used("0.40", "0.0004", "1000"), recurring("12.00", YEAR, "12"))
    assert [(each.day.isoformat(), each.estimated) for each in found] == [
        ("2026-11-21", False),
        ("2027-11-21", True),
    ]


def test_what_comes_to_nothing_never_falls_due() -> None:
    assert dues(once("0.00"), recurring("0.00", MONTH, "12")) == ()
    found = dues(recurring("0.02", MONTH, "12"))
    assert (len(found), sum(each.amount for each in found)) == (2, D("0.02"))


def test_a_schedule_without_end_is_refused() -> None:
    lines = [recurring("1200.00", MONTH, "1200")] * 100
    with pytest.raises(Invalid) as refused:
        dues(*lines)
    assert [each.code for each in refused.value.findings] == ["schedule_too_long"]


DAYS = st.dates(date(2019, 1, 1), date(2032, 12, 31))
LINES = st.builds(
    lambda units, period, months, first: (units, period, months, first),
    st.integers(-(10**12), 10**15),
    st.sampled_from([MONTH, QUARTER, YEAR]),
    st.decimals("0.01", 130, places=2),
    DAYS,
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(LINES, min_size=1, max_size=4),
    st.sampled_from([0, 2, 3]),
    st.one_of(st.none(), st.integers(1, 31)),
    st.sampled_from(BillingTime),
    st.sampled_from(Dialect),
)
def test_whatever_was_sold_is_billed_to_the_last_minor_unit(
    sold: list[tuple[int, object, D, date]],
    digits: int,
    billing_day: int | None,
    time: BillingTime,
    dialect: Dialect,
) -> None:
    totals = [D(units).scaleb(-digits) for units, *_ in sold]
    lines = [
        recurring(str(total), period, str(months), first=first)  # type: ignore[arg-type]
        for total, (_, period, months, first) in zip(totals, sold, strict=True)
    ]
    custom, rounding = Custom(time=time, billing_day=billing_day), Rounding(digits)
    found = dues(*lines, custom=custom, dialect=dialect, rounding=rounding)
    assert sum((each.amount for each in found), D(0)) == sum(totals)
    assert all(each.amount == rounding.money(each.amount) for each in found)
    if len(totals) == 1:
        assert {each.amount > 0 for each in found} <= {totals[0] > 0}
        days = [each.day for each in found]
        assert days == sorted(set(days))
