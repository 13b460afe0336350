"""One line of JSON per request, and nothing in it that a caller sent."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from connector import logs
from connector.assembly import assemble
from connector.surface import Surface
from engine.hub import Hub
from tests.connector.conftest import Handlers, a_doorman
from tests.connector.wire import JSON, SECRETS, Wire, signed

PLANTED = "planted-5150"
MEMBERS = {
    "request_id",
    "method",
    "surface",
    "operation",
    "status",
    "tenant",
    "ms",
    "received",
    "sent",
    "event",
    "level",
    "timestamp",
}


@pytest.fixture
def out() -> Iterator[io.BytesIO]:
    """The log while the test runs."""
    out = io.BytesIO()
    logs.configure("info", out)
    yield out
    logs.configure("info", io.BytesIO())


@pytest.fixture
def wire(out: io.BytesIO, hub: Hub, surface: Surface, handlers: Handlers) -> Wire:
    assert handlers
    assert out.getvalue() == b""
    return Wire(assemble(hub, [surface], a_doorman(hub, 0)))


def lines(out: io.BytesIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_request_is_one_line(wire: Wire, out: io.BytesIO) -> None:
    body = b'{"QuoteListType":"ProductCategory"}'
    reply = wire.post("/superoffice/GetQuoteList", body, JSON | signed() | {"x-request-id": "t-1"})
    [line] = lines(out)
    assert set(line) == MEMBERS
    assert line["request_id"] == "t-1"
    assert (line["method"], line["surface"], line["operation"]) == (
        "POST",
        "superoffice",
        "GetQuoteList",
    )
    assert (line["status"], line["tenant"]) == (200, "CustA")
    assert (line["received"], line["sent"]) == (len(body), len(reply.content))
    assert line["ms"] > 0


def test_a_client_that_hung_up_is_written_down_as_499(wire: Wire, out: io.BytesIO) -> None:
    headers = JSON | signed() | {"transfer-encoding": "chunked"}
    wire.ask("POST", "/superoffice/GetQuoteList", [b"{", None], headers)
    assert [line["status"] for line in lines(out)] == [499]


def test_nothing_a_caller_sends_is_written_down(
    wire: Wire, handlers: Handlers, out: io.BytesIO
) -> None:
    def defect(body: dict[str, Any]) -> object:
        local = body["ConfigValues"]  # kept alive where a trace could show it
        raise ValueError(f"cannot work with {local}")

    handlers["TestConnection"] = handlers["GetProducts"] = defect
    settings = {"ConfigValues": {"password": PLANTED}}
    products = {"Context": {}, "ErpProductKeys": [PLANTED]} | settings
    odd = signed() | JSON | {"x-header": PLANTED, "x-request-id": f"{PLANTED} "}
    wire.post("/superoffice/TestConnection", settings)
    wire.post("/superoffice/GetProducts", products, odd)
    wire.post(f"/superoffice/GetProducts?q={PLANTED}", products, odd)
    wire.post(f"/superoffice/{PLANTED}", settings)
    wire.post("/superoffice/GetProducts", {"ErpProductKeys": PLANTED})
    wire.post("/superoffice/GetProducts", f'{{"{PLANTED}'.encode())
    wire.post("/superoffice/GetProducts", {}, JSON | signed("CustA", PLANTED))
    wire.get(f"/{PLANTED}")
    text = out.getvalue().decode()
    assert PLANTED not in text
    assert SECRETS["CustA"] not in text
    assert len(lines(out)) >= 8


def test_a_defect_is_kept_with_its_place_and_the_id_its_caller_was_told(
    wire: Wire, handlers: Handlers, out: io.BytesIO
) -> None:
    def defect(_body: object) -> object:
        raise ZeroDivisionError(PLANTED)

    handlers["GetProducts"] = defect
    reply = wire.post("/superoffice/GetProducts", {"Context": {}, "ErpProductKeys": []})
    [kept] = [line for line in lines(out) if line["event"] == "defect"]
    assert kept["request_id"] == reply.json()["request_id"]
    assert (kept["level"], kept["operation"]) == ("error", "GetProducts")
    [raised] = kept["exception"]
    assert raised["kind"] == "ZeroDivisionError"
    assert raised["at"][-1].endswith(" defect")
    assert "test_logs.py:" in raised["at"][-1]


def test_what_libraries_log_is_json_too(out: io.BytesIO) -> None:
    logging.getLogger("some.library").warning("disk is %s", "slow\nforged line")
    logging.getLogger("some.library").debug("too fine")
    [line] = lines(out)
    assert (line["logger"], line["event"], line["level"]) == (
        "some.library",
        "disk is slow\nforged line",
        "warning",
    )


@pytest.mark.parametrize(("level", "count"), [("debug", 1), ("info", 1), ("warning", 0)])
def test_the_level_decides_what_is_written(
    hub: Hub, surface: Surface, level: str, count: int
) -> None:
    out = io.BytesIO()
    logs.configure(level, out)
    Wire(assemble(hub, [surface], a_doorman(hub, 0))).get("/health")
    logs.configure("info", io.BytesIO())
    assert [line["event"] for line in lines(out)].count("request") == count
