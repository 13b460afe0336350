"""What SuperOffice orders is the order of `/api/v1`, and how far it is told there too."""

import itertools
from typing import Any

import pytest

from tests.connector.superoffice.conftest import Crm
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.test_crm_quotes import calculated, context, listed, validated

Json = dict[str, Any]
_IDS = itertools.count(30_000)


@pytest.fixture
def quote_id() -> int:
    return next(_IDS)


def placed(seller: Crm, quote_id: int) -> Json:
    """The context of an order of three hoses and a service plan."""
    lines = (listed(seller, 1, "VX-HOS-50", 3), listed(seller, 2, "CARE-PLUS", 1))
    quote = calculated(seller, context(quote_id, *lines))
    validated(seller, quote)
    both = quote["CRMAlternativesWithLines"][0]
    ordering: Json = {
        **quote,
        "CRMAlternativeWithLines": both,
        "UserLanguageCode": "nb-NO",
        "CRMQuoteVersion": {**quote["CRMQuoteVersion"], "State": "Sent"},
    }
    answer = seller.call("PlaceOrder", {"Context": ordering})
    assert answer["IsOk"], answer
    return {**ordering, **{name: answer[name] for name in ("CRMQuote", "CRMQuoteVersion")}}


def order_of(caller: Caller, quote: Json) -> Json:
    number = quote["CRMQuote"]["ERPOrderKey"]
    listed = caller.send("GET", "/orders?limit=200").json()["data"]
    [order_id] = [each["id"] for each in listed if each["number"] == number]
    order: Json = caller.send("GET", f"/orders/{order_id}").json()
    return order


def test_it_is_the_same_order_with_its_lines_routed(
    caller: Caller, seller: Crm, quote_id: int
) -> None:
    quote = placed(seller, quote_id)
    order = order_of(caller, quote)
    assert [(each["sku"], each["fulfillment_system"]) for each in order["lines"]] == [
        ("VX-HOS-50", "ERP-MFG"), ("CARE-PLUS", "CONTRACTS"),
    ]  # fmt: skip
    sold = quote["CRMAlternativeWithLines"]["CRMQuoteLines"]
    assert [each["net_total"] for each in order["lines"]] == [each["TotalPrice"] for each in sold]
    assert len(order["contracts"]) == 1
    repeated = caller.post("/orders", {"quote_id": order["quote_id"]})
    assert repeated["id"] == order["id"]
    types = caller.send("GET", f"/events?subject={order['id']}").json()["data"]
    assert [each["type"] for each in types] == ["order.placed"]


def test_its_state_is_told_in_the_user_s_language_with_what_was_delivered(
    caller: Caller, seller: Crm, quote_id: int
) -> None:
    quote = placed(seller, quote_id)
    assert seller.call("GetOrderState", {"Context": quote}) is None
    order = order_of(caller, quote)
    hose = order["lines"][0]["id"]
    for status, quantity in (("shipped", 3), ("delivered", 2)):
        body = {
            "fulfillment_system": "ERP-MFG",
            "status": status,
            "lines": [{"line_id": hose, "quantity": quantity}],
        }
        caller.post(f"/orders/{order['id']}/status", body)
    state = seller.call("GetOrderState", {"Context": quote})
    assert (state["IsOk"], state["State"]) == (True, "OkWithInfo")
    assert state["UserExplanation"] == (
        f"Ordre {order['number']}: delvis sendt. ERP-MFG: 1 sendt, 2 levert; CONTRACTS: 1 venter."
    )
    assert state["TechExplanation"] == (
        f"Order {order['number']}: partially shipped. "
        "ERP-MFG: 1 shipped, 2 delivered; CONTRACTS: 1 pending."
    )
    lines = state["CRMAlternativeWithLines"]["CRMQuoteLines"]
    assert [each.get("DeliveredQuantity") or 0 for each in lines] == [2, 0]
