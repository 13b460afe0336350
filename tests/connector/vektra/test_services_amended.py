"""Amendments: the rest comes back, the new rest is charged, and both are in the quote or order."""

import pytest

from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.services import (
    PLAN,
    Json,
    act,
    contract_of,
    do,
    order,
    read,
    wrong,
)

TOTAL = {"coverage_level": "Total"}
ON = "2027-01-06"
"""15 days before the 21st, in a period of 31, and ten periods before the end."""


def test_more_cover_is_offered_and_holds_when_it_is_ordered(caller: Caller) -> None:
    """ACME's price of 165 was fixed, so it rises by the 75 of the option: 10 15/31 periods.

    4 x 165 x 325/31 = 6,919.3548…; 4 x 240 x 325/31 = 10,064.5161….
    """
    contract = contract_of(caller, account="ACME")
    answer = do(caller, contract, "amend", changes=TOTAL, effective_date=ON)
    credit, charge = answer["instructions"]
    assert (credit["op"], credit["quantity_delta"], credit["amount"]) == ("change", -4, -6919.35)
    assert (charge["op"], charge["unit_price"], charge["amount"]) == ("change", 240, 10064.52)
    assert (credit["days_bought"], charge["days_bought"]) == (None, 220)  # 165/240 of 319
    assert credit["proration"] | {"rows": []} == {
        "dialect": "actual",
        "numerator": 325,
        "denominator": 31,
        "factor": 10.483870967742,
        "rows": [],
    }
    assert [(row["numerator"], row["denominator"]) for row in charge["proration"]["rows"]] == [
        (15, 31),
        (310, 31),
    ]
    quote = answer["quote"]
    assert (quote["status"], answer["order"], answer["applied"]) == ("draft", None, True)
    [line] = quote["lines"]
    assert (line["net_total"], line["credit"]) == (3145.17, 6919.35)
    assert line["configuration"]["coverage_level"] == "Total"
    assert read(caller, contract["id"]) == contract
    placed = order(caller, quote)
    assert (placed["contracts"], placed["totals"]["net"]) == ([contract["id"]], 3145.17)
    after = read(caller, contract["id"])
    old, new = after["charges"]
    assert (old["end_date"], old["total"]) == (ON, 1000.65)  # 7,920 less what came back
    assert (new["start_date"], new["end_date"], new["total"]) == (ON, "2027-11-21", 10064.52)
    assert (new["amount"], new["replaces"]) == (960, old["id"])
    assert after["attributes"]["coverage_level"] == "Standard"  # until the sixth of January
    assert [each["what"] for each in after["history"]] == ["created", "amended"]
    assert after["value"] == after["commitment"] == 11065.17


def test_a_dry_run_shows_the_rows_and_keeps_nothing(caller: Caller) -> None:
    contract = contract_of(caller, account="ACME")
    dry = do(caller, contract, "amend", changes=TOTAL, effective_date=ON, dry_run=True)
    real = do(caller, contract, "amend", changes=TOTAL, effective_date=ON)
    assert dry["instructions"] == real["instructions"]
    assert (dry["quote"], dry["order"], dry["applied"]) == (None, None, False)


def test_less_is_ordered_at_once_and_kept_by_contracts_alone(caller: Caller) -> None:
    """One unit less from today, the first day: 180 twelve times."""
    contract = contract_of(caller)
    answer = do(caller, contract, "amend", changes={"quantity": 3})
    assert [each["amount"] for each in answer["instructions"]] == [-8640, 6480]
    placed = caller.send("GET", f"/orders/{answer['order']['id']}").json()
    assert placed == answer["order"]
    assert (placed["totals"]["net"], placed["contracts"]) == (-2160, [contract["id"]])
    assert {each["fulfillment_system"] for each in placed["lines"]} == {"CONTRACTS"}
    assert [each["status"] for each in (answer["quote"], answer["contract"])] == [
        "ordered",
        "active",
    ]
    assert answer["contract"]["value"] == 6480
    repeated = caller.post("/orders", {"quote_id": answer["quote"]["id"]})
    assert repeated["id"] == placed["id"]


def test_there_and_back_on_one_day_nets_to_zero(caller: Caller) -> None:
    contract = contract_of(caller)
    less = do(caller, contract, "amend", changes={"quantity": 3}, effective_date="2027-02-03")
    more = do(caller, contract, "amend", changes={"quantity": "4"}, effective_date="2027-02-03")
    amounts = [each["amount"] for answer in (less, more) for each in answer["instructions"]]
    assert round(sum(amounts), 2) == 0
    order(caller, more["quote"])
    after = read(caller, contract["id"])
    assert after["value"] == 8640
    assert [each["total"] for each in after["charges"]][1] == 0  # it never had a day


@pytest.mark.parametrize(
    ("changes", "on"),
    [
        ({"coverage_level": "Standard"}, None),
        ({"quantity": 4}, "2027-03-03"),
        (TOTAL, "2027-11-21"),  # the first day after the term
    ],
)
def test_what_changes_nothing_keeps_nothing(
    caller: Caller, changes: dict[str, object], on: str | None
) -> None:
    contract = contract_of(caller)
    answer = do(caller, contract, "amend", changes=changes, effective_date=on)
    assert sum(each["amount"] for each in answer["instructions"]) == 0
    assert (answer["quote"], answer["order"], answer["applied"]) == (None, None, False)
    assert read(caller, contract["id"]) == contract


def test_one_of_two_offers_is_carried_out(caller: Caller) -> None:
    contract = contract_of(caller)
    first = do(caller, contract, "amend", changes=TOTAL)["quote"]
    second = do(caller, contract, "amend", changes={"quantity": 6})["quote"]
    order(caller, first)
    if act(caller, second, "submit")["status"] == "in_approval":
        act(caller, second, "approve")
    act(caller, second, "accept")
    refused = caller.post("/orders", {"quote_id": second["id"]}, 409)
    assert refused["code"] == "illegal_transition"
    assert len(read(caller, contract["id"])["charges"]) == 2


def test_what_the_quote_was_changed_to_is_what_holds(caller: Caller) -> None:
    """Five units instead of four, and a hose beside them, which recurs in no contract."""
    contract = contract_of(caller)
    quote = do(caller, contract, "amend", changes=TOTAL)["quote"]
    path = f"/quotes/{quote['id']}/lines"
    changed = caller.send("PATCH", f"{path}/{quote['lines'][0]['id']}", {"quantity": 5})
    assert changed.json()["totals"]["net"] == 6660  # 5 x 255 x 12 less 8,640
    caller.post(path, {"sku": "VX-HOS-50", "quantity": 1}, 201)
    order(caller, caller.send("GET", f"/quotes/{quote['id']}").json())
    after = read(caller, contract["id"])
    assert [(each["quantity"], each["total"]) for each in after["charges"]] == [(4, 0), (5, 15300)]
    assert after["charges"][1]["unit_price"] == 255


def test_a_copy_of_the_offer_replaces_the_charge_as_well(caller: Caller) -> None:
    contract = contract_of(caller)
    quote = do(caller, contract, "amend", changes=TOTAL)["quote"]
    copy = caller.post(f"/quotes/{quote['id']}/alternatives", {"title": "as well"}, 201)
    order(caller, copy)
    assert [each["total"] for each in read(caller, contract["id"])["charges"]] == [0, 12240]


def test_a_pending_contract_changes_from_its_first_day(caller: Caller) -> None:
    contract = contract_of(caller, {**PLAN, "start_date": "2027-03-01"})
    answer = do(caller, contract, "amend", changes=TOTAL)
    assert {each["effective_date"] for each in answer["instructions"]} == {"2027-03-01"}
    assert answer["quote"]["totals"]["net"] == 3600


def test_impossible_changes_are_named(caller: Caller) -> None:
    contract = contract_of(caller)
    for changes, pointer, code in (
        ({}, "/changes", "no_changes"),
        ({"colour": "red"}, "/changes/colour", "no_such_attribute"),
        ({"coverage_level": "Huge"}, "/changes/coverage_level", "unknown_option"),
        ({"response": "4 hours"}, "/changes", "invalid_configuration"),
        ({"quantity": 0}, "/changes/quantity", "quantity_out_of_range"),
        ({"quantity": "four"}, "/changes/quantity", "not_a_number"),
        ({"sku": "NOPE"}, "/changes/sku", "unknown_sku"),
        ({"sku": "VX-2000"}, "/changes/sku", "not_recurring"),
        ({"quantity": 1}, "/changes", "below_minimum_commitment"),  # half of 8,640 is promised
    ):
        assert wrong(do(caller, contract, "amend", 422, changes=changes)) == [(pointer, code)]
    for day in ("2026-11-20", "2027-11-22"):
        refused = do(caller, contract, "amend", 422, changes=TOTAL, effective_date=day)
        assert wrong(refused) == [("/effective_date", "effective_date_outside_term")]
    refused = do(caller, contract, "amend", 422, changes=TOTAL, charge_id="chg_none")
    assert wrong(refused) == [("/charge_id", "unknown_charge")]
    assert read(caller, contract["id"]) == contract


def test_of_several_charges_one_is_named(caller: Caller) -> None:
    contract = contract_of(caller, PLAN, {**PLAN, "quantity": 1})
    refused = do(caller, contract, "amend", 422, changes={"quantity": 9})
    assert wrong(refused) == [("/changes/quantity", "ambiguous_attribute")]
    both = do(caller, contract, "amend", changes=TOTAL, dry_run=True)
    assert len(both["instructions"]) == 4
    one = contract["charges"][1]["id"]
    answer = do(caller, contract, "amend", changes={"quantity": 2}, charge_id=one)
    assert answer["quote"]["totals"]["net"] == 2160


def test_the_past_is_open_as_far_as_the_policy_says(caller: Caller) -> None:
    """ACME: 31 days, in the period that is open. HARBOR: not at all."""
    begun = {**PLAN, "start_date": "2026-10-15"}
    contract = contract_of(caller, begun, account="ACME")
    on: Json = {"changes": {"quantity": 5}, "dry_run": True}
    assert do(caller, contract, "amend", effective_date="2026-11-15", **on)
    refused = do(caller, contract, "amend", 422, effective_date="2026-11-14", **on)
    assert wrong(refused) == [("/effective_date", "backdating_not_allowed")]
    closed = contract_of(caller, begun)
    refused = do(caller, closed, "amend", 422, effective_date="2026-11-20", **on)
    assert wrong(refused) == [("/effective_date", "backdating_not_allowed")]
