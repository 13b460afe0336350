"""Tokens that let callers in: asked for once, renewed in time, and never told to anybody."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.erp.odata.doors import Client, ClientCredentials
from adapters.http import Guard
from engine.ports.outcomes import Declined, Denied, Postponed, PushError
from tests.adapters.serving import Asked, Reply, Server, said

SECRET = "s3cret & more"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(lambda _: said({"access_token": "t1", "expires_in": 3600}))
    yield server
    server.close()


@pytest.fixture
def door(server: Server) -> Callable[..., ClientCredentials]:
    def built(*, in_header: bool = False, scope: str = "") -> ClientCredentials:
        client = Client(
            url=f"{server.url}/token", id="hub", secret=SECRET, scope=scope, in_header=in_header
        )
        guard = Guard(seconds=5, largest=100_000, plain=frozenset({server.address}))
        return ClientCredentials(client, guard)

    return built


Doors = Callable[..., ClientCredentials]


def test_a_token_is_asked_for_with_a_form(server: Server, door: Doors) -> None:
    assert door(scope="a/.default").headers() == {"Authorization": "Bearer t1"}
    [asked] = server.asked
    assert (asked.method, asked.path) == ("POST", "/token")
    assert asked.body == (
        b"grant_type=client_credentials&client_id=hub&client_secret=s3cret+%26+more"
        b"&scope=a%2F.default"
    )
    assert "authorization" not in asked.headers


def test_or_with_a_header(server: Server, door: Doors) -> None:
    door(in_header=True).headers()
    [asked] = server.asked
    assert asked.headers["authorization"] == "Basic aHViOnMzY3JldCAmIG1vcmU="
    assert asked.body == b"grant_type=client_credentials"


def test_many_threads_ask_once(server: Server, door: Doors) -> None:
    one = door()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: one.headers(), range(32)))
    assert len(server.asked) == 1
    assert len(found) == 32


def test_who_gives_no_token_holds_nobody_up_for_long(server: Server, door: Doors) -> None:
    """One waits for it; the others are sent away, and find that out at the same time."""
    silent = threading.Event()

    def answer(_: Asked) -> Reply:
        silent.wait(20)
        return Reply(status=503)

    server.answer = answer
    one = door()
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(one.headers) for _ in range(4)]
        told = [each.exception() for each in asked]
        silent.set()
    assert all(isinstance(each, Postponed) for each in told)
    assert len(server.asked) <= 2  # whoever comes right after the first one may try again


@pytest.mark.parametrize("lives", [0, -5, None, "soon", [1], {}])
def test_a_token_of_no_known_life_is_not_kept_for_long(
    server: Server, door: Doors, lives: object
) -> None:
    server.answer = lambda _: said({"access_token": "t1", "expires_in": lives})
    one = door()
    assert one.headers() == {"Authorization": "Bearer t1"}


def test_only_the_token_that_was_used_is_dropped(server: Server, door: Doors) -> None:
    one = door()
    used = one.headers()
    server.answer = lambda _: said({"access_token": "t2", "expires_in": 3600})
    assert one.renew(used)
    assert one.renew(used)
    assert one.headers() == {"Authorization": "Bearer t2"}
    assert one.renew(used)
    assert one.headers() == {"Authorization": "Bearer t2"}
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (said({"error": "invalid_client", "error_description": SECRET}, 401), Denied),
        (said({"error": "invalid_scope"}, 400), Denied),
        (Reply(status=403, body=SECRET.encode()), Denied),
        (Reply(status=404), Declined),
        (Reply(status=500), Postponed),
        (Reply(body=b"<html>"), Postponed),
        (said([]), Postponed),
        (said({"access_token": 5}), Postponed),
        (said({"access_token": ""}), Postponed),
        (said({"access_token": "a\r\nX: y"}), Postponed),
        (said({"access_token": "a b"}), Postponed),
        (said({"access_token": "a" * 20_000}), Postponed),
    ],
)
def test_whatever_is_answered_has_an_outcome(
    server: Server, door: Doors, reply: Reply, outcome: type[PushError]
) -> None:
    server.answer = lambda _: reply
    with pytest.raises(outcome) as caught:
        door().headers()
    assert SECRET not in str(caught.value)


def test_a_client_does_not_show_its_secret(door: Doors) -> None:
    assert SECRET not in repr(Client(url="x", id="y", secret=SECRET))
    assert SECRET not in repr(door())
