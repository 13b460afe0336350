"""Contracts are ended as services: neither a changed order nor a report breaks what was agreed.

ACME pays 165 a month for a unit of CARE-PLUS: four of them for twelve months are 7,920.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.connector.vektra.changes import change, codes, line, order_of, report
from tests.connector.vektra.changes import read as read_order
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import CARE, UNITS
from tests.connector.vektra.services import act, do, order, read

Json = dict[str, Any]


def served(caller: Caller, *lines: Json) -> tuple[Json, Json]:
    """An order, four units of CARE-PLUS where no lines are named, and its contract."""
    placed = order_of(caller, *(lines or (CARE,)))
    [contract] = placed["contracts"]
    return placed, read(caller, contract)


def refused_all(caller: Caller, orders: Sequence[Json]) -> None:
    """No order can be cancelled, as a whole or by its first line, and none is changed."""
    for each in orders:
        before = read_order(caller, each)
        whole = change(caller, each, 409, type="cancel")
        assert (whole["code"], codes(whole)) == ("contract_line", [("", "contract_line")])
        assert "/services" in whole["errors"][0]["message"]
        dry = change(caller, each, 409, type="cancel", dry_run=True)
        assert dry["code"] == "contract_line"
        one = change(caller, each, 409, type="cancel", lines=[line(each)])
        assert codes(one) == [("/lines/0", "contract_line")]
        assert read_order(caller, each) == before


def test_orders_of_an_amended_contract_stay(caller: Caller) -> None:
    """Six instead of four from the first day: 7,920 come back, 11,880 are charged."""
    first, contract = served(caller)
    amended = do(caller, contract, "amend", changes={"quantity": 6})
    second = order(caller, amended["quote"])
    assert second["totals"]["net"] == 3960
    before = read(caller, contract["id"])
    refused_all(caller, [second, first])
    after = read(caller, contract["id"])
    assert after == before
    assert (after["status"], after["value"], after["commitment"]) == ("active", 11880, 11880)
    assert [(each["quantity"], each["total"]) for each in after["charges"]] == [
        (4, 0),
        (6, 11880),
    ]


def test_an_order_stays_whose_contract_was_made_less(caller: Caller) -> None:
    """Three instead of four: 1,980 come back at once."""
    first, contract = served(caller)
    less = do(caller, contract, "amend", changes={"quantity": 3})
    assert less["order"]["totals"]["net"] == -1980
    refused_all(caller, [first, less["order"]])
    assert read(caller, contract["id"])["value"] == 5940


def test_orders_of_a_renewed_contract_stay(caller: Caller) -> None:
    first, contract = served(caller)
    second = order(caller, do(caller, contract, "renew")["quote"])
    [new] = second["contracts"]
    refused_all(caller, [second, first])
    after, old = read(caller, new), read(caller, contract["id"])
    assert (after["status"], after["value"], after["commitment"]) == ("pending", 7920, 7920)
    assert (old["status"], old["renewed_by"], old["value"]) == ("renewed", new, 7920)


def test_the_rest_of_an_order_goes_and_what_was_amended_is_kept(caller: Caller) -> None:
    """Four units of 10,708.80, one service that was amended and one of 1,980 that was not."""
    first, contract = served(caller, UNITS, CARE, {**CARE, "quantity": 1})
    _, amended, other = first["lines"]
    four = contract["charges"][0]["id"]
    more = do(caller, contract, "amend", changes={"quantity": 6}, charge_id=four)
    order(caller, more["quote"])
    done = change(caller, first, type="cancel")
    assert (done["applied"], done["kept"]) == (True, [amended["id"]])
    assert done["price_delta"] == -44815.2  # 42,835.20 and 1,980
    assert done["order"]["totals"]["net"] == 7920
    left = {each["id"]: each["quantity_by_status"] for each in done["order"]["lines"]}
    assert (left[amended["id"]], left[other["id"]]) == ({"pending": 4}, {"cancelled": 1})
    after = read(caller, contract["id"])
    assert (after["status"], after["value"], after["commitment"]) == ("active", 11880, 11880)
    assert [each["quantity"] for each in after["charges"]] == [4, 6]


def test_wares_beside_an_amendment_are_still_changed(caller: Caller) -> None:
    """Two hoses of 50 metres at 19.20 beside two more units of CARE-PLUS."""
    _, contract = served(caller)
    quote = do(caller, contract, "amend", changes={"quantity": 6})["quote"]
    hose = {"sku": "VX-HOS-50", "quantity": 2}
    caller.post(f"/quotes/{quote['id']}/lines", hose, 201)
    second = order(caller, quote)
    done = change(caller, second, type="cancel")
    assert (done["price_delta"], done["kept"]) == (-38.4, [second["lines"][0]["id"]])
    assert read(caller, contract["id"])["value"] == 11880


def test_an_order_is_cancelled_or_its_contract_amended(program: Caller) -> None:
    """At the same instant one of the two is done, and the other refused."""
    first, contract = served(program)
    quote = do(program, contract, "amend", changes={"quantity": 6})["quote"]
    if act(program, quote, "submit")["status"] == "in_approval":
        act(program, quote, "approve")
    act(program, quote, "accept")
    asked: list[tuple[str, Json]] = [
        (f"/orders/{first['id']}/change", {"type": "cancel"}),
        ("/orders", {"quote_id": quote["id"]}),
    ]
    with ThreadPoolExecutor(2) as pool:
        cancelled, ordered = pool.map(lambda each: program.send("POST", *each), asked)
    after = read(program, contract["id"])
    if cancelled.status_code == 200:
        assert (ordered.status_code, ordered.json()["code"]) == (409, "illegal_transition")
        assert after["status"] == "terminated"
    else:
        assert (cancelled.status_code, cancelled.json()["code"]) == (409, "contract_line")
        assert (ordered.status_code, after["value"]) == (201, 11880)


@pytest.mark.parametrize(
    "status", ["cancelled", "cancel_requested", "rejected", "returned", "failed"]
)
def test_a_report_gives_no_contract_up(program: Caller, status: str) -> None:
    placed, contract = served(program, UNITS, CARE)
    care = placed["lines"][1]["id"]
    path, said = f"/orders/{placed['id']}/status", {"fulfillment_system": "CONTRACTS"}
    whole = program.post(path, {**said, "status": status}, 409)
    assert (whole["code"], codes(whole)) == ("contract_line", [("", "contract_line")])
    part = {"line_id": care, "quantity": 1, "status": status}
    one = program.post(path, {**said, "status": "completed", "lines": [part]}, 409)
    assert codes(one) == [("/lines/0", "contract_line")]
    assert read_order(program, placed) == placed
    assert read(program, contract["id"]) == contract
    assert report(program, placed, "cancelled")["order"]["totals"]["net"] == 7920
    done = program.post(path, {**said, "status": "completed", "event_id": "1"})
    assert done["applied"] is True


def test_a_report_of_what_is_cancelled_already_is_no_news(program: Caller) -> None:
    placed, contract = served(program)
    change(program, placed, type="cancel")
    path, said = f"/orders/{placed['id']}/status", {"fulfillment_system": "CONTRACTS"}
    told = program.post(path, {**said, "status": "cancelled"})
    assert told["applied"] is False
    assert read(program, contract["id"])["status"] == "terminated"


def accepted_renewal(caller: Caller, contract: Json) -> Json:
    quote: Json = do(caller, contract, "renew")["quote"]
    if act(caller, quote, "submit")["status"] == "in_approval":
        act(caller, quote, "approve")
    act(caller, quote, "accept")
    return quote


def test_a_renewal_is_of_the_contract_as_it_was_offered(caller: Caller) -> None:
    """Four units were offered, two are left: 2 x 165 x 12."""
    _, contract = served(caller)
    stale = accepted_renewal(caller, contract)
    do(caller, contract, "amend", changes={"quantity": 2})
    refused = caller.post("/orders", {"quote_id": stale["id"]}, 409)
    assert refused["code"] == "illegal_transition"
    after = read(caller, contract["id"])
    assert (after["status"], after["renewed_by"], after["value"]) == ("active", None, 3960)
    again = accepted_renewal(caller, contract)
    [new] = caller.post("/orders", {"quote_id": again["id"]}, 201)["contracts"]
    assert read(caller, new)["value"] == 3960
    assert [each["quantity"] for each in read(caller, new)["charges"]] == [2]


def test_a_renewal_is_of_nothing_that_was_cancelled_since(caller: Caller) -> None:
    """Five units were offered, the fifth of which was given up with its order's line."""
    first, contract = served(caller, CARE, {**CARE, "quantity": 1})
    stale = accepted_renewal(caller, contract)
    fifth = {"line_id": first["lines"][1]["id"]}
    assert change(caller, first, type="cancel", lines=[fifth])["price_delta"] == -1980
    refused = caller.post("/orders", {"quote_id": stale["id"]}, 409)
    assert refused["code"] == "illegal_transition"
    assert read(caller, contract["id"])["value"] == 7920


def test_what_is_agreed_about_the_renewal_leaves_an_offer_standing(caller: Caller) -> None:
    _, contract = served(caller)
    offer = accepted_renewal(caller, contract)
    do(caller, contract, "amend", changes={"uplift_percent": 5, "auto_renew": True})
    [new] = caller.post("/orders", {"quote_id": offer["id"]}, 201)["contracts"]
    assert read(caller, new)["value"] == 7920
