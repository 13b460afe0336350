"""A quote about a contract stays with its account, its currency and its charges' credits.

ACME has two plans for a year under one contract: four units for 7,920 and two for 3,960, at 165 a
unit. Total cover is 75 more: 11,520 and 5,760 for the whole year, which is 3,600 and 1,800 more.
"""

import pytest

from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.services import (
    PLAN,
    Json,
    act,
    contract_of,
    do,
    get,
    order,
    read,
    wrong,
)

TOTAL = {"coverage_level": "Total"}
TWO = (PLAN, {**PLAN, "quantity": 2})


def offer(caller: Caller, action: str) -> Json:
    """The quote of a renewal, or of an amendment."""
    contract = contract_of(caller)
    asked: Json = {} if action == "renew" else {"changes": {"quantity": 8}}
    quote: Json = do(caller, contract, action, **asked)["quote"]
    return quote


@pytest.mark.parametrize("action", ["renew", "amend"])
@pytest.mark.parametrize(
    ("members", "errors"),
    [
        ({"currency": "NOK"}, [("/currency", "currency_of_contract")]),
        ({"price_list": "NOK-STD"}, [("/price_list", "price_list_of_contract")]),
        (
            {"currency": "NOK", "price_list": "NOK-STD"},
            [("/currency", "currency_of_contract"), ("/price_list", "price_list_of_contract")],
        ),
        ({"account_id": "ACME"}, [("/account_id", "account_of_contract")]),
    ],
)
def test_it_keeps_its_account_and_its_currency(
    caller: Caller, action: str, members: Json, errors: list[tuple[str, str]]
) -> None:
    quote = offer(caller, action)
    answer = caller.send("PATCH", f"/quotes/{quote['id']}", members)
    assert answer.status_code == 422, answer.text
    assert wrong(answer.json()) == errors
    assert get(caller, quote) == quote


def test_what_it_has_already_can_be_said_again(caller: Caller) -> None:
    quote = offer(caller, "renew")
    same: Json = {"account_id": "HARBOR", "currency": "usd", "price_list": "USD-STD"}
    answer = caller.send("PATCH", f"/quotes/{quote['id']}", {**same, "title": "As before"})
    assert answer.status_code == 200, answer.text
    after = answer.json()
    assert (after["account_id"], after["currency"]) == ("HARBOR", "USD")
    assert after["totals"] == quote["totals"]


def test_left_out_they_are_not_the_usual_ones(caller: Caller) -> None:
    """The first price list there is would be one in dollars."""
    contract = contract_of(caller, account="ODDAFAB", currency="NOK")
    quote = do(caller, contract, "renew")["quote"]
    path = f"/quotes/{quote['id']}"
    refused = caller.send("PATCH", path, {"currency": None, "price_list": None})
    assert refused.status_code == 422
    assert wrong(refused.json()) == [("/currency", "currency_of_contract")]
    for members in ({"currency": None}, {"price_list": None}):
        answer = caller.send("PATCH", path, members)
        assert answer.status_code == 200, answer.text
        assert answer.json()["totals"] == quote["totals"]
        assert answer.json()["currency"] == "NOK"


def test_a_new_version_keeps_them_as_well(caller: Caller) -> None:
    quote = offer(caller, "renew")
    act(caller, quote, "submit")
    revised = act(caller, quote, "revise")
    answer = caller.send("PATCH", f"/quotes/{revised['id']}", {"account_id": "ACME"})
    assert wrong(answer.json()) == [("/account_id", "account_of_contract")]


def test_any_other_quote_goes_to_another_account(caller: Caller) -> None:
    first = caller.post(
        "/quotes", {"account_id": "HARBOR", "currency": "USD", "lines": [PLAN]}, 201
    )
    moved = caller.send("PATCH", f"/quotes/{first['id']}", {"account_id": "ACME"})
    assert moved.json()["account_id"] == "ACME"


def amendment(caller: Caller, changes: Json, *lines: Json) -> tuple[Json, Json]:
    contract = contract_of(caller, *(lines or TWO), account="ACME")
    quote: Json = do(caller, contract, "amend", changes=changes)["quote"]
    return contract, quote


def told(quote: Json) -> list[tuple[float, float]]:
    return [(each["credit"], each["net_total"]) for each in quote["lines"]]


def without(caller: Caller, quote: Json, place: int) -> Json:
    path = f"/quotes/{quote['id']}/lines/{quote['lines'][place]['id']}"
    answer = caller.send("DELETE", path)
    assert answer.status_code == 200, answer.text
    after: Json = answer.json()
    return after


def test_each_line_has_the_credit_of_its_own_charge(caller: Caller) -> None:
    _, quote = amendment(caller, TOTAL)
    assert told(quote) == [(7920, 3600), (3960, 1800)]
    assert quote["totals"]["net"] == 5400


@pytest.mark.parametrize(("place", "net"), [(1, 3600), (0, 1800)])
def test_a_line_goes_with_its_credit(caller: Caller, place: int, net: int) -> None:
    contract, quote = amendment(caller, TOTAL)
    left = without(caller, quote, place)
    assert left["totals"]["net"] == net
    placed = order(caller, left)
    assert placed["totals"]["net"] == net
    charges = read(caller, contract["id"])["charges"]
    gone, stays = contract["charges"][1 - place], contract["charges"][place]
    by_id = {each["id"]: each["total"] for each in charges}
    assert by_id.pop(gone["id"]) == 0
    assert by_id.pop(stays["id"]) == stays["total"]
    [new] = by_id.values()
    assert new == gone["total"] + net


@pytest.mark.parametrize(("place", "net"), [(1, 3600), (0, 1800)])
def test_so_it_does_in_a_copy(caller: Caller, place: int, net: int) -> None:
    contract, quote = amendment(caller, TOTAL)
    copy = caller.post(f"/quotes/{quote['id']}/alternatives", {"title": "less"}, 201)
    left = without(caller, copy, place)
    assert order(caller, left)["totals"]["net"] == net
    charges = read(caller, contract["id"])["charges"]
    gone = contract["charges"][1 - place]["id"]
    assert [each["replaces"] for each in charges if each["replaces"]] == [gone]


def test_what_is_added_after_all_takes_no_charges_place(caller: Caller) -> None:
    """Two units in place of those that were taken off cost 165 a month in full: 3,960."""
    contract, quote = amendment(caller, TOTAL)
    without(caller, quote, 1)
    path = f"/quotes/{quote['id']}/lines"
    caller.post(path, {"sku": "CARE-PLUS", "quantity": 2, "total": 3960}, 201)
    placed = order(caller, get(caller, quote))
    assert placed["totals"]["net"] == 7560
    totals = [each["total"] for each in read(caller, contract["id"])["charges"]]
    assert totals == [0, 3960, 11520, 3960]


EXCESS = ({**PLAN, "unit_price": 250}, {**PLAN, "quantity": 8, "unit_price": 100})
"""12,000 and 9,600 a year."""


def cheaper_and_dearer(caller: Caller) -> tuple[Json, Json]:
    """HARBOR amends at the prices of today, whatever was paid before."""
    contract = contract_of(caller, *EXCESS)
    quote: Json = do(caller, contract, "amend", changes={"coverage_level": "Extended"})["quote"]
    return contract, quote


def test_what_one_charge_is_dearer_by_is_off_the_other_while_that_is_there(caller: Caller) -> None:
    """Extended cover at today's 215 a unit: 10,320 for four, 20,640 for eight.

    12,000 and 9,600 come back, so 1,680 are left over of the first and taken off the second.
    """
    contract, quote = cheaper_and_dearer(caller)
    assert told(quote) == [(10320, 0), (11280, 9360)]
    path = f"/quotes/{quote['id']}/lines/{quote['lines'][1]['id']}"
    refused = caller.send("DELETE", path)
    assert refused.status_code == 422
    assert [each["code"] for each in refused.json()["errors"]] == ["credit_exceeds_rest"]
    left = without(caller, get(caller, quote), 0)
    assert told(left) == [(9600, 11040)]
    placed = order(caller, left)
    assert placed["totals"]["net"] == 11040
    totals = [each["total"] for each in read(caller, contract["id"])["charges"]]
    assert totals == [12000, 0, 20640]
