"""Orders in progress are revised and cancelled, for a fee that the policy asks.

Four VX-2000 for ACME: 12 000 less 8 % less 3 % is 10 708.80 a unit, 42 835.20 in all, at a cost
of 6 960 a unit and 25 % tax.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from engine.events.event import EventSearch
from engine.hub import Hub
from tests.connector.vektra.changes import HOSE, change, later, line, order_of, read, report
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import CARE, UNITS

Json = dict[str, Any]
FEE = 2141.76
"""5 % of 42 835.20"""


def amounts(done: Json) -> list[tuple[str, float, float]]:
    return [(row["stage"], row["quantity"], row["fee"]) for row in done["change_fee"]["rows"]]


def happened(hub: Hub, order: Json) -> list[str]:
    with hub.reading("CustDemo") as view:
        found = view.events.search(EventSearch(subject=order["id"]), 100)
    return [each.type for each in reversed(found)]


def test_in_the_time_of_grace_an_order_is_cancelled_for_nothing(program: Caller, hub: Hub) -> None:
    order = order_of(program, UNITS, CARE)
    done = change(program, order, type="cancel", reason="moved to another plant")
    assert (done["applied"], done["change_fee"]["amount"], done["type"]) == (True, 0, "cancel")
    assert done["price_delta"] == -50755.2  # and 4 x 12 x 165 of the service
    after = done["order"]
    assert (after["status"], after["totals"]["net"], after["totals"]["tax"]) == ("cancelled", 0, 0)
    assert [each["quantity_by_status"] for each in after["lines"]] == [{"cancelled": 4}] * 2
    assert after["fees"] == []
    assert after == read(program, order)
    assert [each["what"] for each in after["history"]] == ["placed", "cancelled"]
    with hub.reading("CustDemo") as view:
        contract = view.contracts.get(order["contracts"][0])
    assert contract.terminated_on == contract.start_date == date(2026, 11, 21)
    assert change(program, order, 409, type="cancel")["code"] == "illegal_transition"


def test_a_fee_is_quoted_and_then_paid(program: Caller, hub: Hub) -> None:
    order = order_of(program)
    later(hub, 4)
    dry = change(program, order, type="cancel", dry_run=True)
    assert (dry["applied"], dry["change_fee"]["amount"]) == (False, FEE)
    [row] = dry["change_fee"]["rows"]
    assert (row["rule"]["id"], row["basis"], row["percent"]) == ("FEE-CANCEL-USD", 42835.2, 5)
    assert dry["expires_at"] == "2026-12-02T09:30:00.000Z"
    assert dry["order"] == order
    asked = change(program, order, type="cancel")
    assert (asked["applied"], asked["order"]) == (False, order)
    assert asked["fee_quote_id"] != dry["fee_quote_id"]
    done = change(program, order, type="cancel", fee_quote_id=dry["fee_quote_id"])
    assert (done["applied"], done["price_delta"]) == (True, -42835.2)
    assert done["change_fee"] == dry["change_fee"]
    after = done["order"]
    assert (after["status"], after["totals"]["total"]) == ("cancelled", 0)
    [fee] = after["fees"]
    assert (fee["amount"], fee["tax"], fee["change"]) == (FEE, 0, dry["fee_quote_id"])
    assert happened(hub, order) == [
        *("order.placed", "order.fee_quoted", "order.fee_quoted"),
        *("order.cancelled", "order.status_changed"),
    ]


def test_what_was_made_is_answered_again(program: Caller, hub: Hub) -> None:
    order = order_of(program)
    later(hub, 4)
    quoted = change(program, order, type="cancel", dry_run=True)["fee_quote_id"]
    body = {"type": "cancel", "fee_quote_id": quoted}
    path = f"/orders/{order['id']}/change"
    seen = {"if-match": '"1"'}
    first = program.send("POST", path, body, **seen)
    later(hub, 100)
    again = program.send("POST", path, {**body, "reason": "again"}, **seen)
    assert first.status_code == again.status_code == 200
    assert again.content == first.content
    assert again.headers["etag"] == first.headers["etag"] == '"2"'
    assert len(read(program, order)["fees"]) == 1
    assert happened(hub, order).count("order.cancelled") == 1


def test_a_key_is_answered_again(caller: Caller) -> None:
    order = order_of(caller, HOSE)
    path = f"/orders/{order['id']}/change"
    body = {"type": "cancel", "lines": [line(order, quantity=1)]}
    first, again = (
        caller.send("POST", path, body, **{"idempotency-key": "change-1"}) for _ in range(2)
    )
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert read(caller, order)["lines"][0]["quantity_by_status"] == {"cancelled": 1, "pending": 9}


def test_units_in_several_stages_have_a_row_each(program: Caller, hub: Hub) -> None:
    order = order_of(program)
    report(program, order, "in_progress", 1)
    later(hub, 4)
    # 3 units of 10 708.80 at 5 %, and all that one unit has cost
    dry = change(program, order, type="cancel", dry_run=True)
    assert amounts(dry) == [("pending", 3, 1606.32), ("in_progress", 1, 6960)]
    assert dry["change_fee"]["amount"] == 8566.32
    two = [line(order, quantity=2)]
    # the earliest go first: 2 units of 10 708.80 at 5 %
    assert amounts(change(program, order, type="cancel", lines=two)) == [("pending", 2, 1070.88)]
    done = change(program, order, type="cancel", fee_quote_id=dry["fee_quote_id"])
    after = done["order"]
    assert after["lines"][0]["quantity_by_status"] == {"cancelled": 3, "cancel_requested": 1}
    assert (after["totals"]["net"], done["price_delta"]) == (0, -42835.2)
    assert [each["amount"] for each in after["fees"]] == [1606.32, 6960]
    assert report(program, order, "cancelled")["order"]["status"] == "cancelled"
    assert "order.change_requested" in happened(hub, order)


def test_fewer_units_cost_a_part_of_what_they_came_to(program: Caller, hub: Hub) -> None:
    order = order_of(program)
    later(hub, 4)
    body: Json = {"type": "revise", "lines": [line(order, quantity=3)]}
    quoted = change(program, order, **body)
    # 2 % of 10 708.80 is 214.176
    assert (quoted["applied"], quoted["change_fee"]["amount"]) == (False, 214.18)
    done = change(program, order, **body, fee_quote_id=quoted["fee_quote_id"])
    assert done["price_delta"] == -10708.8
    totals = done["order"]["totals"]
    # 3 x 12 000; 3 x 1 291.20 off; 25 % of 32 126.40
    assert (totals["list"], totals["discount"], totals["net"]) == (36000, 3873.6, 32126.4)
    assert (totals["tax"], totals["total"], totals["cost"]) == (8031.6, 40158, 20880)
    assert done["order"]["lines"][0]["quantity_by_status"] == {"cancelled": 1, "pending": 3}


def test_more_units_come_at_the_price_of_those_there_are(caller: Caller) -> None:
    order = order_of(caller)
    done = change(caller, order, type="revise", lines=[line(order, quantity=6)])
    assert (done["applied"], done["change_fee"]["rows"]) == (True, [])
    assert done["price_delta"] == 21417.6  # though six would have been no dearer by the ladder
    [after] = done["order"]["lines"]
    assert (after["quantity"], after["quantity_by_status"]) == (6, {"pending": 6})
    totals = done["order"]["totals"]
    assert (totals["net"], totals["tax"], totals["total"]) == (64252.8, 16063.2, 80316)


def test_amounts_that_go_step_by_step_add_up(caller: Caller) -> None:
    # 7 m at 19.20 less 7.01 % is 124.98, which is 17.854285... a metre
    order = order_of(caller, {"sku": "VX-HOS-50", "quantity": 7, "discount_percent": "7.01"})
    assert order["totals"]["net"] == 124.98
    deltas = []
    for _ in range(7):
        done = change(caller, order, type="cancel", lines=[line(order, quantity=1)])
        deltas.append(done["price_delta"])
    assert deltas == [-17.85, -17.86, -17.85, -17.86, -17.85, -17.86, -17.85]
    assert {done["order"]["totals"][name] for name in ("list", "net", "tax", "total")} == {0}
    assert done["order"]["status"] == "cancelled"


def test_another_date_in_production_costs_a_fixed_sum_with_tax(program: Caller) -> None:
    order = order_of(program)
    day = [line(order, requested_date="2027-02-01")]
    free = change(program, order, type="revise", lines=day)
    assert (free["applied"], free["order"]["lines"][0]["requested_date"]) == (True, "2027-02-01")
    report(program, order, "in_progress")
    day = [line(order, requested_date="2027-03-01")]
    asked = change(program, order, type="revise", lines=day)
    fee = asked["change_fee"]
    assert (fee["amount"], fee["tax"], fee["total"], asked["price_delta"]) == (120, 30, 150, 0)
    echo = {"fee_quote_id": asked["fee_quote_id"]}
    done = change(program, order, type="revise", lines=day, **echo)
    [kept] = done["order"]["fees"]
    assert (kept["label"], kept["amount"], kept["tax"]) == ("Kept in our warehouse", 120, 30)
    assert done["order"]["lines"][0]["requested_date"] == "2027-03-01"


def test_a_fee_is_waived_where_the_policy_lets_it_be(program: Caller, hub: Hub) -> None:
    order = order_of(program)
    later(hub, 4)
    done = change(program, order, type="cancel", lines=[line(order, quantity=1)], waive=True)
    [row] = done["change_fee"]["rows"]
    assert (done["applied"], row["waived"], row["fee"]) == (True, True, 0)
    assert (row["percent"], row["approver_group"]) == (5, "sales-leads")
    report(program, order, "in_progress")
    strict = change(program, order, type="cancel", waive=True)
    assert (strict["applied"], strict["change_fee"]["amount"]) == (False, 20880)


def test_a_contract_that_has_begun_goes_on(program: Caller, hub: Hub) -> None:
    order = order_of(program, UNITS, CARE)
    later(hub, 1)
    done = change(program, order, type="cancel")
    assert (done["applied"], done["price_delta"]) == (True, -42835.2)
    assert done["kept"] == [order["lines"][1]["id"]]
    assert done["order"]["totals"]["net"] == 7920
    with hub.reading("CustDemo") as view:
        assert view.contracts.get(order["contracts"][0]).terminated_on is None


@pytest.mark.parametrize("quoted", [True, False])
def test_many_at_the_same_instant_change_an_order_once(
    program: Caller, hub: Hub, quoted: bool
) -> None:
    order = order_of(program)
    body: Json = {"type": "cancel"}
    if quoted:
        later(hub, 4)
        body["fee_quote_id"] = change(program, order, type="cancel")["fee_quote_id"]
    path = f"/orders/{order['id']}/change"
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: program.send("POST", path, body), range(8)))
    statuses = sorted(each.status_code for each in answers)
    assert statuses == ([200] * 8 if quoted else [200, *[409] * 7])
    assert len({each.content for each in answers if each.status_code == 200}) == 1
    after = read(program, order)
    assert [each["amount"] for each in after["fees"]] == ([FEE] if quoted else [])
    assert happened(hub, order).count("order.cancelled") == 1
