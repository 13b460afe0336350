"""Lines that were sold for a term, or by use, become contracts."""

from datetime import date
from decimal import Decimal as D

from engine.contracts.charge import BillingTime
from engine.contracts.opening import items_of, months_between, terms_of
from tests.engine.contracts.contracts import CENTS, a_policy
from tests.engine.contracts.lines import MONTH, QUARTER, once, recurring, used

START = date(2024, 2, 29)


def test_lines_of_one_term_stand_together_and_what_is_due_once_nowhere() -> None:
    lines = [
        recurring("1200", MONTH, "12"),
        once("500"),
        recurring("400", QUARTER, "12"),
        recurring("2400", MONTH, "24"),
    ]
    items = items_of(lines, START, a_policy(), CENTS)
    year, two = terms_of(items, a_policy())
    assert (year.start, year.end, len(year.items)) == (START, date(2025, 2, 28), 2)
    assert (two.start, two.end, two.months) == (START, date(2026, 2, 28), D(24))
    assert [each.charge.total for each in year.items] == [D(1200), D(400)]
    assert [each.charge.billing_day for each in items] == [29, 29, 29]


def test_what_is_charged_by_use_runs_with_the_first_term_or_on_its_own() -> None:
    usage = used("0", "0.5", "1000")
    [beside] = terms_of(
        items_of([usage, recurring("1200", MONTH, "12")], START, a_policy(), CENTS), a_policy()
    )
    assert [each.charge.end_date for each in beside.items] == [date(2025, 2, 28)] * 2
    [alone] = terms_of(items_of([usage], START, a_policy(), CENTS), a_policy())
    assert (alone.end, alone.months, alone.items[0].charge.end_date) == (None, None, None)


def test_the_policy_says_how_it_is_billed_and_whether_it_ends() -> None:
    policy = a_policy(in_arrears=True, billing_day=1, evergreen=True)
    [term] = terms_of(items_of([recurring("1200", MONTH, "12")], START, policy, CENTS), policy)
    charge = term.items[0].charge
    assert (charge.time, charge.billing_day) == (BillingTime.IN_ARREARS, 1)
    assert (term.end, term.months, charge.end_date) == (None, D(12), None)


def test_nothing_is_opened_for_no_time_at_all() -> None:
    assert (
        terms_of(items_of([recurring("0", MONTH, "0")], START, a_policy(), CENTS), a_policy()) == ()
    )


def test_months_count_a_begun_one_by_its_days() -> None:
    assert months_between(START, date(2025, 2, 28)) == 12
    assert months_between(date(2026, 1, 1), date(2026, 2, 15)) == D("1.5")
