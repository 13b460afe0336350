import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
import responses

from adapters.http import GuardedSession
from adapters.identity.jwks import JsonWebKeySets
from adapters.identity.sources import AddressSource
from engine.kernel.errors import Unavailable
from tests.adapters.identity.keys import FIRST, OTHER_URL, SECOND, URL, HandTimer, key_set

Address = Callable[..., AddressSource]


@pytest.fixture
def timer() -> HandTimer:
    return HandTimer()


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def address(timer: HandTimer) -> Iterator[Address]:
    with GuardedSession() as session:
        yield lambda url=URL: AddressSource(url, session, timer)


def within_seconds(holds: Callable[[], bool]) -> bool:
    """Whether `holds` comes true in the next five seconds."""
    ends_at = time.monotonic() + 5
    while not holds() and time.monotonic() < ends_at:
        time.sleep(0.01)
    return holds()


def test_an_address_is_fetched_once_and_held(
    web: responses.RequestsMock, address: Address, timer: HandTimer
) -> None:
    web.get(URL, json=key_set(a=FIRST))
    keys = JsonWebKeySets([address()])
    assert keys.find("a") == FIRST
    timer.seconds += 599
    assert keys.find("a") == FIRST
    assert keys.version == 1
    assert len(web.calls) == 1


def test_an_address_is_fetched_again_after_ten_minutes_without_anybody_waiting(
    web: responses.RequestsMock, address: Address, timer: HandTimer
) -> None:
    web.get(URL, json=key_set(a=FIRST))
    keys = JsonWebKeySets([address()])
    assert keys.find("a") == FIRST
    web.replace(responses.GET, URL, json=key_set(b=SECOND))
    timer.seconds += 600
    assert within_seconds(lambda: keys.version == 2)
    assert len(web.calls) == 2
    assert keys.find("b") == SECOND
    assert keys.find("a") is None


def test_an_unknown_key_asks_an_address_at_most_once_a_minute(
    web: responses.RequestsMock, address: Address, timer: HandTimer
) -> None:
    web.get(URL, json=key_set(a=FIRST))
    keys = JsonWebKeySets([address()])
    keys.find("a")
    timer.seconds += 2
    web.replace(responses.GET, URL, json=key_set(a=FIRST, b=SECOND))
    assert keys.find("b") == SECOND
    assert len(web.calls) == 2
    for _ in range(5):
        assert keys.find("c") is None
    timer.seconds += 59
    assert keys.find("c") is None
    assert len(web.calls) == 2
    timer.seconds += 2
    assert keys.find("c") is None
    assert len(web.calls) == 3


@pytest.mark.parametrize(
    "trouble",
    [
        responses.Response("GET", URL, status=500),
        responses.Response("GET", URL, status=302, headers={"Location": OTHER_URL}),
        responses.Response("GET", URL, body="half a docu"),
        responses.Response("GET", URL, body="x" * 1_000_001),
        responses.Response("GET", URL, body=requests.ConnectionError("no")),
    ],
)
def test_a_failed_fetch_keeps_the_keys_and_rests_for_a_minute(
    web: responses.RequestsMock, address: Address, timer: HandTimer, trouble: responses.Response
) -> None:
    web.get(URL, json=key_set(a=FIRST))
    keys = JsonWebKeySets([address()])
    keys.find("a")
    timer.seconds += 10
    web.replace(trouble)
    assert keys.find("b") is None
    assert keys.find("a") == FIRST
    web.replace(responses.GET, URL, json=key_set(b=SECOND))
    timer.seconds += 59
    assert keys.find("b") is None
    timer.seconds += 2
    assert keys.find("b") == SECOND
    assert len(web.calls) == 3


def test_an_address_that_never_answered_is_unavailable_until_it_does(
    web: responses.RequestsMock, address: Address, timer: HandTimer
) -> None:
    web.get(URL, status=503)
    keys = JsonWebKeySets([address()])
    for _ in range(3):
        with pytest.raises(Unavailable):
            keys.find("a")
    assert len(web.calls) == 1
    web.replace(responses.GET, URL, json=key_set(a=FIRST))
    timer.seconds += 61
    assert keys.find("a") == FIRST


def test_one_environment_out_of_reach_leaves_the_other_usable(
    web: responses.RequestsMock, address: Address
) -> None:
    web.get(URL, status=503)
    web.get(OTHER_URL, json=key_set(a=FIRST))
    keys = JsonWebKeySets([address(URL), address(OTHER_URL)])
    assert keys.find("a") == FIRST
    assert keys.find("b") is None


def test_callers_at_the_same_time_share_one_fetch(
    web: responses.RequestsMock, address: Address
) -> None:
    together = threading.Barrier(8)

    def slow(_: object) -> tuple[int, dict[str, str], str]:
        time.sleep(0.2)
        return 200, {}, json.dumps(key_set(a=FIRST))

    web.add_callback(responses.GET, URL, callback=slow)
    keys = JsonWebKeySets([address()])

    def ask(kid: str) -> object:
        together.wait(5)
        return keys.find(kid)

    with ThreadPoolExecutor(8) as callers:
        found = list(callers.map(ask, ["a", "a", "a", "a", "b", "b", "b", "b"]))
    assert found == [FIRST] * 4 + [None] * 4
    assert len(web.calls) == 1


def test_known_keys_do_not_wait_for_a_slow_fetch(
    web: responses.RequestsMock, address: Address, timer: HandTimer
) -> None:
    web.get(URL, json=key_set(a=FIRST))
    keys = JsonWebKeySets([address()])
    keys.find("a")
    released = threading.Event()

    def stuck(_: object) -> tuple[int, dict[str, str], str]:
        released.wait(5)
        return 200, {}, json.dumps(key_set(a=FIRST, b=SECOND))

    web.remove(responses.GET, URL)
    web.add_callback(responses.GET, URL, callback=stuck)
    timer.seconds += 601
    begun = time.monotonic()
    assert keys.version == 1
    assert keys.find("a") == FIRST
    assert time.monotonic() - begun < 1
    released.set()
    assert keys.find("b") == SECOND
