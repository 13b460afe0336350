"""The terms of contracts are data: they are imported, and hold for what is sold afterwards."""

from typing import Any

import pytest

from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.services import Json, contract_of, do, order, read, wrong


def agree(program: Caller, priority: int = 1, **members: object) -> None:
    """Contracts of HARBOR are made under these terms from now on."""
    policy = {"id": f"SVC-{priority}", "name": "Other terms", "account": "HARBOR"}
    body = {"service_policies": [policy | {"priority": priority} | members]}
    answer = program.post("/catalog/imports", body)
    assert answer["rejected"] == [], answer


def test_a_contract_keeps_the_terms_it_was_made_under(program: Caller) -> None:
    before = contract_of(program)
    agree(program, dialect="strict_30", renewal_price="list")
    after = contract_of(program)
    assert [each["proration"] for each in (before, after)] == ["months_first", "strict_30"]
    assert read(program, before["id"]) == before
    old = do(program, before, "renew", dry_run=True)["instructions"][0]["unit_price"]
    new = do(program, after, "renew", dry_run=True)["instructions"][0]["unit_price"]
    assert (old, new) == (185.4, 180)


@pytest.mark.parametrize(
    ("dialect", "numerator", "denominator", "credit"),
    [
        # from 1 February to 31 March 2027 of periods that begin on the 31st:
        ("actual", 55, 28, -353.57),  # 27 of the 28 days to 28 February, and one
        ("actual_30", 57, 30, -342),  # 27 of 30, and one
        ("strict_30", 57, 30, -342),
        ("months_first", 61, 31, -354.19),  # a month to 1 March, 30 of the 31 days after it
    ],
)
def test_parts_are_reckoned_in_the_dialect_of_the_contract(
    program: Caller, dialect: str, numerator: int, denominator: int, credit: float
) -> None:
    agree(program, dialect=dialect)
    line = {"sku": "CARE-PLUS", "quantity": 1, "start_date": "2027-01-31", "term_months": 2}
    contract = contract_of(program, line)
    assert contract["end_date"] == "2027-03-31"
    answer = do(program, contract, "amend", changes={"quantity": 2}, effective_date="2027-02-01")
    gone, come = answer["instructions"]
    told = gone["proration"]
    assert (told["numerator"], told["denominator"], gone["amount"]) == (
        *(numerator, denominator),
        credit,
    )
    assert answer["quote"]["totals"]["net"] == round(come["amount"] + credit, 2)


def test_new_prices_are_those_of_the_contracts_time_or_of_now(program: Caller) -> None:
    """The list price rises to 200 after both contracts were made."""
    agree(program)
    old = contract_of(program)
    agree(program, 2, current_prices=True)
    new = contract_of(program)
    entry = {"price_list": "USD-STD", "sku": "CARE-PLUS", "list_price": 200}
    program.post("/catalog/imports", {"entries": [entry]})
    for contract, unit in ((old, 180), (new, 200)):
        more = do(program, contract, "amend", changes={"quantity": 5}, dry_run=True)
        assert [each["unit_price"] for each in more["instructions"]] == [180, unit]
    cover = {"coverage_level": "Total"}
    for contract, unit in ((old, 255), (new, 275)):
        answer = do(program, contract, "amend", changes=cover)
        assert answer["instructions"][1]["unit_price"] == unit
        assert answer["quote"]["lines"][0]["net_total"] == (unit - 180) * 48


def test_a_contract_without_an_end_is_settled_period_by_period(program: Caller) -> None:
    """On 6 December 15 of the 30 days to the 21st are left."""
    agree(program, evergreen=True, notice_days=30)
    contract = contract_of(program)
    assert (contract["end_date"], contract["term_months"], contract["status"]) == (
        *(None, 12),
        "active",
    )
    on: Json = {"effective_date": "2026-12-06"}
    answer = do(program, contract, "amend", changes={"quantity": 5}, **on)
    assert [each["amount"] for each in answer["instructions"]] == [-360, 450]
    order(program, answer["quote"])
    charges = read(program, contract["id"])["charges"]
    assert [each["end_date"] for each in charges] == ["2026-12-06", None]
    refused = do(program, contract, "renew", 422)
    assert wrong(refused) == [("", "contract_without_end")]
    after = do(program, contract, "terminate", effective_date="2029-01-21", dry_run=True)
    assert after["termination_fee"]["amount"] == 0


def test_what_is_billed_afterwards_is_still_owed(program: Caller) -> None:
    """On 6 December nothing is billed; 15 of 30 days were used, and eleven and a half remain."""
    agree(program, in_arrears=True, commitment_percent=50)
    contract = contract_of(program)
    assert contract["commitment"] == 4320
    assert contract["charges"][0]["billed"] == "in_arrears"
    answer = do(program, contract, "terminate", effective_date="2026-12-06", dry_run=True)
    fee = answer["termination_fee"]
    assert [(row["code"], row["amount"]) for row in fee["rows"]] == [
        ("commitment", 3960),
        ("unpaid", 360),
    ]


@pytest.mark.parametrize(
    ("members", "column"),
    [
        ({"dialect": "lunar"}, "dialect"),
        ({"renewal_price": "free"}, "renewal_price"),
        ({"commitment_percent": 101}, "commitment_percent"),
        ({"fee_steps": [{"months_left": 1, "percent": -1}]}, "percent"),
        ({"billing_day": 32}, "billing_day"),
    ],
)
def test_terms_that_cannot_be_meant_are_rejected(
    program: Caller, members: Json, column: str
) -> None:
    row: dict[str, Any] = {"id": "SVC-BAD", "name": "Bad", **members}
    answer = program.post("/catalog/imports", {"service_policies": [row]})
    [rejected] = answer["rejected"]
    assert rejected["column"].rpartition("/")[2].endswith(column)
