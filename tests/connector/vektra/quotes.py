"""What the tests of quotes do again and again."""

from typing import Any

from tests.connector.vektra.conftest import Caller

Json = dict[str, Any]
UNITS = {"sku": "VX-2000", "quantity": 4}
CARE = {"sku": "CARE-PLUS", "quantity": 4}


def make(caller: Caller, *lines: Json, **members: object) -> Json:
    body = {"account_id": "ACME", "lines": list(lines) or [UNITS, CARE], **members}
    return caller.post("/quotes", body, 201)


def act(caller: Caller, quote: Json, name: str, status: int = 200, **body: object) -> Json:
    return caller.post(f"/quotes/{quote['id']}/{name}", body, status)


def get(caller: Caller, quote: Json, query: str = "") -> Json:
    answer = caller.send("GET", f"/quotes/{quote['id']}{query}")
    assert answer.status_code == 200, answer.text
    read: Json = answer.json()
    return read


def ids(caller: Caller, query: str) -> list[str]:
    answer = caller.send("GET", f"/quotes{query}")
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["data"]]
