"""Termination fees, by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from engine.catalog.charge import ChargePeriod
from engine.catalog.service_policy import FeeStep, ServicePolicy
from engine.contracts.contract import Contract
from engine.contracts.termination import FeeCode, TerminationFee, termination_fee, terminations
from tests.engine.contracts.contracts import CENTS, a_contract, a_policy, an_item

START, END = date(2026, 1, 1), date(2027, 1, 1)
STEPS = (
    FeeStep(months_left=1, percent=D(10)),
    FeeStep(months_left=9, percent=D(50)),
    FeeStep(months_left=3, percent=D(25)),
)


def monthly(policy: ServicePolicy, *, arrears: bool = False) -> Contract:
    """Twelve months at 100 from New Year on."""
    return a_contract(an_item(START, END, "1200", arrears=arrears), policy=policy)


def fee(contract: Contract, on: date, reason: str = "", today: date = START) -> TerminationFee:
    return termination_fee(contract, on, today, reason, CENTS)


@pytest.mark.parametrize(
    ("on", "left", "percent", "amount"),
    [
        (START, "1200", 50, "600"),
        (date(2026, 4, 1), "900", 50, "450"),  # three months billed, nine begun or whole left
        (date(2026, 4, 2), "800", 50, "303.33"),  # four billed; 29 of April's 30 days come back
        (date(2026, 5, 1), "800", 25, "200"),
        (date(2026, 12, 1), "100", 10, "10"),
        (END, "0", 0, "0"),
    ],
)
def test_the_fee_falls_with_the_months_that_are_left(
    on: date, left: str, percent: int, amount: str
) -> None:
    found = fee(monthly(a_policy(fee_steps=STEPS)), on)
    assert (found.remaining_commitment, found.percent, found.amount) == (
        *(D(left), D(percent)),
        D(amount),
    )
    assert sum(row.amount for row in found.rows) == found.amount


def test_without_steps_all_of_the_commitment_is_due() -> None:
    assert fee(monthly(a_policy()), date(2026, 7, 1)).amount == 600
    half = fee(monthly(a_policy(commitment_percent=D(50))), date(2026, 7, 1))
    assert (half.remaining_commitment, half.amount) == (D(0), D(0))  # 600 were billed


def test_a_cap_and_a_waiver_lower_it() -> None:
    policy = a_policy(fee_cap_percent=D(20), waived_reasons=("Act of God",))
    capped = fee(monthly(policy), date(2026, 4, 1))
    assert [(row.code, row.amount) for row in capped.rows] == [
        (FeeCode.COMMITMENT, D(900)),
        (FeeCode.CAP, D(-660)),  # 20 percent of 1,200 is the most
    ]
    waived = fee(monthly(policy), date(2026, 4, 1), " act of god")
    assert (waived.amount, waived.rows[-1].code) == (D(0), FeeCode.WAIVER)


def test_what_was_used_and_not_billed_is_due() -> None:
    """In arrears: on 16 April January to March are billed, 15 of 30 days are not."""
    found = fee(monthly(a_policy(fee_steps=STEPS), arrears=True), date(2026, 4, 16))
    assert [(row.code, row.amount) for row in found.rows] == [
        (FeeCode.COMMITMENT, D("425.00")),  # half of 1,200 - 300 - 50
        (FeeCode.UNPAID, D("50.00")),
    ]


def test_what_comes_back_beyond_the_fee_is_paid_back() -> None:
    policy = a_policy(fee_steps=(FeeStep(months_left=999, percent=D(1)),))
    found = fee(monthly(policy), date(2026, 4, 16))
    assert [(row.code, row.amount) for row in found.rows] == [
        (FeeCode.COMMITMENT, D(0)),
        (FeeCode.UNUSED_CREDIT, D(-50)),
        (FeeCode.PAID_BACK, D(50)),
    ]
    assert found.amount == 0
    [instruction] = terminations(monthly(policy), date(2026, 4, 16), CENTS)
    assert (instruction.amount, instruction.quantity_delta) == (D(-50), D(-1))
    assert instruction.proration is not None
    assert str(instruction.proration.part) == "15/30"


def test_a_contract_that_runs_on_costs_nothing_after_its_notice() -> None:
    """A year is committed, then thirty days of notice are all that is asked for."""
    policy = a_policy(evergreen=True, notice_days=30)
    contract = a_contract(an_item(START, None, "1200"), end_date=None, policy=policy)
    today = date(2027, 3, 1)
    assert fee(contract, date(2027, 4, 1), today=today).amount == 0
    early = fee(contract, date(2027, 3, 16), today=today)  # the notice ends on 31 March
    assert [(row.code, row.amount) for row in early.rows] == [
        (FeeCode.COMMITMENT, D(0)),
        (FeeCode.NOTICE, D("48.39")),  # 15 of 31 days
        (FeeCode.UNUSED_CREDIT, D("-51.61")),  # 16 of them
        (FeeCode.PAID_BACK, D("3.22")),
    ]
    first_year = fee(contract, date(2026, 7, 1), today=date(2026, 6, 1))
    assert (first_year.remaining_commitment, first_year.amount) == (D(600), D(600))


def test_a_billing_day_of_its_own_is_settled_by_what_was_used() -> None:
    """From 21 January, billed on the first: 11 of 31 days and February, of which 16 days are used.

    35.48 and 100.00 are billed before 6 February; 16 of the 31 days to 21 February are 51.61.
    """
    item = an_item(date(2026, 1, 21), date(2027, 1, 21), "1200")
    item = replace(item, charge=replace(item.charge, billing_day=1))
    found = fee(a_contract(item, policy=a_policy()), date(2026, 2, 6))
    assert (found.billed, found.remaining_commitment) == (D("135.48"), D("1064.52"))
    assert (found.rows[-1].code, found.rows[-1].amount) == (FeeCode.UNUSED_CREDIT, D("-83.87"))
    assert found.rows[-1].proration is None


def test_a_year_that_was_changed_is_billed_to_its_own_end() -> None:
    """1,200 a year from 1 January, changed on 6 March: 301 of 365 days are billed that day.

    989.59 are billed before 10 March, of which 297 days, 976.44, will not be used.
    """
    item = an_item(
        date(2026, 3, 6), date(2027, 1, 1), "989.59", unit="1200", period=ChargePeriod.YEAR
    )
    item = replace(item, anchor=START, charge=replace(item.charge, billing_day=1))
    found = fee(a_contract(item, policy=a_policy()), date(2026, 3, 10))
    assert (found.billed, found.remaining_commitment) == (D("989.59"), D(0))
    assert (found.rows[-2].code, found.rows[-2].amount) == (FeeCode.UNUSED_CREDIT, D("-976.44"))
