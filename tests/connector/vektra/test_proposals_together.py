"""Many at a time: numbers without gap or twin, and one acceptance."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from starlette.testclient import TestClient

from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.proposing import Visitor, offered, propose
from tests.connector.vektra.quotes import act, get

T = TypeVar("T")


def together(count: int, work: Callable[[int], T]) -> list[T]:
    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(work, range(count)))


def test_numbers_are_given_once_and_stand_in_the_document(program: Caller) -> None:
    quotes = [offered(program) for _ in range(2)]
    made = together(12, lambda place: propose(program, quotes[place % 2], format="json"))
    numbers = sorted(each["number"] for each in made)
    assert numbers == [f"P-2026-{count:06d}" for count in range(1, 13)]
    for each in made:
        assert f'"number":"{each["number"]}"' in each["content"]


def test_one_key_makes_one_proposal(program: Caller) -> None:
    quote = offered(program)
    key = {"Idempotency-Key": "all-at-once"}
    answers = together(
        6, lambda _: program.send("POST", f"/proposals/{quote['id']}", {"format": "pdf"}, **key)
    )
    assert {each.status_code for each in answers} == {201}
    assert len({each.content for each in answers}) == 1
    assert len(program.send("GET", f"/quotes/{quote['id']}/proposals").json()["data"]) == 1


def test_it_is_accepted_once_or_not_at_all(program: Caller, hub_client: TestClient) -> None:
    quote = offered(program)
    visitor = Visitor(hub_client, propose(program, quote))

    def one(place: int) -> int:
        if place == 3:
            return program.send("POST", f"/quotes/{quote['id']}/decline").status_code
        return visitor.accept(f"Visitor {place}").status_code

    answers = together(6, one)
    assert set(answers) <= {303, 200, 409}
    after = get(program, quote, "?expand=history")
    happened = [each["what"] for each in after["history"]]
    assert happened.count("accepted") + happened.count("declined") == 1
    assert after["status"] in {"accepted", "declined"}


def test_what_is_accepted_is_what_was_shown(program: Caller, hub_client: TestClient) -> None:
    """A revision in the same instant wins or loses as a whole."""
    quote = offered(program)
    visitor = Visitor(hub_client, propose(program, quote))

    def one(place: int) -> object:
        return visitor.accept("Ada") if place else program.send(
            "POST", f"/quotes/{quote['id']}/revise"
        )  # fmt: skip

    together(2, one)
    after = get(program, quote)
    assert (after["status"], after["version"]) in {("accepted", 1), ("draft", 2)}
    if after["status"] == "draft":
        act(program, quote, "submit")
        visitor.accept("Ada")
        assert get(program, quote)["status"] == "approved"
