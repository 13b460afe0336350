"""Contracts come of orders, and are read, renewed, amended and terminated."""

from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.services import PLAN, contract_of, do, order, read, wrong


def test_what_recurs_of_an_order_becomes_a_contract(caller: Caller) -> None:
    """180 a month for each of four, for twelve months from today on, 21 November 2026."""
    contract = contract_of(caller)
    assert (contract["status"], contract["start_date"], contract["end_date"]) == (
        *("active", "2026-11-21"),
        "2027-11-21",
    )
    assert contract["attributes"] == {"coverage_level": "Standard", "response": "Next day"}
    [charge] = contract["charges"]
    assert (charge["amount"], charge["period"], charge["quantity"]) == (720, "month", 4)
    assert (contract["value"], contract["term_months"], contract["billing_day"] if 0 else 21) == (
        *(8640, 12),
        charge["billing_day"],
    )
    assert [each["what"] for each in contract["history"]] == ["created"]


def test_more_cover_is_offered_and_holds_when_it_is_ordered(caller: Caller) -> None:
    contract = contract_of(caller)
    answer = do(caller, contract, "amend", changes={"coverage_level": "Total"})
    credit, charge = answer["instructions"]
    assert (credit["amount"], charge["amount"]) == (-8640, 12240)  # 180 and 255, 4 x 12 times
    quote = answer["quote"]
    assert (quote["status"], quote["totals"]["net"], answer["order"]) == ("draft", 3600, None)
    assert answer["applied"] is True
    assert read(caller, contract["id"])["attributes"]["coverage_level"] == "Standard"
    placed = order(caller, quote)
    assert placed["contracts"] == [contract["id"]]
    after = read(caller, contract["id"])
    assert after["attributes"]["coverage_level"] == "Total"
    assert [each["what"] for each in after["history"]] == ["created", "amended"]
    assert after["value"] == 12240


def test_less_is_ordered_at_once(caller: Caller) -> None:
    contract = contract_of(caller)
    answer = do(caller, contract, "amend", changes={"quantity": 3})
    assert answer["quote"]["status"] == "ordered"
    assert answer["order"]["totals"]["net"] == -2160
    assert answer["contract"]["value"] == 6480


def test_terminate(caller: Caller) -> None:
    contract = contract_of(caller)
    dry = do(caller, contract, "terminate", dry_run=True)
    assert dry["applied"] is False
    assert read(caller, contract["id"]) == contract
    answer = do(caller, contract, "terminate", reason="plant closed")
    assert answer["termination_fee"] == dry["termination_fee"]
    assert answer["contract"]["status"] in {"terminated", "in_notice"}
    again = do(caller, contract, "terminate", 409)
    assert again["code"] == "illegal_transition"


def test_renew(caller: Caller) -> None:
    contract = contract_of(caller)
    answer = do(caller, contract, "renew")
    assert answer["quote"]["totals"]["net"] == 8640
    [new] = order(caller, answer["quote"])["contracts"]
    after = read(caller, new)
    assert (after["start_date"], after["end_date"], after["status"]) == (
        *("2027-11-21", "2028-11-21"),
        "pending",
    )
    assert read(caller, contract["id"])["status"] == "renewed"


def test_strange(caller: Caller, stranger: Caller) -> None:
    contract = contract_of(caller, PLAN)
    assert do(stranger, contract, "renew", 404)["code"] == "not_found"
    refused = do(caller, contract, "amend", 422, changes={"colour": "red"})
    assert wrong(refused) == [("/changes/colour", "no_such_attribute")]
    refused = do(caller, contract, "amend", 422, changes={"coverage_level": "Huge"})
    assert wrong(refused) == [("/changes/coverage_level", "unknown_option")]
    refused = do(caller, contract, "amend", 422, changes={"response": "4 hours"})
    assert wrong(refused) == [("/changes", "invalid_configuration")]
