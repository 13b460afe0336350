"""What has been said may be said again: a client that heard no answer asks once more."""

from typing import Any

import pytest

from tests.connector.klaro.conftest import Reader
from tests.connector.klaro.quotations import latest, make, price, put, revision
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
        {"order_status": "received", "qualifiers": {"scope": "service"}},
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


def test_what_moves_an_order_may_say_why(bo: Reader, caller: Caller) -> None:
    """And nothing else of what is ordered does: not what says once more where it is."""
    quotation = make(bo)
    for each in WAYS["won"]:
        put(bo, quotation, status=each, qualifiers={"scope": "equipment"})
    said = put(bo, quotation, order_status="received", log_message="goes")
    assert (said["order_status"], said["log_message"]) == ("received", "goes")
    before = get(caller, latest(caller), "?expand=history")
    moving_nothing: list[Json] = [{"order_status": "received"}, {"status": "won"}, {}]
    for again in moving_nothing:
        refused = put(bo, quotation, 1, 409, log_message="later", **again)
        assert refused["meta"]["reason"] == "illegal_transition"
        same = put(bo, quotation, log_message="goes", qualifiers={"scope": "equipment"}, **again)
        assert same == said
    assert get(caller, before, "?expand=history") == before
    ended = put(bo, quotation, order_status="cancelled", log_message="no longer")
    assert (ended["order_status"], ended["log_message"]) == ("cancelled", "no longer")


def test_a_new_revision_says_why(bo: Reader, caller: Caller) -> None:
    quotation = make(bo)
    put(bo, quotation, status="active")
    put(bo, quotation, status="in_process", log_message="They want two")
    told = get(caller, latest(caller), "?expand=history")["history"]
    [revised] = [each for each in told if each["what"] == "revised"]
    assert revised["details"] == {"comment": "They want two"}


def test_what_waits_takes_a_word_with_what_is_asked_again(bo: Reader, caller: Caller) -> None:
    quotation = make(bo)
    price(bo, quotation, 1)
    for word in ("please", "please!"):
        put(bo, quotation, 1, 409, status="active", log_message=word)
        assert revision(bo, quotation)["log_message"] == word
    assert get(caller, latest(caller))["status"] == "in_approval"


def test_what_is_ordered_may_be_ordered_again(bo: Reader, caller: Caller) -> None:
    quotation = make(bo)
    put(bo, quotation, status="active")
    asked: Json = {"status": "won", "order_status": "received", "log_message": "goes"}
    ordered = put(bo, quotation, **asked)
    before = get(caller, latest(caller), "?expand=history")
    assert put(bo, quotation, **asked) == ordered
    assert get(caller, before, "?expand=history") == before
