"""A bundle is sold as one line and fulfilled as what it holds."""

import json
from typing import Any

from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.test_orders import line, ordered, report

Json = dict[str, Any]
BUNDLE = {
    "sku": "VX-STARTER",
    "name": "Starter set",
    "category": "VX",
    "components": [
        {"sku": "VX-1200", "quantity": 1},
        {"sku": "VX-FLT-M", "quantity": 3},
        {"sku": "VX-TRN-OPS", "quantity": 1},
    ],
}
PRICE = {"price_list": "USD-STD", "sku": "VX-STARTER", "list_price": 7000}


def imported(program: Caller, whole: Json) -> Json:
    answer = program.send("POST", "/catalog/imports", json.dumps(whole).encode())
    assert answer.status_code == 200, answer.text
    read: Json = answer.json()
    return read


def test_a_bundle_is_taken_apart_and_is_as_far_as_its_components(program: Caller) -> None:
    report_of = imported(program, {"products": [BUNDLE], "entries": [PRICE]})
    assert report_of["rejected"] == []
    order = ordered(program, {"sku": "VX-STARTER", "quantity": 2})
    bundle = line(order, "VX-STARTER")
    parts = [each for each in order["lines"] if each["parent"] == bundle["id"]]
    assert [(each["sku"], each["quantity"], each["fulfillment_system"]) for each in parts] == [
        ("VX-1200", 2, "ERP-MFG"), ("VX-FLT-M", 6, "ERP-MFG"), ("VX-TRN-OPS", 2, "FIELD-SERVICE"),
    ]  # fmt: skip
    assert bundle["fulfillment_system"] is None
    assert bundle["net_total"] == order["totals"]["net"]
    assert [each["net_total"] for each in parts] == [0, 0, 0]
    assert [each["waits_for"] for each in parts] == [None, None, "ERP-MFG"]
    [event] = program.send("GET", "/events?type=order.decomposed").json()["data"]
    assert event["data"]["components"] == [each["id"] for each in parts]
    after = report(program, order, "shipped")["order"]
    assert after["status"] == "partially_shipped"
    assert [each["lines_total"] for each in after["fulfillments"]] == [2, 1]
    assert line(after, "VX-STARTER")["status"] == "pending"
    field = {"fulfillment_system": "FIELD-SERVICE"}
    report(program, order, "delivered")
    done = report(program, order, "completed", **field)["order"]
    assert done["status"] == "completed"
    assert line(done, "VX-STARTER")["status"] == "delivered"


def test_odd_components_are_refused_by_name(program: Caller) -> None:
    odd = {**BUNDLE, "components": [{"sku": "VX-1200", "quantity": 0}]}
    [rejected] = imported(program, {"products": [odd]})["rejected"]
    assert rejected["column"] == "components/0/quantity"
