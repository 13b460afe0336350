"""What the edge lets in, and what it says about what it does not."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from connector import edge
from connector.surface import DEFAULT_LIMIT, Surface
from tests.connector.conftest import Handlers
from tests.connector.wire import JSON, Wire, signed

PATH = "/superoffice/GetQuoteList"
BODY = b'{"QuoteListType":"ProductCategory"}'
AS_A = JSON | signed()


def test_a_sane_request_id_comes_back_and_any_other_is_replaced(wire: Wire) -> None:
    sane = wire.post(PATH, BODY, AS_A | {"x-request-id": "Trace-7.b_c"})
    odd = wire.post(PATH, BODY, AS_A | {"x-request-id": "a b"})
    long = wire.post(PATH, BODY, AS_A | {"x-request-id": "a" * 65})
    assert sane.headers["x-request-id"] == "Trace-7.b_c"
    made = {odd.headers["x-request-id"], long.headers["x-request-id"]}
    assert len(made) == 2
    assert all(name.startswith("req_") for name in made)


def test_every_answer_forbids_sniffing_and_storing(wire: Wire) -> None:
    for reply in (wire.post(PATH, BODY), wire.post(PATH, b"{"), wire.get("/health")):
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["cache-control"] == "no-store"
        assert int(reply.headers["content-length"]) == len(reply.content)


def test_a_body_without_announced_length_is_read(wire: Wire) -> None:
    chunks = [BODY[:5], b"", BODY[5:20], BODY[20:]]
    reply = wire.ask("POST", PATH, chunks, AS_A | {"transfer-encoding": "chunked"})
    assert (reply.status, reply.json()) == (200, ["ProductCategory"])


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        'Application/JSON;charset="UTF-8"',
        "application/json;charset=utf8",
    ],
)
def test_json_in_utf8_is_read(wire: Wire, content_type: str) -> None:
    assert wire.post(PATH, BODY, signed() | {"content-type": content_type}).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": ""},
        {"content-type": "text/json"},
        {"content-type": "application/jsonp"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": "application/json; charset=iso-8859-1"},
        {"content-type": "application/json, text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        JSON | {"content-encoding": "gzip"},
        JSON | {"content-encoding": "br"},
    ],
    ids=str,
)
def test_any_other_body_is_refused_and_named(wire: Wire, headers: dict[str, str]) -> None:
    reply = wire.post(PATH, BODY, signed() | headers)
    assert reply.status == 415
    assert reply.json()["code"] == "unsupported_media_type"
    assert reply.headers["content-type"] == "application/problem+json"


def test_identity_is_no_encoding(wire: Wire) -> None:
    assert wire.post(PATH, BODY, AS_A | {"content-encoding": "identity"}).status == 200


def test_a_body_of_the_limit_is_read_and_one_byte_more_is_not(wire: Wire) -> None:
    frame = b'{"QuoteListType":"x","Y":""}'
    largest = frame[:-2] + b"y" * (DEFAULT_LIMIT - len(frame)) + frame[-2:]
    assert len(largest) == 4 * 1024 * 1024
    assert wire.post(PATH, largest).status == 200
    reply = wire.post(PATH, largest + b" ")
    assert (reply.status, reply.json()["code"]) == (413, "too_large")


def test_a_body_that_announces_too_much_is_not_read_at_all(wire: Wire) -> None:
    headers = AS_A | {"content-length": str(DEFAULT_LIMIT + 1)}
    assert wire.ask("POST", PATH, [None], headers).status == 413


def test_a_body_that_grows_too_large_is_read_no_further(wire: Wire) -> None:
    megabyte = b" " * 1024 * 1024
    chunks = [megabyte, megabyte, megabyte, megabyte, b" ", None]
    reply = wire.ask("POST", PATH, chunks, AS_A | {"transfer-encoding": "chunked"})
    assert reply.status == 413


def test_a_surface_may_set_limits_of_its_own(superoffice_surface: Surface) -> None:
    special = replace(superoffice_surface, limits={"/GetQuoteList": 10})
    assert special.limit("/superoffice/GetQuoteList") == 10
    assert special.limit("/superoffice/GetProduct") == DEFAULT_LIMIT


def test_a_body_that_does_not_come_is_waited_for_within_bounds(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "BODY_SECONDS", 0.05)
    headers = AS_A | {"transfer-encoding": "chunked"}
    reply = wire.ask("POST", PATH, [b'{"Quote', b"List"], headers, falls_silent=True)
    assert (reply.status, reply.json()["code"]) == (408, "timeout")
    assert reply.headers["connection"] == "close"


def test_a_client_that_hangs_up_is_no_error(wire: Wire, handlers: Handlers) -> None:
    asked: list[object] = []
    handlers["GetQuoteList"] = asked.append
    reply = wire.ask("POST", PATH, [BODY[:5], None], AS_A | {"transfer-encoding": "chunked"})
    assert (reply.status, asked) == (0, [])


def test_headers_have_a_bound(wire: Wire) -> None:
    assert wire.post(PATH, BODY, AS_A | {"x-large": "x" * 30_000}).status == 200
    assert wire.post(PATH, BODY, AS_A | {"x-large": "x" * 33_000}).status == 431


def test_a_path_has_a_bound(wire: Wire) -> None:
    assert wire.post(f"{PATH}/{'x' * 3_900}", BODY, AS_A).status == 404
    assert wire.post(f"{PATH}/{'x' * 4_000}", BODY, AS_A).status == 414


@pytest.mark.parametrize("name", ["authorization", "content-type", "content-encoding"])
def test_a_header_that_decides_may_be_given_once(wire: Wire, name: str) -> None:
    pairs = [*AS_A.items(), (name, AS_A.get(name, "identity")), (name, "x")]
    if name == "authorization":
        pairs.append((name, signed()[name]))
    reply = wire.ask("POST", PATH, [BODY], pairs)
    assert reply.status == 400


@pytest.mark.parametrize("length", ["", "-1", "1e3", "0x10", "9" * 40, "\u00b2"])
def test_a_length_is_a_number(wire: Wire, length: str) -> None:
    assert wire.ask("POST", PATH, [BODY], AS_A | {"content-length": length}).status == 400


def test_a_query_is_ascii_and_otherwise_without_effect(wire: Wire) -> None:
    assert wire.post(PATH + "?x=1", BODY).json() == ["ProductCategory"]
    assert wire.post(PATH + "?x=\u00e6", BODY).status == 400


@pytest.mark.parametrize(
    ("method", "path", "body", "headers"),
    [
        ("POST", PATH, BODY, JSON),
        ("POST", PATH, b"{", JSON),
        ("POST", PATH, BODY, {"content-type": "text/plain"}),
        ("POST", PATH, BODY, JSON | {"content-length": str(DEFAULT_LIMIT + 1)}),
        ("POST", PATH, BODY, JSON | {"content-encoding": "gzip"}),
        ("POST", PATH + "?\u00e6", BODY, JSON),
        ("POST", "/superoffice/NoSuchOperation", BODY, JSON),
        ("POST", "/superoffice/getquotelist", BODY, JSON),
        ("POST", PATH + "/", BODY, JSON),
        ("POST", "/superoffice", BODY, JSON),
        ("GET", PATH, b"", {}),
        ("DELETE", PATH, b"", {}),
        ("OPTIONS", PATH, b"", {}),
        ("HEAD", PATH, b"", {}),
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "credentials",
    [{}, signed("CustA", "wrong"), {"authorization": "Bearer x.y.z"}],
    ids=["none", "wrong", "bearer"],
)
def test_whoever_proves_nothing_learns_nothing(
    wire: Wire,
    method: str,
    path: str,
    body: bytes,
    headers: dict[str, str],
    credentials: dict[str, str],
) -> None:
    reply = wire.ask(method, path, [body], headers | credentials)
    assert reply.status == 401
    challenge = reply.headers["www-authenticate"]
    assert ('error="invalid_token"' in challenge) is ("Bearer" in str(credentials))
    assert challenge.startswith('Bearer realm="quotewright"')
    assert challenge.endswith('Basic realm="quotewright", charset="UTF-8"')


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/superoffice/NoSuchOperation", 404),
        ("POST", "/superoffice/getquotelist", 404),
        ("POST", PATH + "/", 404),
        ("POST", PATH + "/x", 404),
        ("POST", "/superoffice/", 404),
        ("POST", "/superoffice", 404),
        ("POST", "//superoffice/GetQuoteList", 404),
        ("POST", "/Superoffice/GetQuoteList", 404),
        ("POST", "/superofficeX/GetQuoteList", 404),
        ("POST", "/", 404),
        ("GET", PATH, 405),
        ("PUT", PATH, 405),
        ("TRACE", PATH, 405),
        ("OPTIONS", PATH, 405),
    ],
)
def test_callers_are_told_what_there_is_not(
    wire: Wire, method: str, path: str, status: int
) -> None:
    reply = wire.ask(method, path, [BODY], AS_A)
    assert reply.status == status
    assert reply.json()["status"] == status
    assert (reply.headers.get("allow") == "POST") is (status == 405)
    assert "location" not in reply.headers


def test_a_post_without_body_is_told_what_it_needs(wire: Wire) -> None:
    reply = wire.ask("POST", PATH, [b""], AS_A)
    assert (reply.status, reply.json()["code"]) == (400, "invalid_body")
    assert wire.ask("POST", PATH, [b""], signed()).status == 400


def test_a_websocket_is_closed(wire: Wire) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:  # noqa: ANN401 (an ASGI message)
        sent.append(message)

    asyncio.run(wire.app({"type": "websocket", "path": PATH, "headers": []}, receive, send))  # type: ignore[arg-type]
    assert sent == [{"type": "websocket.close", "code": 1008}]
