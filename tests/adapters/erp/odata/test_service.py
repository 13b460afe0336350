"""One service: pages, tokens against forged requests, and changes that nobody else has made."""

from collections.abc import Callable, Iterator
from decimal import Decimal as D
from threading import Thread

import pytest

from adapters.erp.odata.doors import Basic
from adapters.erp.odata.pages import Version
from adapters.erp.odata.service import Service
from adapters.http import Guard
from adapters.watch import MOST_REFUSALS, Watch
from engine.ports.outcomes import Declined, Denied, Postponed, Uncertain
from tests.adapters.serving import Answering, Asked, Reply, Server, said

Play = Callable[[Answering], Service]


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(lambda _: Reply(status=500))
    yield server
    server.close()


def service(
    server: Server,
    version: Version = Version.V2,
    *,
    token: bool = True,
    watch: Watch | None = None,
) -> Service:
    guard = Guard(seconds=5, largest=100_000, plain=frozenset({server.address}), watch=watch)
    door = Basic("hub", "pass:word")
    return Service(f"{server.url}/srv", version, door, guard, fetches_token=token)


class Forgery:
    """Wants a token, and the cookie it was given with, with everything that writes."""

    def __init__(self) -> None:
        self.given = 0
        self.good = ""

    def __call__(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != "Basic aHViOnBhc3M6d29yZA==":
            return Reply(status=401)
        token = asked.headers.get("x-csrf-token", "")
        if asked.method == "GET":
            if token != "Fetch":
                return said({"d": {"results": []}})
            self.given += 1
            self.good = f"t{self.given}"
            cookie = f"SAP_SESSIONID={self.good}; path=/"
            return said({"d": {"results": []}}, x_csrf_token=self.good, Set_Cookie=cookie)
        cookie = asked.headers.get("cookie", "")
        if token != self.good or cookie != f"SAP_SESSIONID={self.good}":
            return Reply(status=403, headers={"X-CSRF-Token": "Required"})
        return said({"d": {"got": asked.members["n"]}}, 201)


def test_a_token_comes_along_with_what_is_read_first(server: Server) -> None:
    server.answer = forgery = Forgery()
    erp = service(server)
    erp.rows("/A")
    assert erp.make("/A", {"n": "1"}) == {"got": "1"}
    assert erp.make("/A", {"n": "2"}) == {"got": "2"}
    assert forgery.given == 1
    assert [each.method for each in server.asked] == ["GET", "POST", "POST"]


def test_a_token_is_fetched_where_nothing_was_read(server: Server) -> None:
    server.answer = Forgery()
    assert service(server).make("/A", {"n": "1"}) == {"got": "1"}


def test_a_token_that_is_no_longer_good_is_fetched_anew(server: Server) -> None:
    server.answer = forgery = Forgery()
    erp = service(server)
    erp.make("/A", {"n": "1"})
    forgery.good = "another"
    assert erp.make("/A", {"n": "2"}) == {"got": "2"}
    assert forgery.given == 2


def test_tokens_that_are_renewed_are_no_refusals(server: Server) -> None:
    server.answer = forgery = Forgery()
    erp = service(server, watch=Watch())
    for place in range(2 * MOST_REFUSALS):
        erp.make("/A", {"n": str(place)})
        forgery.good = "another"
    assert forgery.given == 2 * MOST_REFUSALS


def test_each_thread_has_a_token_of_its_own(server: Server) -> None:
    server.answer = forgery = Forgery()
    erp = service(server)
    erp.make("/A", {"n": "1"})
    other = Thread(target=lambda: erp.make("/A", {"n": "2"}))
    other.start()
    other.join()
    assert forgery.given == 2


def test_tokens_that_are_never_taken_deny_nobody_entry(server: Server) -> None:
    server.answer = lambda asked: (
        said({"d": {}}, x_csrf_token="t")
        if asked.method == "GET"
        else Reply(status=403, headers={"x-csrf-token": "Required"})
    )
    with pytest.raises(Postponed):
        service(server).make("/A", {"n": "1"})


def test_a_403_for_another_reason_denies_entry(server: Server) -> None:
    server.answer = lambda asked: (
        said({"d": {}}, x_csrf_token="t") if asked.method == "GET" else Reply(status=403)
    )
    with pytest.raises(Denied):
        service(server).make("/A", {"n": "1"})


def test_pages_are_read_to_the_end(server: Server) -> None:
    def pages(asked: Asked) -> Reply:
        place = int(asked.query.get("at", "0"))
        link = {"__next": f"{server.url}/srv/A?at={place + 1}"} if place < 2 else {}
        return said({"d": {"results": [{"n": str(place)}], **link}})

    server.answer = pages
    found = service(server).rows("/A", {"$filter": "Name eq 'a+b c'"})
    assert [each["n"] for each in found] == ["0", "1", "2"]
    assert server.asked[0].query == {"$filter": "Name eq 'a+b c'"}


def test_pages_without_end_are_not_read_for_ever(server: Server) -> None:
    def pages(asked: Asked) -> Reply:
        place = int(asked.query.get("at", "0"))
        return said({"d": {"results": [], "__next": f"/srv/A?at={place + 1}"}})

    server.answer = pages
    with pytest.raises(Declined, match="more than 50 pages"):
        service(server).rows("/A")


def test_credentials_are_not_sent_to_where_a_page_points(server: Server) -> None:
    other = Server(lambda _: said({"d": {"results": []}}))
    try:
        link = {"__next": f"{other.url}/srv/A"}
        server.answer = lambda _: said({"d": {"results": [], **link}})
        with pytest.raises(Declined, match="elsewhere"):
            service(server).rows("/A")
        assert other.asked == []
    finally:
        other.close()


def test_numbers_go_and_come_exactly(server: Server) -> None:
    server.answer = lambda asked: Reply(status=201, body=asked.body)
    erp = service(server, Version.V4, token=False)
    exact = D("12345678901234.00001")
    assert erp.make("/A", {"n": exact}) == {"n": exact}
    assert server.asked[0].body == b'{"n":12345678901234.00001}'


def test_a_change_says_which_state_it_is_made_to(server: Server) -> None:
    server.answer = lambda _: Reply(status=204)
    erp = service(server, Version.V4, token=False)
    erp.change("/A(1)", {"a": "b"}, 'W/"1"')
    erp.remove("/A(1)", "")
    told = [(each.method, each.headers["if-match"]) for each in server.asked]
    assert told == [("PATCH", 'W/"1"'), ("DELETE", "*")]


@pytest.mark.parametrize("body", [b"<html></html>", b"[]", b'{"d": {"results": []}}', b""])
def test_a_write_that_is_answered_oddly_may_have_been_made(server: Server, body: bytes) -> None:
    server.answer = lambda _: Reply(status=201, body=body)
    with pytest.raises(Uncertain):
        service(server, token=False).make("/A", {"n": "1"})


def test_what_is_not_there_is_none(server: Server) -> None:
    server.answer = lambda _: Reply(status=404)
    erp = service(server, token=False)
    assert erp.one("/A('1')") is None
    erp.remove("/A('1')", "x")
    with pytest.raises(Declined):
        erp.rows("/B")
