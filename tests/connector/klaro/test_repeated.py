"""What has been said may be said again: a client that heard no answer asks once more."""

from typing import Any

import pytest

from tests.connector.klaro.conftest import Reader
from tests.connector.klaro.quotations import latest, make, put
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import get

Json = dict[str, Any]
WAYS = {
    "active": ["active"],
    "hold": ["active", "hold"],
    "won": ["active", "won"],
    "lost": ["lost"],
}


@pytest.mark.parametrize("status", WAYS)
def test_the_same_again_changes_nothing(bo: Reader, caller: Caller, status: str) -> None:
    quotation = make(bo)
    for each in WAYS[status]:
        put(bo, quotation, status=each, log_message=f"to {each}")
    before = get(caller, latest(caller), "?expand=history")
    again = put(bo, quotation, status=status, log_message=f"to {status}")
    assert (again["status"], again["log_message"]) == (status, f"to {status}")
    assert put(bo, quotation, status=status)["status"] == status
    assert get(caller, before, "?expand=history") == before


@pytest.mark.parametrize(
    "members",
    [
        {"log_message": "later"},
        {"status": "won", "log_message": "later"},
        {"status": "won", "qualifiers": {"scope": "service"}},
        {"status": "lost"},
    ],
)
def test_what_is_won_takes_nothing_new(bo: Reader, caller: Caller, members: Json) -> None:
    quotation = make(bo)
    for each in WAYS["won"]:
        put(bo, quotation, status=each)
    before = get(caller, latest(caller), "?expand=history")
    assert put(bo, quotation, 1, 409, **members)["meta"]["reason"] == "illegal_transition"
    assert get(caller, before, "?expand=history") == before


def test_what_is_ordered_may_be_ordered_again(bo: Reader, caller: Caller) -> None:
    quotation = make(bo)
    put(bo, quotation, status="active")
    asked: Json = {"status": "won", "order_status": "received", "log_message": "goes"}
    ordered = put(bo, quotation, **asked)
    before = get(caller, latest(caller), "?expand=history")
    assert put(bo, quotation, **asked) == ordered
    assert get(caller, before, "?expand=history") == before
