"""Requests nobody's client library writes, over a plain socket: each is answered, none hangs."""

import base64
import json
import socket
from collections.abc import Iterator
from http.client import HTTPMessage, HTTPResponse
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

SECRET = b"CustDemo:demo-shared-secret-0123456789abcdef"  # the demo prints it
SIGNED = b"Authorization: Basic " + base64.b64encode(SECRET)
JSON = b"Content-Type: application/json"
PATH = b"/superoffice/GetQuoteList"
BODY = b'{"QuoteListType":"PaymentTerms"}'
PATIENCE = 5
"""Seconds any answer may take."""
LIMIT = 4 * 1024 * 1024


class Reply(NamedTuple):
    status: int
    headers: HTTPMessage
    content: bytes

    def code(self) -> str:
        assert self.headers["content-type"] == "application/problem+json"
        assert int(self.headers["content-length"]) == len(self.content)
        return str(json.loads(self.content)["code"])


class Line:
    """One connection."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.socket = socket.create_connection((parts.hostname or "", parts.port or 0), PATIENCE)

    def say(self, *raw: bytes) -> None:
        for one in raw:
            self.socket.sendall(one)

    def hear(self, method: str = "POST") -> Reply:
        heard = HTTPResponse(self.socket, method=method)
        heard.begin()
        return Reply(heard.status, heard.headers, heard.read())

    def ask(self, raw: bytes) -> Reply:
        self.say(raw)
        return self.hear(raw.partition(b" ")[0].decode("latin-1"))

    def is_over(self) -> bool:
        return self.socket.recv(1) == b""


@pytest.fixture
def line(unlimited_server: str) -> Iterator[Line]:
    one = Line(unlimited_server)
    yield one
    one.socket.close()


def head(*headers: bytes, method: bytes = b"POST", path: bytes = PATH) -> bytes:
    return b"\r\n".join([method + b" " + path + b" HTTP/1.1", b"Host: hub", *headers, b"", b""])


def request(
    *headers: bytes, method: bytes = b"POST", path: bytes = PATH, body: bytes = BODY
) -> bytes:
    return head(SIGNED, JSON, length(body), *headers, method=method, path=path) + body


def length(body: bytes) -> bytes:
    return b"Content-Length: %d" % len(body)


def chunked(body: bytes, size: int) -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def test_what_a_client_would_rather_accept_changes_nothing(line: Line) -> None:
    usual = line.ask(request())
    assert (usual.status, usual.headers["content-type"]) == (200, "application/json")
    assert json.loads(usual.content)[0]["ERPQuoteListItemKey"] == "NET30"
    for wish in (
        b"Accept: text/xml",
        b"Accept: ;;;q=,\xff",
        b"Accept-Charset: utf-16",
        b"Accept-Encoding: gzip, br, zstd",
        b"Accept-Language: \xe6\xf8",
        b"Range: bytes=0-3",
        b"If-None-Match: *",
        b"Expect: 200-ok",
        b"Origin: https://elsewhere.test",
    ):
        reply = line.ask(request(wish))
        assert (reply.status, reply.content) == (200, usual.content), wish


@pytest.mark.parametrize(
    "method", [b"GET", b"HEAD", b"OPTIONS", b"TRACE", b"PUT", b"PATCH", b"DELETE", b"CONNECT"]
)
def test_a_wrong_method_is_told_to_callers_only(line: Line, method: bytes) -> None:
    told = line.ask(head(SIGNED, method=method))
    assert (told.status, told.headers["allow"]) == (405, "POST")
    if method == b"HEAD":
        assert told.content == b""
    else:
        assert told.code() == "method_not_allowed"
    stranger = line.ask(head(method=method))
    assert stranger.status == 401
    assert "Basic" in stranger.headers["www-authenticate"]


def test_trace_repeats_nothing(line: Line) -> None:
    reply = line.ask(head(SIGNED, b"X-Secret: pssst", method=b"TRACE"))
    assert b"pssst" not in reply.content
    assert base64.b64encode(SECRET) not in reply.content


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (PATH + b"?a=1&a=2&b=%00&c=%ff", 200),
        (PATH + b"?" + b"a" * 40_000, 200),
        (PATH + b"?" + b"a" * 70_000, 400),
        (PATH + b"#fragment", 200),
        (b"/superoffice/%47etQuoteList", 200),
        (b"http://hub" + PATH, 200),
        (b"/superoffice/" + b"a" * 20_000, 414),
        (b"/superoffice/getquotelist", 404),
        (PATH + b"/", 404),
        (PATH + b";v=1", 404),
        (b"/superoffice//GetQuoteList", 404),
        (b"/superoffice/../superoffice/GetQuoteList", 404),
        (b"/superoffice/%00", 404),
        (b"/superoffice/%zz%ff%c3", 404),
        (b"/superoffice", 404),
        ("/superoffice/Æ".encode(), 400),
        (b"*", 404),
    ],
    ids=lambda value: repr(value[-20:]) if isinstance(value, bytes) else None,
)
def test_odd_addresses_lead_nowhere_else(line: Line, path: bytes, status: int) -> None:
    assert line.ask(request(path=path)).status == status


def test_a_body_may_come_in_pieces_of_unknown_number(line: Line) -> None:
    start = head(SIGNED, JSON, b"Transfer-Encoding: chunked")
    assert line.ask(start + chunked(BODY, 7)).status == 200
    whole = b"%x;name=value\r\n%s\r\n0\r\nX-Trailer: t\r\n\r\n" % (len(BODY), BODY)
    assert line.ask(start + whole).status == 200
    line.say(start, *(chunked(BODY, 1)[at : at + 1] for at in range(len(chunked(BODY, 1)))))
    assert line.hear().status == 200
    assert line.ask(start + b"0\r\n\r\n").code() == "invalid_body"


@pytest.mark.parametrize(
    "raw",
    [
        request(b"Transfer-Encoding: chunked", body=chunked(BODY, 9)),
        request(b"Content-Length: 5"),
        head(SIGNED, JSON, b"Content-Length: many") + BODY,
        head(SIGNED, JSON, b"Content-Length: -1") + BODY,
        head(SIGNED, JSON, b"Transfer-Encoding: gzip") + BODY,
        head(SIGNED, JSON, b"Transfer-Encoding: chunked") + b"zz\r\n",
        request(method=b"BREW"),
        request(method=b"post"),
        request().replace(b"HTTP/1.1", b"HTTP/3.7"),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"hello\r\n\r\n",
    ],
    ids=[
        *("length and chunks", "two lengths", "length in words", "negative length"),
        *("packed transfer", "broken chunk", "unknown method", "method in small letters"),
        *("later HTTP", "TLS", "HTTP/2", "no HTTP"),
    ],
)
def test_what_two_readers_could_read_differently_ends_the_connection(
    line: Line, raw: bytes
) -> None:
    line.say(raw)
    assert line.hear().status == 400
    assert line.is_over()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([b"X-%d: y" % number for number in range(500)], 200),
        ([b"X: " + b"y" * 50_000], 431),
        ([SIGNED], 400),
        ([JSON], 400),
        ([b"Content-Encoding: gzip"], 415),
        ([b"X-Request-Id: \xff\xfe"], 200),
        ([b"X-Forwarded-For: 203.0.113.9, \xff", b"Forwarded: for=_hidden"], 200),
    ],
    ids=["many", "large", "signed twice", "typed twice", "packed", "odd id", "odd proxy"],
)
def test_odd_headers_are_read_or_refused(line: Line, headers: list[bytes], status: int) -> None:
    assert line.ask(request(*headers)).status == status


def test_a_client_that_waits_is_told_to_continue(line: Line) -> None:
    line.say(head(SIGNED, JSON, length(BODY), b"Expect: 100-continue"))
    invitation = b"HTTP/1.1 100 Continue\r\n\r\n"
    assert line.socket.recv(len(invitation), socket.MSG_WAITALL) == invitation
    line.say(BODY)
    assert line.hear().status == 200


def test_a_client_that_waits_is_refused_before_it_sends_too_much(line: Line) -> None:
    line.say(head(SIGNED, JSON, b"Content-Length: %d" % (LIMIT + 1), b"Expect: 100-continue"))
    assert line.socket.recv(12, socket.MSG_WAITALL) == b"HTTP/1.1 413"


@pytest.mark.parametrize(
    ("refused", "status"),
    [
        (head(JSON, length(BODY)) + BODY, 401),
        (request(body=b"{"), 400),
        (request(path=b"/superoffice/GetQuoteLists"), 404),
        (request(path=b"/nowhere"), 404),
        (request(method=b"PUT"), 405),
        (request().replace(JSON, b"Content-Type: text/plain"), 415),
        (request(body=b" " * (LIMIT + 1)), 413),
        (
            head(SIGNED, JSON, b"Transfer-Encoding: chunked") + chunked(b" " * LIMIT + b" ", LIMIT),
            413,
        ),
    ],
    ids=["401", "400", "404", "no surface", "405", "415", "413", "413 in chunks"],
)
def test_a_connection_outlives_a_refusal(line: Line, refused: bytes, status: int) -> None:
    assert line.ask(refused).status == status
    assert line.ask(request()).status == 200


def test_a_body_refused_by_its_length_may_still_follow(line: Line) -> None:
    body = b" " * (LIMIT + 1)
    assert line.ask(head(SIGNED, JSON, length(body))).status == 413
    line.say(body)
    assert line.ask(request()).status == 200


def test_requests_in_a_row_are_answered_in_a_row(line: Line) -> None:
    said = [b"X-Request-Id: first", b"X-Request-Id: second", b"X-Request-Id: third"]
    line.say(b"".join(request(each) for each in said), request(b"Connection: close"))
    heard = b""
    while part := line.socket.recv(65_536):
        heard += part
    assert heard.count(b"HTTP/1.1 200 OK") == 4
    places = [heard.index(b"x-request-id: " + name) for name in (b"first", b"second", b"third")]
    assert places == sorted(places)


def test_an_older_client_is_answered_and_left(line: Line) -> None:
    reply = line.ask(request().replace(b"HTTP/1.1", b"HTTP/1.0"))
    assert (reply.status, reply.headers["connection"]) == (200, "close")
    assert line.is_over()


def test_another_protocol_is_not_spoken(line: Line) -> None:
    key = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    offer = [b"Connection: Upgrade", b"Upgrade: websocket", key, b"Sec-WebSocket-Version: 13"]
    assert line.ask(head(SIGNED, *offer, method=b"GET")).status == 405


def test_those_who_hang_up_cost_the_others_nothing(unlimited_server: str, line: Line) -> None:
    for said in (b"POST", head(SIGNED, JSON, length(BODY)), request()[:-5], request()):
        quitter = Line(unlimited_server)
        quitter.say(said)
        quitter.socket.close()
        assert line.ask(request()).status == 200
