"""What the tests of services do again and again."""

from typing import Any

from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import act, get, make

Json = dict[str, Any]
PLAN = {"sku": "CARE-PLUS", "quantity": 4}


def order(caller: Caller, quote: Json, **members: object) -> Json:
    """The order of a quote that everybody agrees to."""
    if act(caller, quote, "submit")["status"] == "in_approval":
        act(caller, quote, "approve")
    act(caller, quote, "accept")
    return caller.post("/orders", {"quote_id": quote["id"], **members}, 201)


def contract_of(
    caller: Caller,
    *lines: Json,
    account: str = "HARBOR",
    currency: str = "USD",
    **members: object,
) -> Json:
    """The one contract that ordering these lines makes."""
    quote = make(caller, *(lines or (PLAN,)), account_id=account, currency=currency)
    [contract] = order(caller, quote, **members)["contracts"]
    return read(caller, contract)


def read(caller: Caller, contract_id: str) -> Json:
    answer = caller.send("GET", f"/services/{contract_id}")
    assert answer.status_code == 200, answer.text
    read_: Json = answer.json()
    return read_


def do(caller: Caller, contract: Json, action: str, status: int = 200, **members: object) -> Json:
    return caller.post(f"/services/{contract['id']}", {"action": action, **members}, status)


def wrong(answer: Json) -> list[tuple[str, str]]:
    return [(each["pointer"], each["code"]) for each in answer["errors"]]


__all__ = ["PLAN", "Json", "act", "contract_of", "do", "get", "make", "order", "read", "wrong"]
