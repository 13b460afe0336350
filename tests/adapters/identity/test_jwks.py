import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
import responses
from cryptography.hazmat.primitives.asymmetric import rsa

from adapters.http import GuardedSession
from adapters.identity.jwks import AddressSource, FileSource, JsonWebKeySets
from engine.kernel.errors import Unavailable

FIRST, SECOND, THIRD = (
    rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key() for _ in range(3)
)
URL = "https://online.superoffice.com/login/.well-known/jwks"
OTHER_URL = "https://qaonline.superoffice.com/login/.well-known/jwks"


def key_set(**keys: rsa.RSAPublicKey) -> dict[str, object]:
    def number(value: int) -> str:
        raw = value.to_bytes((value.bit_length() + 7) // 8, "big")
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    return {
        "keys": [
            {
                "kty": "RSA",
                "kid": kid,
                "n": number(key.public_numbers().n),
                "e": number(key.public_numbers().e),
            }
            for kid, key in keys.items()
        ]
    }


class HandTimer:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def timer() -> HandTimer:
    return HandTimer()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(key_set(a=FIRST)))
    return path


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def address(timer: HandTimer) -> Iterator[Callable[..., AddressSource]]:
    with GuardedSession() as session:
        yield lambda url=URL: AddressSource(url, session, timer)


Address = Callable[..., AddressSource]


def within_seconds(holds: Callable[[], bool]) -> bool:
    """Whether `holds` comes true in the next five seconds."""
    ends_at = time.monotonic() + 5
    while not holds() and time.monotonic() < ends_at:
        time.sleep(0.01)
    return holds()


def test_keys_of_a_file_are_found_by_their_exact_name(file: Path) -> None:
    keys = JsonWebKeySets.of(str(file))
    assert keys.find("a") == FIRST
    assert keys.find("A") is None
    assert keys.find("") is None


def test_an_unknown_key_makes_the_file_be_read_at_once(file: Path, timer: HandTimer) -> None:
    keys = JsonWebKeySets([FileSource(file, timer)])
    before = keys.version
    assert keys.find("b") is None
    file.write_text(json.dumps(key_set(a=FIRST, b=SECOND)))
    assert keys.find("b") == SECOND
    assert keys.version > before


def test_a_withdrawn_key_is_gone_within_a_second(file: Path, timer: HandTimer) -> None:
    keys = JsonWebKeySets([FileSource(file, timer)])
    assert keys.find("a") == FIRST
    before = keys.version
    file.write_text(json.dumps(key_set(b=SECOND)))
    timer.seconds += 0.9
    assert keys.version == before
    timer.seconds += 0.2
    assert keys.version > before
    assert keys.find("a") is None


def test_a_key_whose_numbers_change_is_another_key(file: Path) -> None:
    keys = JsonWebKeySets.of(str(file))
    assert keys.find("a") == FIRST
    before = keys.version
    file.write_text(json.dumps(key_set(a=THIRD)))
    assert keys.find("other") is None
    assert keys.version > before
    assert keys.find("a") == THIRD


def test_a_file_written_anew_with_the_same_keys_changes_nothing(
    file: Path, timer: HandTimer
) -> None:
    keys = JsonWebKeySets([FileSource(file, timer)])
    keys.find("a")
    before = keys.version
    file.write_text(json.dumps(key_set(a=FIRST), indent=2))
    timer.seconds += 2
    assert keys.version == before


@pytest.mark.parametrize("text", ["", '{"keys": [{"kty"', "[]", "x" * 1_000_001])
def test_a_half_written_file_keeps_the_old_keys(file: Path, timer: HandTimer, text: str) -> None:
    keys = JsonWebKeySets([FileSource(file, timer)])
    keys.find("a")
    before = keys.version
    file.write_text(text)
    timer.seconds += 2
    assert keys.version == before
    assert keys.find("a") == FIRST
    file.write_text(json.dumps(key_set(b=SECOND)))
    timer.seconds += 2
    assert keys.version > before
    assert (keys.find("a"), keys.find("b")) == (None, SECOND)


def test_a_file_that_is_gone_keeps_the_keys_and_an_empty_set_withdraws_all(
    file: Path, timer: HandTimer
) -> None:
    keys = JsonWebKeySets([FileSource(file, timer)])
    keys.find("a")
    file.unlink()
    timer.seconds += 2
    assert keys.find("a") == FIRST
    file.write_text('{"keys": []}')
    timer.seconds += 2
    assert keys.version == 2
    assert keys.find("a") is None


def test_a_source_that_was_never_readable_is_unavailable(tmp_path: Path) -> None:
    keys = JsonWebKeySets.of(str(tmp_path / "none.json"))
    assert keys.version == 0
    with pytest.raises(Unavailable):
        keys.find("a")


def test_without_sources_there_are_no_keys() -> None:
    assert JsonWebKeySets.of("").find("a") is None
    assert JsonWebKeySets.of(" , ").version == 0


def test_sources_stand_side_by_side_and_the_first_one_counts(tmp_path: Path) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    one.write_text(json.dumps(key_set(a=FIRST)))
    two.write_text(json.dumps(key_set(a=SECOND, b=THIRD)))
    keys = JsonWebKeySets.of(f"{one}, {two}, {tmp_path / 'none.json'}")
    assert keys.find("a") == FIRST
    assert keys.find("b") == THIRD
    assert keys.find("c") is None


@pytest.mark.parametrize("place", ["http://keys.example/jwks", "file:///etc/keys.json"])
def test_an_address_that_is_not_https_is_refused(place: str) -> None:
    with pytest.raises(ValueError, match="https"):
        JsonWebKeySets.of(place)


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


def test_of_builds_a_guarded_source_for_an_address(web: responses.RequestsMock) -> None:
    web.get(URL, json=key_set(a=FIRST))
    assert JsonWebKeySets.of(f"{URL},").find("a") == FIRST


def test_an_address_on_this_machine_is_out_of_reach() -> None:
    with pytest.raises(Unavailable):
        JsonWebKeySets.of("https://127.0.0.1/jwks").find("a")
