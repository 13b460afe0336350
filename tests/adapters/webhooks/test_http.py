import base64
import hashlib
import hmac
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from adapters.webhooks.http import HttpReceivers, Limits
from engine.ports.webhooks import Delivered, Message, Trouble
from tests.adapters.webhooks.receiver import Receiver, Script, answering

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OTHER = "whsec_" + base64.b64encode(bytes(range(24))).decode()
QUICK = Limits(seconds=0.5, seconds_to_connect=0.3)
SENT = 1_795_262_400
FINE = answering("200 OK", b"thanks")

Play = Callable[[Script], Receiver]


@pytest.fixture
def play() -> Iterator[Play]:
    with ExitStack() as receivers:

        def start(script: Script) -> Receiver:
            receiver = Receiver(script)
            receivers.callback(receiver.close)
            return receiver

        yield start


def message(url: str, body: bytes = b'{"type":"order.placed"}', *secrets: str) -> Message:
    return Message(
        url=url,
        delivery_id="dlv_1",
        timestamp=SENT,
        body=body,
        secrets=secrets or (SECRET,),
    )


def told(receiver: Receiver, limits: Limits = QUICK) -> Delivered:
    return HttpReceivers([receiver.target], limits).deliver(message(receiver.url))


def test_a_message_arrives_signed(play: Play) -> None:
    receiver = play(FINE)
    receivers = HttpReceivers([receiver.target])
    delivered = receivers.deliver(message(receiver.url, b'{"n":1}', SECRET, OTHER))
    assert delivered.is_accepted
    assert (delivered.status, delivered.error, delivered.answer) == (200, "", "thanks")
    [request] = receiver.requests
    head, _, body = request.partition(b"\r\n\r\n")
    lines = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    assert head.startswith(b"POST /hooks HTTP/1.1\r\n")
    assert body == b'{"n":1}'
    assert lines["Content-Type"] == "application/json"
    assert (lines["webhook-id"], lines["webhook-timestamp"]) == ("dlv_1", "1795262400")
    right = [
        base64.b64encode(
            hmac.new(key, b'dlv_1.1795262400.{"n":1}', hashlib.sha256).digest()
        ).decode()
        for key in (bytes(range(32)), bytes(range(24)))
    ]
    assert lines["webhook-signature"] == f"v1,{right[0]} v1,{right[1]}"


def test_a_connection_is_used_again_by_its_thread_only(play: Play) -> None:
    receiver = play(FINE)
    receivers = HttpReceivers([receiver.target])
    for _ in range(5):
        assert receivers.deliver(message(receiver.url)).is_accepted
    assert (len(receiver.requests), receiver.connections) == (5, 1)
    other = threading.Thread(target=receivers.deliver, args=(message(receiver.url),))
    other.start()
    other.join()
    assert (len(receiver.requests), receiver.connections) == (6, 2)


def test_each_call_over_one_connection_has_its_own_time(play: Play) -> None:
    def slowly(caller: socket.socket) -> None:
        time.sleep(0.3)
        FINE(caller)

    receiver = play(slowly)
    receivers = HttpReceivers([receiver.target], QUICK)
    assert [receivers.deliver(message(receiver.url)).status for _ in range(3)] == [200] * 3
    assert receiver.connections == 1


@pytest.mark.parametrize("status", [400, 401, 404, 410, 429, 500, 503])
def test_another_status_than_2xx_is_a_refusal(play: Play, status: int) -> None:
    delivered = told(play(answering(f"{status} No", b"because")))
    assert not delivered.is_accepted
    assert (delivered.status, delivered.error) == (status, Trouble.REFUSED)
    assert delivered.answer == "because"
    assert delivered.is_gone is (status == 410)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_failure_and_not_followed(play: Play, status: int) -> None:
    elsewhere = play(FINE)
    receiver = play(answering(f"{status} Moved", b"", f"Location: {elsewhere.url}"))
    receivers = HttpReceivers([receiver.target, elsewhere.target], QUICK)
    delivered = receivers.deliver(message(receiver.url))
    assert (delivered.status, delivered.error) == (status, Trouble.REDIRECT)
    assert elsewhere.requests == []


@pytest.mark.parametrize(
    ("wish", "seconds"),
    [("120", 120), ("0", 0), ("9" * 500, int("9" * 19)), ("soon", None), ("-5", None), ("", None)],
)
def test_what_the_receiver_asks_for_is_told(play: Play, wish: str, seconds: int | None) -> None:
    delivered = told(play(answering("503 Busy", b"", f"Retry-After: {wish}")))
    assert delivered.retry_after == seconds


def test_a_day_and_a_time_to_come_back_are_told_in_seconds(play: Play) -> None:
    for away, seconds in ((3_600, 3_600), (-60, 0)):
        day = format_datetime(datetime.fromtimestamp(SENT + away, UTC), usegmt=True)
        receiver = play(answering("429 Busy", b"", f"Retry-After: {day}"))
        assert told(receiver).retry_after == seconds


def hang(caller: socket.socket) -> None:
    caller.recv(1)


def drip(caller: socket.socket) -> None:
    for each in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 200:
        caller.sendall(bytes([each]))
        time.sleep(0.05)


def hang_up(caller: socket.socket) -> None:
    caller.close()


def many_headers(caller: socket.socket) -> None:
    caller.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(100_000):
        caller.sendall(b"X-%d: %s\r\n" % (number, b"y" * 100))


def garbage(caller: socket.socket) -> None:
    caller.sendall(b"\x00\xffgarbage\r\n\r\n" * 100)


def long_line(caller: socket.socket) -> None:
    caller.sendall(b"HTTP/1.1 200 " + b"x" * 100_000)


def only_continue(caller: socket.socket) -> None:
    caller.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 9)


@pytest.mark.parametrize(
    ("script", "trouble"),
    [
        (hang, Trouble.TIMEOUT),
        (drip, Trouble.TIMEOUT),
        (hang_up, Trouble.CLOSED_EARLY),
        (many_headers, Trouble.NOT_HTTP),
        (garbage, Trouble.NOT_HTTP),
        (long_line, Trouble.NOT_HTTP),
        (only_continue, Trouble.TIMEOUT),
    ],
)
def test_misbehaviour_ends_in_time_and_has_a_name(
    play: Play, script: Script, trouble: Trouble
) -> None:
    receiver = play(script)
    delivered = told(receiver)
    assert (delivered.status, delivered.error) == (None, trouble)
    assert delivered.elapsed_ms < 5_000
    assert len(receiver.requests) == 1


def without_end(caller: socket.socket) -> None:
    caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
    while True:
        caller.sendall(b"x" * 1_000_000)


def test_of_a_large_answer_only_the_beginning_is_read(play: Play) -> None:
    receiver = play(without_end)
    tracemalloc.start()
    delivered = told(receiver)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (delivered.status, delivered.answer) == (200, "x" * 1_000)
    assert most < 8_000_000


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: 10\r\n\r\nabc",
        b"Transfer-Encoding: chunked\r\n\r\nno chunk",
        b"Content-Encoding: gzip\r\n\r\nno gzip",
    ],
)
def test_the_status_counts_whatever_becomes_of_the_rest(play: Play, rest: bytes) -> None:
    def script(caller: socket.socket) -> None:
        caller.sendall(b"HTTP/1.1 202 Accepted\r\n" + rest)
        caller.close()

    receiver = play(script)
    receivers = HttpReceivers([receiver.target], QUICK)
    for _ in range(2):
        delivered = receivers.deliver(message(receiver.url))
        assert (delivered.status, delivered.error) == (202, "")


def test_an_answer_is_cut_to_a_thousand_characters_without_null(play: Play) -> None:
    delivered = told(play(answering("500 Oops", b"\0\xff" + b"z" * 3_000)))
    assert delivered.answer == "\ufffd\ufffd" + "z" * 998


@pytest.mark.parametrize(
    ("url", "trouble"),
    [
        ("https://127.0.0.1/", Trouble.NOT_ALLOWED),
        ("https://2130706433/", Trouble.NOT_ALLOWED),
        ("https://[::1]/", Trouble.NOT_ALLOWED),
        ("https://localhost:8443/", Trouble.NOT_ALLOWED),
        ("https://93.184.216.34:8444/", Trouble.NOT_ALLOWED),
        ("https://me:mine@93.184.216.34/", Trouble.NOT_ALLOWED),
        ("http://93.184.216.34/", Trouble.NOT_ALLOWED),
        ("http://127.0.0.1:9/", Trouble.NOT_ALLOWED),
        ("file:///etc/passwd", Trouble.NOT_ALLOWED),
        ("https://", Trouble.NOT_ALLOWED),
        ("nonsense", Trouble.NOT_ALLOWED),
        ("https://nothing.invalid/", Trouble.UNRESOLVED),
    ],
)
def test_what_must_not_be_called_is_not_called(url: str, trouble: Trouble) -> None:
    limits = Limits(seconds=20, seconds_to_connect=20)
    delivered = HttpReceivers([], limits).deliver(message(url))
    assert (delivered.status, delivered.error) == (None, trouble)


def test_only_the_exact_target_is_called_without_tls(play: Play) -> None:
    receiver, other = play(FINE), play(FINE)
    receivers = HttpReceivers([receiver.target], QUICK)
    for url in (other.url, f"http://localhost:{receiver.port}/", f"https://{receiver.target}/"):
        assert receivers.deliver(message(url)).error == Trouble.NOT_ALLOWED
    assert receiver.requests == other.requests == []


def test_a_receiver_nobody_listens_for_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    receivers = HttpReceivers([f"127.0.0.1:{port}"], QUICK)
    delivered = receivers.deliver(message(f"http://127.0.0.1:{port}/"))
    assert delivered.error == Trouble.UNREACHABLE


def test_neither_proxy_nor_password_of_the_machine_is_used(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    receiver = play(FINE)
    assert told(receiver).is_accepted
