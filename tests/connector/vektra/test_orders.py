"""An accepted quote becomes an order, and systems say how far it is."""

from typing import Any

from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import CARE, UNITS, act, get, make

Json = dict[str, Any]


def accepted(caller: Caller, *lines: Json) -> Json:
    quote = make(caller, *lines)
    act(caller, quote, "submit")
    if get(caller, quote)["status"] == "in_approval":
        act(caller, quote, "approve")
    answer: Json = act(caller, quote, "accept")
    return answer


def ordered(caller: Caller, *lines: Json, **members: object) -> Json:
    body = {"quote_id": accepted(caller, *lines)["id"], **members}
    answer: Json = caller.post("/orders", body, 201)
    return answer


def report(caller: Caller, order: Json, status: str, **members: object) -> Json:
    body = {"fulfillment_system": "ERP-MFG", "status": status, **members}
    answer: Json = caller.post(f"/orders/{order['id']}/status", body)
    return answer


def line(order: Json, sku: str) -> Json:
    [found] = [each for each in order["lines"] if each["sku"] == sku]
    return dict(found)


def test_an_accepted_quote_is_ordered_as_it_was_accepted(caller: Caller) -> None:
    quote = accepted(caller)
    answer = caller.send("POST", "/orders", {"quote_id": quote["id"], "purchase_order": "PO-1"})
    assert answer.status_code == 201
    order = answer.json()
    assert answer.headers["location"] == f"/api/v1/orders/{order['id']}"
    assert order["quote_id"] == quote["id"]
    assert order["status"] == "placed"
    assert order["purchase_order"] == "PO-1"
    assert order["totals"] == quote["totals"]
    assert [each["fulfillment_system"] for each in order["lines"]] == ["ERP-MFG", "CONTRACTS"]
    assert [each["net_total"] for each in order["lines"]] == [
        each["net_total"] for each in quote["lines"]
    ]
    assert [each["quantity_by_status"] for each in order["lines"]] == [{"pending": 4}] * 2
    assert len(order["contracts"]) == 1
    assert get(caller, quote)["status"] == "ordered"
    assert [each["what"] for each in order["history"]] == ["placed"]
    read = caller.send("GET", f"/orders/{order['id']}")
    assert read.json() == order
    assert read.headers["etag"] == answer.headers["etag"] == '"1"'


def test_a_quote_is_ordered_once(caller: Caller) -> None:
    quote = accepted(caller, UNITS)
    order = caller.post("/orders", {"quote_id": quote["id"]}, 201)
    again = caller.post("/orders", {"quote_id": quote["id"], "purchase_order": "other"}, 200)
    assert again == order


def test_only_what_was_accepted_is_ordered(caller: Caller, stranger: Caller) -> None:
    quote = make(caller)
    refusal = caller.post("/orders", {"quote_id": quote["id"]}, 409)
    assert refusal["code"] == "illegal_transition"
    assert caller.post("/orders", {"quote_id": "qte_nobody"}, 404)["code"] == "not_found"
    foreign = accepted(caller)
    assert stranger.post("/orders", {"quote_id": foreign["id"]}, 404)["code"] == "not_found"
    order = caller.post("/orders", {"quote_id": foreign["id"]}, 201)
    assert stranger.send("GET", f"/orders/{order['id']}").status_code == 404
    assert stranger.post(
        f"/orders/{order['id']}/status", {"fulfillment_system": "ERP-MFG", "status": "shipped"}, 404
    )
    for member in ("status", "total", "tenant", "number"):
        refused = caller.post("/orders", {"quote_id": foreign["id"], member: "x"}, 400)
        assert refused["errors"][0]["pointer"] == f"/{member}"


def test_the_page_s_status_call_ships_the_line_of_its_system(caller: Caller) -> None:
    order = ordered(caller)
    heard = report(caller, order, "shipped", tracking="1Z999")
    assert heard["applied"] is True
    after = heard["order"]
    assert after["status"] == "partially_shipped"
    assert line(after, "VX-2000")["status"] == "shipped"
    assert line(after, "CARE-PLUS")["status"] == "pending"
    [erp, contracts] = after["fulfillments"]
    assert (erp["system"], erp["status"], erp["lines_total"]) == ("ERP-MFG", "shipped", 1)
    assert (erp["lines_by_status"], erp["tracking"]) == ({"shipped": 1}, ["1Z999"])
    assert (contracts["system"], contracts["status"]) == ("CONTRACTS", "pending")


def test_units_of_a_line_are_counted(caller: Caller) -> None:
    order = ordered(caller, {"sku": "VX-2000", "quantity": 10})
    [sold] = order["lines"]

    def some(status: str, quantity: int, event: str) -> Json:
        lines = [{"line_id": sold["id"], "quantity": quantity}]
        return report(caller, order, status, lines=lines, event_id=event)

    first = some("shipped", 4, "e1")
    assert first["order"]["lines"][0]["quantity_by_status"] == {"pending": 6, "shipped": 4}
    assert first["order"]["status"] == "partially_shipped"
    assert some("shipped", 4, "e1")["ignored_because"] == "replay"
    second = some("delivered", 4, "e2")
    assert second["order"]["lines"][0]["quantity_by_status"] == {"pending": 6, "delivered": 4}
    third = some("shipped", 6, "e3")
    assert third["order"]["lines"][0]["quantity_by_status"] == {"delivered": 4, "shipped": 6}
    over = some("shipped", 3, "e4")
    assert (over["applied"], over["over_shipped"]) == (False, True)
    last = some("delivered", 6, "e5")
    assert last["order"]["lines"][0]["quantity_by_status"] == {"delivered": 10}
    assert last["order"]["status"] == "completed"


def test_what_is_no_news_is_kept_and_changes_nothing(caller: Caller) -> None:
    order = ordered(caller, UNITS)
    report(caller, order, "shipped", occurred_at="2026-11-21T08:00:00Z")
    back = report(caller, order, "in_progress", occurred_at="2026-11-21T08:30:00Z")
    assert (back["applied"], back["ignored_because"]) == (False, "backward")
    late = report(caller, order, "held", occurred_at="2026-11-21T07:00:00Z")
    assert (late["applied"], late["ignored_because"]) == (False, "late")
    impossible = report(caller, order, "rejected", occurred_at="2026-11-21T09:00:00Z")
    assert impossible["ignored_because"] == "not_possible"
    history = impossible["order"]["history"]
    assert [each["what"] for each in history] == ["placed", "reported", *["ignored"] * 3]
    assert [each["details"].get("ignored_because") for each in history[2:]] == [
        "backward", "late", "not_possible",
    ]  # fmt: skip


def test_a_line_may_be_spoken_of_twice_in_one_report(caller: Caller) -> None:
    order = ordered(caller, {"sku": "VX-2000", "quantity": 3})
    [sold] = order["lines"]
    lines = [
        {"line_id": sold["id"], "quantity": 1, "status": "delivered"},
        {"line_id": sold["id"], "quantity": 1, "status": "held"},
    ]
    heard = report(caller, order, "shipped", lines=lines)
    assert heard["order"]["lines"][0]["quantity_by_status"] == {
        "delivered": 1, "held": 1, "pending": 1,
    }  # fmt: skip
    told = caller.send("GET", f"/events?type=fulfillment.updated&subject={order['id']}").json()[
        "data"
    ]
    assert [each["status"] for each in told[0]["data"]["lines"]] == ["delivered", "held"]


def test_more_units_than_there_are_are_flagged(caller: Caller) -> None:
    order = ordered(caller, UNITS)
    lines = [{"line_id": order["lines"][0]["id"], "quantity": 9}]
    heard = report(caller, order, "shipped", lines=lines)
    assert (heard["applied"], heard["over_shipped"]) == (True, True)
    assert heard["order"]["lines"][0]["quantity_by_status"] == {"shipped": 4}


def test_what_cannot_be_heard_is_named(caller: Caller) -> None:
    order = ordered(caller, UNITS, CARE)
    path, system = f"/orders/{order['id']}/status", {"fulfillment_system": "ERP-MFG"}

    def refused(body: Json, status: int = 422) -> tuple[str, str]:
        answer = caller.post(path, system | body, status)
        return answer["errors"][0]["code"], answer["errors"][0]["pointer"]

    care = line(order, "CARE-PLUS")["id"]
    unit = line(order, "VX-2000")["id"]
    shipped = {"status": "shipped"}
    assert refused({"fulfillment_system": "NOBODY", **shipped}) == (
        "unknown_system", "/fulfillment_system",
    )  # fmt: skip
    assert refused({**shipped, "lines": [{"line_id": care}]}) == (
        "unknown_order_line", "/lines/0",
    )  # fmt: skip
    assert refused({**shipped, "lines": [{"line_id": unit, "quantity": 0}]}) == (
        "quantity_out_of_range", "/lines/0/quantity",
    )  # fmt: skip
    assert refused({**shipped, "lines": []}) == ("no_lines", "/lines")
    assert refused({**shipped, "occurred_at": "2026-11-21T09:36:00Z"}) == (
        "in_the_future", "/occurred_at",
    )  # fmt: skip
    assert refused({**shipped, "occurred_at": "yesterday"}) == ("not_an_instant", "/occurred_at")
    assert caller.post(path, system | {"status": "lost"}, 400)["errors"][0]["pointer"] == "/status"
    stale = caller.send("POST", path, system | shipped, **{"if-match": '"7"'})
    assert stale.status_code == 412
    assert caller.send("GET", f"/orders/{order['id']}").json() == order


def test_orders_are_listed_the_newest_first(program: Caller, outsider: Caller) -> None:
    first, second = ordered(program, UNITS), ordered(program, UNITS)
    page = program.send("GET", "/orders?limit=1").json()
    assert [each["id"] for each in page["data"]] == [second["id"]]
    rest = program.send("GET", f"/orders?limit=1&cursor={page['next_cursor']}").json()
    assert [each["id"] for each in rest["data"]] == [first["id"]]
    assert rest["next_cursor"] is None
    assert program.send("GET", "/orders?status=completed").json()["data"] == []
    assert outsider.send("GET", "/orders").json()["data"] == []
    assert outsider.send("GET", f"/orders?cursor={page['next_cursor']}").status_code == 422
