"""Every call ends in an answer or in a named outcome, and reads what is exact exactly."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from adapters.http import Guard
from adapters.rest import Rest, json_of
from adapters.watch import MOST_FAILURES, Watch
from engine.ports.outcomes import Declined, Denied, Postponed, PushError, Uncertain

Script = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def playing(script: Script) -> Iterator[tuple[Rest, list[str]]]:
    """A system that plays a script to whoever asks, with the requests it heard."""
    heard: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do(self) -> None:
            heard.append(f"{self.command} {self.path}")
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with suppress(OSError):
                script(self)

        do_GET = do_POST = do  # noqa: N815 (the library's names)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    port = server.server_port
    guard = Guard(seconds=2.0, largest=50_000, plain=frozenset({("127.0.0.1", port)}))
    try:
        yield Rest(f"http://127.0.0.1:{port}", lambda: {"X-Key": "k"}, guard), heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def says(status: int, body: bytes = b"{}", **headers: str) -> Script:
    def script(to: BaseHTTPRequestHandler) -> None:
        to.send_response(status)
        for name, value in headers.items():
            to.send_header(name.replace("_", "-"), value)
        to.send_header("Content-Length", str(len(body)))
        to.end_headers()
        to.wfile.write(body)

    return script


def outcome(rest: Rest, method: str) -> PushError:
    with pytest.raises(PushError) as raised:
        json_of(rest.call(method, "/orders", writes=method != "GET"), writes=method != "GET")
    return raised.value


def test_numbers_are_read_exactly() -> None:
    with playing(says(200, b'{"net": 10708.800000000000000001, "n": 3}')) as (rest, heard):
        found = json_of(rest.get("/orders", {"q": "a b"}), writes=False)
    assert found == {"net": Decimal("10708.800000000000000001"), "n": 3}
    assert heard == ["GET /orders?q=a+b"]


@pytest.mark.parametrize("status", [400, 404, 409, 412, 422])
def test_what_the_system_objects_to_is_its_adapters_to_read(status: int) -> None:
    with playing(says(status, b'{"error": "no"}')) as (rest, _):
        found = rest.call("POST", "/orders", body=b"{}")
    assert (found.status, found.is_ok, found.json()) == (status, False, {"error": "no"})


@pytest.mark.parametrize("status", [401, 403])
def test_who_lets_us_in_no_longer_says_so(status: int) -> None:
    with playing(says(status, b"<html>no entry</html>")) as (rest, _):
        assert isinstance(outcome(rest, "GET"), Denied)


def test_who_is_asked_too_often_says_when_to_come_back() -> None:
    with playing(says(429, Retry_After="17")) as (rest, _):
        refused = outcome(rest, "POST")
    assert isinstance(refused, Postponed)
    assert refused.retry_after == 17


def resets(to: BaseHTTPRequestHandler) -> None:
    to.connection.close()


def floods(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.end_headers()
    for _ in range(100):
        to.wfile.write(b"x" * 10_000)
    to.close_connection = True


def drips(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.send_header("Content-Length", "1000")
    to.end_headers()
    over = threading.Event()
    for _ in range(40):
        to.wfile.write(b" ")
        to.wfile.flush()
        over.wait(0.1)


@pytest.mark.parametrize(
    "script",
    [
        *(says(500), says(502, b"<html>"), says(504)),
        *(says(200, b"<html>hello</html>"), says(200, b'{"a": NaN}'), says(200, b"[" * 40_000)),
        *(resets, floods, drips),
        says(200, b"\x1f\x8b", Content_Encoding="gzip"),
    ],
    ids=[
        *("broken", "no way", "too late", "a page", "no number", "too deep"),
        *("reset", "flood", "drip", "packed"),
    ],
)
def test_an_answer_that_is_lost_is_uncertain_only_for_what_writes(script: Script) -> None:
    with playing(script) as (rest, heard):
        assert isinstance(outcome(rest, "GET"), Postponed)
        assert isinstance(outcome(rest, "POST"), Uncertain)
    assert len(heard) == 2


@pytest.mark.parametrize("script", [floods, says(200, b"\x1f\x8b", Content_Encoding="gzip")])
def test_a_system_whose_answers_are_never_whole_is_left_alone(script: Script) -> None:
    with playing(script) as (rest, heard):
        rest._guard = replace(rest._guard, watch=Watch())
        told = [str(outcome(rest, "GET")) for _ in range(MOST_FAILURES + 2)]
    assert len(heard) == MOST_FAILURES
    assert [each for each in told if "left alone" in each] == told[MOST_FAILURES:]


def test_few_answers_are_read_at_once() -> None:
    with playing(drips) as (rest, heard):
        rest._guard = replace(rest._guard, watch=Watch(at_once=2))
        with ThreadPoolExecutor(3) as pool:
            for _ in range(3):
                pool.submit(outcome, rest, "GET")
            pause = threading.Event()
            while len(heard) < 2:
                pause.wait(0.05)
            pause.wait(0.5)
            assert len(heard) == 2


def test_what_points_elsewhere_is_not_followed() -> None:
    with playing(says(302, Location="http://127.0.0.1:1/")) as (rest, heard):
        assert isinstance(outcome(rest, "POST"), Declined)
    assert heard == ["POST /orders"]


def test_what_never_left_may_be_sent_again() -> None:
    with playing(says(200)) as (rest, _):
        pass
    assert isinstance(outcome(rest, "POST"), Postponed)


def test_an_address_that_must_not_be_called_is_not() -> None:
    rest = Rest("http://127.0.0.1:9", dict)
    assert isinstance(outcome(rest, "POST"), Declined)
    rest = Rest("https://127.0.0.1", dict)
    assert isinstance(outcome(rest, "POST"), Postponed)
