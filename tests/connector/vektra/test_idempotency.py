"""A request that comes again under its key is answered again, and done once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.connector.vektra.conftest import Caller

Json = dict[str, Any]
BODY: Json = {"account_id": "ACME", "lines": [{"sku": "VX-2000", "quantity": 4}]}


def under(key: str) -> dict[str, str]:
    return {"idempotency-key": key}


def count(caller: Caller) -> int:
    found, path = 0, "/quotes?limit=200"
    while True:
        page = caller.send("GET", path).json()
        found += len(page["data"])
        if page["next_cursor"] is None:
            return found
        path = f"/quotes?limit=200&cursor={page['next_cursor']}"


def test_a_repeated_request_is_answered_again(caller: Caller) -> None:
    first = caller.send("POST", "/quotes", BODY, **under("once"))
    made = count(caller)
    again = caller.send("POST", "/quotes", BODY, **under("once"))
    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert count(caller) == made


def test_members_in_another_order_are_the_same_request(caller: Caller) -> None:
    first = caller.send("POST", "/quotes", BODY, **under("order"))
    turned = dict(reversed(BODY.items()))
    assert caller.send("POST", "/quotes", turned, **under("order")).content == first.content


def test_another_request_under_the_key_is_a_conflict(caller: Caller) -> None:
    first = caller.send("POST", "/quotes", BODY, **under("taken")).json()
    for path, body in (
        ("/quotes", BODY | {"title": "other"}),
        (f"/quotes/{first['id']}/submit", {}),
    ):
        answer = caller.send("POST", path, body, **under("taken"))
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    assert caller.send("GET", f"/quotes/{first['id']}").json()["status"] == "draft"


def test_a_refused_request_stores_nothing_under_its_key(caller: Caller) -> None:
    wrong = BODY | {"account_id": "NOBODY"}
    assert caller.send("POST", "/quotes", wrong, **under("free")).status_code == 422
    made = caller.send("POST", "/quotes", BODY, **under("free"))
    assert made.status_code == 201
    assert "idempotent-replayed" not in made.headers


def test_an_act_is_done_once(caller: Caller) -> None:
    quote = caller.post("/quotes", BODY, 201)
    path = f"/quotes/{quote['id']}/lines"
    line = {"sku": "VX-HOS-50", "quantity": 1}
    first = caller.send("POST", path, line, **under("line"))
    again = caller.send("POST", path, line, **under("line"))
    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    assert len(caller.send("GET", f"/quotes/{quote['id']}").json()["lines"]) == 2


@pytest.mark.parametrize("key", ["", "a b", "x" * 256])
def test_a_malformed_key_is_refused(caller: Caller, key: str) -> None:
    answer = caller.send("POST", "/quotes", BODY, **under(key))
    assert answer.status_code == 400


def test_keys_are_the_tenants_own(caller: Caller, stranger: Caller) -> None:
    mine = caller.send("POST", "/quotes", BODY, **under("shared")).json()
    theirs = stranger.send("POST", "/quotes", BODY, **under("shared"))
    assert theirs.status_code == 201
    assert theirs.json()["id"] != mine["id"]
    assert "idempotent-replayed" not in theirs.headers


def test_many_at_the_same_instant_make_one_quote(caller: Caller) -> None:
    before = count(caller)
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: caller.send("POST", "/quotes", BODY, **under("race")), range(8))
        )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotent-replayed" in answer.headers for answer in answers) == 7
    assert count(caller) == before + 1


def test_many_edits_at_the_same_instant_are_all_kept(caller: Caller) -> None:
    quote = caller.post("/quotes", BODY, 201)
    path = f"/quotes/{quote['id']}"
    line = {"sku": "VX-HOS-50", "quantity": 1}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: caller.send("POST", f"{path}/lines", line), range(8)))
    assert {answer.status_code for answer in answers} == {201}
    whole = caller.send("GET", f"{path}?expand=history").json()
    assert len(whole["lines"]) == 9
    assert [entry["what"] for entry in whole["history"]] == ["created", *["line_added"] * 8]


def test_of_many_who_saw_the_same_one_writes(caller: Caller) -> None:
    quote = caller.post("/quotes", BODY, 201)
    path = f"/quotes/{quote['id']}"
    seen = {"if-match": '"1"'}
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda n: caller.send("PATCH", path, {"title": str(n)}, **seen), range(8))
        )
    assert sorted(answer.status_code for answer in answers) == [200, *[412] * 7]
