"""Lines of a quote become charges."""

from datetime import date
from decimal import Decimal as D

import pytest

from engine.catalog.charge import Charge as Charging
from engine.catalog.charge import ChargeType
from engine.contracts.charge import BillingTime, Charge
from engine.contracts.splitting import Custom, split
from engine.kernel.errors import Invalid
from engine.pricing.rounding import Rounding
from engine.quotes.version import QuoteLine
from tests.engine.contracts.lines import MONTH, QUARTER, YEAR, once, recurring, sold, used

CENTS = Rounding(2)
DAY = date(2026, 11, 21)


def one(line: QuoteLine, custom: Custom = Custom(), rounding: Rounding = CENTS) -> Charge:  # noqa: B008 (frozen)
    [found] = split([line], DAY, custom, rounding)
    return found.charge


def test_what_is_bought_is_charged_once() -> None:
    assert one(once("1999.50", quantity="3")) == Charge(
        id="chg_A",
        sku="PUMP",
        name="The PUMP",
        type=ChargeType.ONE_TIME,
        amount=D("1999.50"),
        quantity=D(3),
        start_date=DAY,
        total=D("1999.50"),
        line_id="qln_A",
    )


def test_what_recurs_is_charged_a_period_at_a_time() -> None:
    charge = one(recurring("1200", QUARTER, "12"))
    assert (charge.period, charge.amount, charge.total) == (QUARTER, D(300), D(1200))
    assert (charge.start_date, charge.end_date) == (DAY, date(2027, 11, 21))
    assert (charge.time, charge.billing_day) == (BillingTime.IN_ADVANCE, None)


def test_a_period_of_what_cannot_be_shared_evenly_is_rounded_and_the_total_is_not() -> None:
    charge = one(recurring("100.00", MONTH, "3"))
    assert (charge.amount, charge.total) == (D("33.33"), D("100.00"))


def test_usage_is_charged_by_the_unit() -> None:
    charge = one(used("0.40", unit="0.0004", quantity="1000"))
    assert (charge.type, charge.amount, charge.total) == (ChargeType.USAGE, D("0.0004"), D("0.40"))
    assert charge.end_date is None


def test_only_what_recurs_follows_the_custom_of_billing() -> None:
    custom = Custom(time=BillingTime.IN_ARREARS, billing_day=5)
    monthly = one(recurring("1200", MONTH, "12"), custom)
    assert (monthly.time, monthly.billing_day) == (BillingTime.IN_ARREARS, 5)
    bought = one(once("10"), custom)
    assert (bought.time, bought.billing_day) == (BillingTime.IN_ADVANCE, None)


@pytest.mark.parametrize(
    ("first", "months", "end"),
    [
        (date(2026, 1, 31), "1", date(2026, 2, 28)),
        (date(2028, 2, 29), "12", date(2029, 2, 28)),
        (date(2028, 2, 29), "48", date(2032, 2, 29)),
        (date(2026, 1, 1), "12.5", date(2027, 1, 17)),  # 15.5 of 31 days: the 16th is begun
        (date(2026, 2, 1), "0.25", date(2026, 2, 8)),  # 7 of 28
    ],
)
def test_a_term_ends_so_many_months_after_its_first_day(
    first: date, months: str, end: date
) -> None:
    assert one(recurring("100", YEAR, months, first=first)).end_date == end


def test_a_term_between_two_days_ends_with_the_last_of_them() -> None:
    charge = Charging(type=ChargeType.RECURRING, period=MONTH, term_months=D("2.5"))
    line = sold("250", charge, first=date(2026, 1, 1), last=date(2026, 3, 15))
    assert one(line).end_date == date(2026, 3, 16)


@pytest.mark.parametrize("first", [date(9999, 6, 1), date(8999, 6, 1), date(1, 1, 1)])
def test_a_term_beyond_the_calendar_is_refused_by_its_line(first: date) -> None:
    lines = [once("1"), recurring("1200", MONTH, "12", first=first)]
    with pytest.raises(Invalid) as refused:
        split(lines, DAY, Custom(), CENTS)
    [finding] = refused.value.findings
    assert (finding.code, finding.where) == ("term_beyond_calendar", "lines/1/start_date")
