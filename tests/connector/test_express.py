"""The short way, the ordinary way and the answer at once say the same."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from connector import context
from connector.superoffice import LIGHT
from connector.surface import Surface
from engine.hub import Hub
from engine.kernel.errors import Conflict, Invalid, Unavailable
from tests.connector.conftest import Handlers, Open
from tests.connector.wire import JSON, Reply, Wire, signed

LINE_CHANGED = "OnQuoteLineChanged"
LINE = {"Context": {"UserLanguageCode": "en-US"}, "QuoteLine": {"Quantity": 2, "Status": "Ok"}}
WAYS: dict[str, dict[str, Any]] = {
    "short": {},
    "ordinary": {"short_way": False},
    "at once": {"at_once": True},
}
AS_A = JSON | signed()
TABLE: list[tuple[str, str, bytes, dict[str, str]]] = [
    ("POST", LINE_CHANGED, json.dumps(LINE).encode(), AS_A),
    ("POST", LINE_CHANGED, b'{"CONTEXT":{},"quoteline":{"QUANTITY":12.30,"status":3}}', AS_A),
    ("POST", LINE_CHANGED, b'{"Context":{},"QuoteLine":{"TotalPrice":12.30,"X":[1]}}', AS_A),
    ("POST", LINE_CHANGED + "?a=b", json.dumps(LINE).encode(), AS_A),
    ("POST", LINE_CHANGED, b'{"Context":{},"QuoteLine":{"Quantity":"2"}}', AS_A),
    ("POST", LINE_CHANGED, b'{"Context":{},"QuoteLine":{"Quantity":1,"quantity":2}}', AS_A),
    ("POST", LINE_CHANGED, b'{"Context":{},"QuoteLine":{"Quantity":1,"Quantity":2}}', AS_A),
    ("POST", LINE_CHANGED, b'{"Context":{}}', AS_A),
    ("POST", LINE_CHANGED, b"{", AS_A),
    ("POST", LINE_CHANGED, b"[]", AS_A),
    ("POST", LINE_CHANGED, b"", AS_A),
    ("POST", LINE_CHANGED, b'{"a":NaN}', AS_A),
    ("POST", LINE_CHANGED, b"{}", signed() | {"content-type": "text/plain"}),
    ("POST", LINE_CHANGED, b"{}", AS_A | {"content-encoding": "gzip"}),
    ("POST", LINE_CHANGED, json.dumps(LINE).encode(), JSON),
    ("POST", LINE_CHANGED, b"{", JSON),
    ("POST", LINE_CHANGED, json.dumps(LINE).encode(), JSON | signed("CustA", "wrong")),
    ("POST", LINE_CHANGED, json.dumps(LINE).encode(), JSON | {"authorization": "Bearer x"}),
    ("POST", LINE_CHANGED, json.dumps(LINE).encode(), JSON | signed("CustB")),
    ("POST", "GetQuoteList", b'{"QuoteListType":"x"}', AS_A),
    ("POST", "GetQuoteList", b'{"QuoteListType":null}', AS_A),
    ("POST", "OnBeforeDeleteQuote", b'{"Quote":{"QuoteId":1}}', AS_A),
    ("POST", "GetProducts", b'{"Context":{},"ErpProductKeys":[]}', AS_A),
    ("POST", "PlaceOrder", b'{"Context":{}}', AS_A),
    ("POST", "TestConnection", b'{"ConfigValues":{"a":"b"}}', AS_A),
    ("POST", "GetConfigurationFields", b"{}", AS_A),
    ("POST", "NoSuchOperation", b"{}", AS_A),
    ("POST", LINE_CHANGED + "/", b"{}", AS_A),
    ("GET", LINE_CHANGED, b"", AS_A),
    ("PUT", LINE_CHANGED, b"{}", AS_A),
]


@pytest.fixture
def handlers(handlers: Handlers) -> Handlers:
    """Some of them fail in each of the ways there are."""

    def failing(error: Exception) -> Any:  # noqa: ANN401 (a handler)
        def handler(_body: object) -> object:
            raise error

        return handler

    handlers |= {
        "GetProducts": failing(Unavailable("the store does not answer")),
        "PlaceOrder": failing(Conflict("somebody else was faster")),
        "TestConnection": lambda body: {"IsOk": True, "State": body["ConnectionData"]["a"]},
        "GetConfigurationFields": failing(ZeroDivisionError("a defect")),
    }
    return handlers


def told(reply: Reply) -> tuple[int, Any, dict[str, str]]:
    """A reply without what differs from request to request."""
    text = reply.content.decode().replace(reply.headers["x-request-id"], "<id>")
    kept = ("content-type", "allow", "retry-after", "www-authenticate", "cache-control")
    headers = {name: value for name, value in reply.headers.items() if name in kept}
    return reply.status, json.loads(text) if text else None, headers


def test_all_ways_give_the_same_answer(open_wire: Open) -> None:
    wires = {name: open_wire(**chosen) for name, chosen in WAYS.items()}
    statuses = set()
    for n, (method, operation, body, headers) in enumerate(TABLE):
        path = f"/superoffice/{operation}"
        answers = {
            name: [
                told(wire.ask(method, path, [body], headers, address=f"192.0.2.{n}"))
                for _ in range(2)
            ]
            for name, wire in wires.items()
        }
        assert answers["short"] == answers["ordinary"] == answers["at once"], (operation, body)
        assert answers["short"][0] == answers["short"][1]
        statuses.add(answers["short"][0][0])
    assert statuses == {200, 400, 401, 404, 405, 415, 500, 503}


@pytest.mark.parametrize("way", WAYS)
def test_exact_digits_and_unknown_members_come_back(open_wire: Open, way: str) -> None:
    wire = open_wire(**WAYS[way])
    raw = b'{"Context":{},"QuoteLine":{"TotalPrice":12.30,"Quantity":7,"New":{"a":[0.10,null]}}}'
    for _ in range(2):
        reply = wire.post(f"/superoffice/{LINE_CHANGED}", raw)
        assert reply.content == b'{"TotalPrice":12.30,"Quantity":7,"New":{"a":[0.10,null]}}'


@pytest.mark.parametrize("way", WAYS)
def test_a_failed_sign_in_counts_once_whichever_way_it_takes(open_wire: Open, way: str) -> None:
    wire = open_wire(**WAYS[way])  # which lets three failures pass
    wrong = JSON | signed("CustA", "wrong")
    statuses = [wire.post(f"/superoffice/{LINE_CHANGED}", LINE, wrong).status for _ in range(5)]
    assert statuses == [401, 401, 401, 429, 429]
    assert wire.post(f"/superoffice/{LINE_CHANGED}", LINE).status == 200


@pytest.mark.parametrize("way", WAYS)
def test_a_handler_runs_once_for_its_caller(open_wire: Open, handlers: Handlers, way: str) -> None:
    seen: list[tuple[str, str]] = []

    def handler(_body: object) -> object:
        exchange = context.exchange()
        assert exchange is not None
        seen.append((context.principal().tenant, exchange.operation or "ordinary"))
        raise Invalid("no")

    handlers[LINE_CHANGED] = handler
    wire = open_wire(**WAYS[way])
    for tenant in ("CustA", "CustB"):
        wire.post(f"/superoffice/{LINE_CHANGED}", LINE, JSON | signed(tenant))
    assert [tenant for tenant, _ in seen] == ["CustA", "CustB"]


def threads(wire: Wire, handlers: Handlers, body: dict[str, Any], times: int = 3) -> list[bool]:
    """For each of some calls, whether its handler ran on a thread of its own."""
    import threading  # noqa: PLC0415

    seen: list[bool] = []
    handlers[LINE_CHANGED] = lambda _: seen.append(
        threading.current_thread() is not threading.main_thread()
    )
    for _ in range(times):
        assert wire.post(f"/superoffice/{LINE_CHANGED}", body).status == 200
    return seen


def test_a_light_operation_is_answered_at_once_when_it_is_warm(
    open_wire: Open, handlers: Handlers
) -> None:
    assert threads(open_wire(at_once=True), handlers, LINE) == [True, False, False]
    assert threads(open_wire(), handlers, LINE) == [True, True, True]


def test_a_large_body_is_never_worked_on_at_once(open_wire: Open, handlers: Handlers) -> None:
    wire = open_wire(at_once=True)
    large = {**LINE, "Padding": "x" * LIGHT["OnQuoteLineChanged"]}
    assert threads(wire, handlers, LINE) == [True, False, False]
    assert threads(wire, handlers, large) == [True, True, True]


def test_data_that_changed_are_warm_only_once_a_thread_has_read_them(
    open_wire: Open, handlers: Handlers, hub: Hub
) -> None:
    wire = open_wire(at_once=True)
    assert threads(wire, handlers, LINE) == [True, False, False]
    with hub.administration() as administration:
        tenant = administration.tenants.get("CustA")
        assert tenant is not None
    with hub.unit_of_work("CustA") as uow:
        uow.catalogues.put_settings(uow.catalogues.load().settings)
    assert hub.standing("CustA") != tenant
    assert threads(wire, handlers, LINE) == [True, False, False]


@contextmanager
def no_transactions(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Inside, whoever opens a transaction fails."""

    def refuse(*_: object) -> None:
        raise AssertionError("a light operation opened a transaction")

    with monkeypatch.context() as patched:
        for door in ("unit_of_work", "reading", "administration"):
            patched.setattr(hub, door, refuse)
        yield


@pytest.mark.parametrize("operation", sorted(LIGHT))
def test_a_light_operation_opens_no_transaction_once_it_is_warm(
    hub: Hub,
    operation: str,
    superoffice_surface: Surface,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    post = superoffice_surface.document["paths"][f"/{operation}"]["post"]
    examples = post["requestBody"]["content"]["application/json"]["examples"]
    body = next(iter(examples.values()))["value"]
    answer = superoffice_surface.voiced(operation, superoffice_surface.find(operation))
    standing = hub.standing("CustA")
    assert standing is not None
    caller = context.Principal("CustA", standing.revision, "basic")
    with context.use(caller, hub):
        first = answer(json.loads(json.dumps(body)))
        with no_transactions(hub, monkeypatch):
            again = answer(json.loads(json.dumps(body)))
    assert first.status == 200
    assert again == first
