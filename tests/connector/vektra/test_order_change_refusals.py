"""Changes that are wrong, too late or for another fee are refused by name, and change nothing."""

from typing import Any

import pytest

from engine.hub import Hub
from tests.connector.vektra.changes import (
    HOSE,
    change,
    codes,
    later,
    line,
    order_of,
    read,
    report,
)
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import CARE, UNITS

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("kind", "members", "pointer", "code"),
    [
        ("cancel", {"quantity": 11}, "/quantity", "quantity_above_ordered"),
        ("cancel", {"quantity": 0}, "/quantity", "quantity_out_of_range"),
        ("cancel", {"quantity": -1}, "/quantity", "quantity_out_of_range"),
        ("cancel", {"quantity": "1e"}, "/quantity", None),
        ("cancel", {"quantity": "1.00000000000000001"}, "/quantity", None),
        ("cancel", {"configuration": {}}, "/configuration", "only_of_a_revision"),
        ("cancel", {"requested_date": "2027-01-01"}, "/requested_date", "only_of_a_revision"),
        ("revise", {"quantity": 0}, "/quantity", "quantity_out_of_range"),
        ("revise", {"quantity": -4}, "/quantity", "quantity_out_of_range"),
        ("revise", {"quantity": 1_000_000_001}, "/quantity", "quantity_out_of_range"),
        ("revise", {"quantity": "1e9"}, "/quantity", None),
        ("revise", {"quantity": 10}, "", "nothing_changes"),
        ("revise", {}, "", "nothing_changes"),
        ("revise", {"requested_date": "2026-11-20"}, "/requested_date", "day_is_over"),
        ("revise", {"requested_date": "2027-02-30"}, "/requested_date", None),
        ("revise", {"configuration": {"Drive": "x"}}, "/configuration", "not_configurable"),
        ("revise", {"line_id": "oln_none"}, "/line_id", "unknown_order_line"),
        ("revise", {"status": "completed"}, "/status", None),
        ("revise", {"unit_price": 1}, "/unit_price", None),
    ],
)
def test_what_is_wrong_about_a_line_is_named(
    caller: Caller, kind: str, members: Json, pointer: str, code: str | None
) -> None:
    order = order_of(caller, HOSE)
    body = {"type": kind, "lines": [line(order, **members)]}
    answer = caller.send("POST", f"/orders/{order['id']}/change", body)
    told = codes(answer.json())
    if code is None:  # the document's own refusals
        assert answer.status_code in {400, 422}
        assert told[0][0].startswith("/lines/0")
    else:
        assert answer.status_code == 422
        assert told == [(f"/lines/0{pointer}", code)]
    assert read(caller, order) == order


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"type": "replace"}, "/type"),
        ({"type": "cancel", "status": "cancelled"}, "/status"),
        ({"type": "cancel", "fee": 0}, "/fee"),
        ({"type": "cancel", "dry_run": "yes"}, "/dry_run"),
        ({"type": "cancel", "lines": [{}]}, "/lines/0"),
    ],
)
def test_what_nobody_may_send_is_malformed(caller: Caller, body: Json, pointer: str) -> None:
    order = order_of(caller, HOSE)
    answer = caller.send("POST", f"/orders/{order['id']}/change", body)
    assert answer.status_code == 400
    assert codes(answer.json())[0][0].startswith(pointer)
    assert read(caller, order) == order


@pytest.mark.parametrize(("kind", "lines"), [("revise", None), ("revise", []), ("cancel", [])])
def test_no_lines_are_not_all_of_them(caller: Caller, kind: str, lines: list[Json] | None) -> None:
    order = order_of(caller, HOSE)
    refused = change(caller, order, 422, type=kind, lines=lines)
    assert codes(refused) == [("/lines", "no_lines")]
    assert read(caller, order) == order


def test_every_wrong_line_is_named_at_once(caller: Caller) -> None:
    order = order_of(caller, HOSE)
    twice = line(order, quantity=1)
    lines = [twice, twice, {"line_id": "oln_none", "quantity": 1}]
    refused = change(caller, order, 422, type="cancel", lines=lines)
    assert codes(refused) == [
        ("/lines/1/line_id", "line_twice"),
        ("/lines/2/line_id", "unknown_order_line"),
    ]


def test_what_has_left_the_house_is_no_change(program: Caller) -> None:
    order = order_of(program)
    report(program, order, "shipped", 2)
    whole = change(program, order, 409, type="cancel")
    assert (whole["code"], codes(whole)) == ("already_shipped", [("", "already_shipped")])
    for kind, quantity in (("cancel", 3), ("revise", 1)):
        lines = [line(order, quantity=quantity)]
        refused = change(program, order, 409, type=kind, lines=lines)
        assert codes(refused) == [("/lines/0/quantity", "already_shipped")]
    swap = [line(order, configuration={"Bin": "120 l"})]
    refused = change(program, order, 409, type="revise", lines=swap)
    assert codes(refused) == [("/lines/0/configuration", "already_shipped")]
    assert "2 of Industrial vacuum unit" in refused["detail"]
    two = change(program, order, type="cancel", lines=[line(order, quantity=2)])
    assert two["order"]["lines"][0]["quantity_by_status"] == {"cancelled": 2, "shipped": 2}
    report(program, order, "delivered")
    over = change(program, order, 409, type="revise", lines=[line(order, quantity=9)])
    assert over["code"] == "illegal_transition"


def test_a_contract_is_amended_or_terminated_as_a_service(program: Caller, hub: Hub) -> None:
    order = order_of(program, UNITS, CARE)
    care = order["lines"][1]["id"]
    fewer = [{"line_id": care, "quantity": 2}]
    refused = change(program, order, 409, type="revise", lines=fewer)
    assert codes(refused) == [("/lines/0", "contract_line")]
    assert "/services" in refused["detail"]
    later(hub, 1)
    whole = [{"line_id": care}]
    assert change(program, order, 409, type="cancel", lines=whole)["code"] == "contract_line"
    only = order_of(program, CARE)
    later(hub, 1)
    assert change(program, only, 409, type="cancel")["code"] == "contract_line"


def test_what_the_policy_forbids_is_refused_by_its_row(program: Caller) -> None:
    order = order_of(program, {"sku": "VX-3500", "quantity": 2})
    report(program, order, "in_progress")
    refused = change(program, order, 409, type="cancel")
    assert refused["code"] == "change_not_allowed"
    assert "Made to order" in refused["detail"]
    unit = order_of(program)
    report(program, unit, "in_progress")
    swap = [line(unit, configuration={"Bin": "120 l"})]
    refused = change(program, unit, 409, type="revise", lines=swap)
    assert codes(refused) == [("/lines/0/configuration", "change_not_allowed")]


def quoted(program: Caller, hub: Hub) -> tuple[Json, str]:
    order = order_of(program)
    later(hub, 4)
    return order, change(program, order, type="cancel", dry_run=True)["fee_quote_id"]


def test_a_fee_is_for_the_change_it_was_quoted_for(program: Caller, hub: Hub) -> None:
    order, fee = quoted(program, hub)
    others: tuple[Json, ...] = (
        {"type": "cancel", "lines": [line(order)]},
        {"type": "cancel", "waive": True},
        {"type": "revise", "lines": [line(order, quantity=1)]},
    )
    for other in others:
        refused = program.post(f"/orders/{order['id']}/change", {**other, "fee_quote_id": fee}, 409)
        assert codes(refused) == [("/fee_quote_id", "fee_quote_mismatch")]
    assert read(program, order) == order


def test_a_fee_is_for_the_order_it_was_quoted_for(
    program: Caller, outsider: Caller, hub: Hub
) -> None:
    order, fee = quoted(program, hub)
    second = order_of(program)
    theirs = order_of(outsider)
    for who, whose, named in (
        (program, order, "fee_none"),
        (program, second, fee),
        (outsider, theirs, fee),
    ):
        refused = change(who, whose, 422, type="cancel", fee_quote_id=named)
        assert codes(refused) == [("/fee_quote_id", "unknown_fee_quote")]


def test_a_fee_holds_for_its_days(program: Caller, hub: Hub) -> None:
    order, fee = quoted(program, hub)
    later(hub, 7)
    refused = change(program, order, 409, type="cancel", fee_quote_id=fee)
    assert codes(refused) == [("/fee_quote_id", "fee_quote_expired")]
    assert read(program, order) == order


def test_a_fee_is_for_the_order_as_it_was(program: Caller, hub: Hub) -> None:
    order, fee = quoted(program, hub)
    report(program, order, "in_progress", 1)
    refused = change(program, order, 409, type="cancel", fee_quote_id=fee)
    assert codes(refused) == [("/fee_quote_id", "fee_quote_stale")]


def test_an_order_that_was_changed_since_it_was_read_stays(caller: Caller) -> None:
    order = order_of(caller, HOSE)
    path = f"/orders/{order['id']}/change"
    body = {"type": "cancel", "lines": [line(order, quantity=1)]}
    assert caller.send("POST", path, body, **{"if-match": '"1"'}).headers["etag"] == '"2"'
    stale = caller.send("POST", path, body, **{"if-match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_revision")


def test_orders_of_others_are_not_there(caller: Caller, stranger: Caller) -> None:
    order = order_of(caller, HOSE)
    assert change(stranger, order, 404, type="cancel")["code"] == "not_found"
    assert change(caller, {"id": "ord_none"}, 404, type="cancel")["code"] == "not_found"
    assert read(caller, order) == order
