"""What the tests of changes to orders do again and again."""

from datetime import timedelta
from typing import Any

from engine.hub import Hub
from engine.kernel.clock import FixedClock
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import UNITS, act, get, make

Json = dict[str, Any]
HOSE = {"sku": "VX-HOS-50", "quantity": 10}


def order_of(caller: Caller, *lines: Json, **members: object) -> Json:
    """An order of lines, four units where none are named."""
    quote = make(caller, *(lines or (UNITS,)), **members)
    act(caller, quote, "submit")
    if get(caller, quote)["status"] == "in_approval":
        act(caller, quote, "approve")
    act(caller, quote, "accept")
    return caller.post("/orders", {"quote_id": quote["id"]}, 201)


def read(caller: Caller, order: Json) -> Json:
    found: Json = caller.send("GET", f"/orders/{order['id']}").json()
    return found


def change(caller: Caller, order: Json, status: int = 200, **body: object) -> Json:
    return caller.post(f"/orders/{order['id']}/change", body, status)


def line(order: Json, **members: object) -> Json:
    """A change to the first line of an order."""
    return {"line_id": order["lines"][0]["id"], **members}


def report(caller: Caller, order: Json, status: str, quantity: int | None = None) -> Json:
    """What the factory says of the first line, or of so many units of it."""
    body: Json = {"fulfillment_system": "ERP-MFG", "status": status}
    if quantity is not None:
        body["lines"] = [line(order, quantity=quantity)]
    return caller.post(f"/orders/{order['id']}/status", body)


def later(hub: Hub, days: int) -> None:
    """So many days go by."""
    clock = hub.clock
    assert isinstance(clock, FixedClock)
    clock.instant += timedelta(days=days)


def codes(refused: Json) -> list[tuple[str, str]]:
    return [(each["pointer"], each["code"]) for each in refused["errors"]]
