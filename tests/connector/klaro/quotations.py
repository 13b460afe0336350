"""What the tests of quotations do again and again."""

from typing import Any

from tests.connector.klaro.conftest import Reader
from tests.connector.vektra.conftest import Caller

Json = dict[str, Any]
HOSE = {"sku": "VX-HOS-50", "quantity": 3}
UNITS = {"sku": "VX-2000", "quantity": 4}
CARE = {"sku": "CARE-PLUS", "quantity": 4}
NAMES = {
    *("quotation_id", "revision_id", "user_id", "qualifiers", "status"),
    *("order_status", "log_message", "created_at", "updated_at"),
}
STATE_NAMES = {
    *("editable", "printable", "won", "final", "order", "latest", "states", "order_states"),
}


def make(reader: Reader, *lines: Json, line: str = "vacuums", **members: object) -> int:
    """A quotation of these lines; its id."""
    body = {"account": "ACME", "lines": list(lines) or [HOSE], **members}
    made = reader.post(f"/quotations/{line}", body, 201)
    return int(made["quotation_id"])


def revision(reader: Reader, quotation: int, number: int = 1) -> Json:
    """A revision with its state."""
    found: Json = reader.get(f"/quotation/{quotation}/revision/{number}?state=true")
    return found


def put(
    reader: Reader, quotation: int, number: int = 1, status_code: int = 200, **members: object
) -> Json:
    """What setting data of a revision answers."""
    path = f"/quotation/{quotation}/revision/{number}"
    answered: Json = reader.call("PUT", path, members, status_code)
    return answered


def price(
    reader: Reader, quotation: int, value: object, number: int = 1, status: int = 200
) -> Json:
    """What setting a custom price answers."""
    path = f"/quotation/{quotation}/revision/{number}/summary"
    answered: Json = reader.post(path, {"custom_sales_price": value}, status)
    return answered


def latest(caller: Caller) -> Json:
    """The quote that was made last, as `/api/v1` shows it."""
    found: Json = caller.send("GET", "/quotes?limit=1").json()["data"][0]
    return found
