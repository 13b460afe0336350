"""What a tenant's administrator cannot do to connections, and what is no business of others."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from connector.worker.loop import Worker
from engine.connections.connection import ConnectionKind
from engine.hub import Hub
from engine.services import connecting, keys
from engine.services.connecting import MOST, Connect
from tests.adapters.erp.tryton.stub import TrytonStub, peer
from tests.connector.superoffice.conftest import KEYRING
from tests.connector.vektra.changes import codes
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.connected import (
    HOSE,
    PATH,
    SYSTEM,
    UNITS,
    connect,
    got,
    name,
    new,
    patch,
    peered,
    placed,
    url_of,
)

Json = dict[str, Any]
EVERY: tuple[tuple[str, str, Json | None], ...] = (
    ("GET", "/connections", None),
    ("POST", "/connections", {}),
    ("GET", PATH, None),
    ("PATCH", PATH, {"options": {}}),
    ("DELETE", PATH, None),
    ("POST", f"{PATH}/test", {}),
    ("POST", f"{PATH}/pause", {}),
    ("POST", f"{PATH}/resume", {}),
    ("GET", f"{PATH}/names/sku", None),
    ("PATCH", f"{PATH}/names/sku", {"names": {"A": "B"}}),
    ("POST", f"{PATH}/plan", {"order_id": "O-2026-000001"}),
    ("GET", "/pushes", None),
    ("POST", "/pushes/eff_1/resend", {}),
)


@pytest.fixture
def tryton(tmp_path: Path) -> Iterator[TrytonStub]:
    with peer(tmp_path) as stub:
        yield stub


@pytest.fixture
def hub(seeded_url: str, tryton: TrytonStub) -> Iterator[Hub]:
    with peered(seeded_url, url_of(tryton)) as hub:
        yield hub


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    [
        ({"adapter": "none"}, "/adapter", "unknown_adapter"),
        ({"adapter": "simulated", "url": "/etc/passwd"}, "/adapter", "unknown_adapter"),
        ({"adapter": "simulated", "kind": "billing"}, "/adapter", "unknown_adapter"),
        ({"adapter": "stripe"}, "/adapter", "unknown_adapter"),
        ({"system": "CONTRACTS"}, "/system", "reserved_system"),
        ({"url": "/var/lib/hub.db"}, "", "connection_faulty"),
        ({"url": "file:///etc/passwd"}, "", "connection_faulty"),
        ({"url": "http://erp.example.com/hub"}, "", "connection_faulty"),
        ({"url": "https://erp.example.com:22/hub"}, "", "connection_faulty"),
        ({"url": "https://me:word@erp.example.com/hub"}, "", "connection_faulty"),
        ({"url": "https://[::1/hub"}, "", "connection_faulty"),
        ({"url": "https://erp.example.com:99999/hub"}, "", "connection_faulty"),
        ({"options": {"company": "many"}}, "/options/company", "connection_faulty"),
        ({"options": {"price_digits": "x"}}, "/options/price_digits", "connection_faulty"),
        ({"options": {"calls_per_second": "often"}}, "", "connection_faulty"),
    ],
)
def test_what_cannot_be_connected_says_why(
    program: Caller, tryton: TrytonStub, wrong: Json, pointer: str, code: str
) -> None:
    refused = program.post("/connections", new(tryton, **wrong), 422)
    assert codes(refused) == [(pointer, code)]
    assert got(program, "/connections")["data"] == []


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"system": "a/b"}, "/system"),
        ({"system": ".."}, "/system"),
        ({"system": ""}, "/system"),
        ({"kind": "bank"}, "/kind"),
        ({"credentials": {"key": 7}}, "/credentials/key"),
        ({"credentials": {str(number): "" for number in range(21)}}, "/credentials"),
        ({"options": {"company": 1}}, "/options/company"),
        ({"colour": "red"}, "/colour"),
        ({"status": "active"}, "/status"),
    ],
)
def test_what_is_no_connection_is_named(
    program: Caller, tryton: TrytonStub, wrong: Json, pointer: str
) -> None:
    [fault] = program.post("/connections", new(tryton, **wrong), 400)["errors"]
    assert fault["pointer"] == pointer


@pytest.mark.parametrize(
    "inside",
    ["https://127.0.0.1/hub", "https://2130706433/hub", "https://localhost", "https://[::1]",
     "https://169.254.169.254/latest", "https://10.0.0.1", "https://0.0.0.0"],
)  # fmt: skip
def test_nothing_inside_is_asked(program: Caller, tryton: TrytonStub, inside: str) -> None:
    """By default the hub's own network is out of reach, by whatever way an address is named."""
    program.post("/connections", new(tryton, url=inside), 201)
    tested = program.post(f"{PATH}/test", {})
    assert not tested["ok"]
    assert "not public" in tested["reason"]
    order = placed(program, UNITS)
    planned = program.send("POST", f"{PATH}/plan", {"order_id": order["id"]})
    assert (planned.status_code, planned.json()["code"]) == (503, "unavailable")
    assert "not public" in planned.json()["detail"]
    assert int(planned.headers["retry-after"]) > 0


def test_nothing_inside_is_asked_by_an_option_either(program: Caller) -> None:
    """A token is asked for at an address of its own, which is guarded alike."""
    body = {"system": "SALES", "kind": "crm", "adapter": "salesforce",
            "url": "https://example.my.salesforce.com",
            "credentials": {"client_id": "c", "client_secret": "s"},
            "options": {"login": "https://127.0.0.1"}}  # fmt: skip
    program.post("/connections", body, 201)
    tested = program.post("/connections/SALES/test", {})
    assert "not public" in tested["reason"]


def test_the_hub_s_other_ports_are_not_the_operator_s_word(
    program: Caller, tryton: TrytonStub
) -> None:
    """One address inside is allowed by host and port; its neighbour is not."""
    host, port = tryton.address
    for url in (f"http://{host}:{port + 1}/hub", f"https://{host}:{port}/hub", f"http://{host}"):
        refused = program.post("/connections", new(tryton, url=url), 422)
        assert refused["code"] == "connection_faulty", url


def test_credentials_go_to_the_address_they_were_given_for(
    program: Caller, tryton: TrytonStub
) -> None:
    connect(program, tryton)
    elsewhere = {"url": "https://erp.example.org/hub"}
    for change in (elsewhere, {"options": {"login": "https://elsewhere.example"}},
                   {"options": {"environment": "elsewhere.example/?"}}):  # fmt: skip
        refused = patch(program, PATH, change, 422)
        assert codes(refused) == [("/credentials", "credentials_needed")]
    assert patch(program, PATH, {"options": {"payment_term": "NET45"}})["status"] == "active"
    assert patch(program, PATH, elsewhere | {"credentials": {}})["url"] == elsewhere["url"]
    there = {"url": "https://erp.example.net/hub"}
    assert patch(program, PATH, there)["url"] == there["url"]  # there is nothing to give away


def test_names_that_cannot_be_are_refused(program: Caller, tryton: TrytonStub) -> None:
    program.post("/connections", new(tryton), 201)
    assert program.send("PATCH", f"{PATH}/names/sku", {}).status_code == 400
    wrong: tuple[Json, ...] = ({}, {"A": ""}, {"A": 1}, {"A": "x" * 501})
    for names in wrong:
        name(program, "sku", names, 400)
    assert program.send("PATCH", f"{PATH}/names/colour", {"names": {"A": "B"}}).status_code == 400
    long = name(program, "sku", {"x" * 501: "A"}, 422)
    assert codes(long) == [("/names", "name_too_long")]
    for start in range(0, 100_000, 10_000):
        name(program, "sku", {f"S{number}": "T" for number in range(start, start + 10_000)})
    assert codes(name(program, "sku", {"more": "T"}, 422)) == [("/names", "too_many_names")]
    name(program, "sku", {"S0": None, "more": "T"})


def test_a_system_is_connected_once_and_a_tenant_has_so_many(
    program: Caller, hub: Hub, tryton: TrytonStub
) -> None:
    program.post("/connections", new(tryton), 201)
    assert program.post("/connections", new(tryton), 409)["code"] == "conflict"
    with hub.unit_of_work("CustDemo") as uow:
        for number in range(1, MOST):
            command = Connect(
                kind=ConnectionKind.ERP,
                system=f"S{number}",
                adapter="tryton",
                url="https://erp.example.com/hub",
                credentials={},
            )
            connecting.connect(uow, KEYRING, connecting.adapters_of(hub.ports), command)
    refused = program.post("/connections", new(tryton, system="ONE-MORE"), 422)
    assert refused["code"] == "too_many_connections"


def test_what_is_not_parked_is_not_sent_again(
    program: Caller, hub: Hub, tryton: TrytonStub
) -> None:
    connect(program, tryton)
    order = placed(program, UNITS)
    [owed] = got(program, f"/pushes?order_id={order['id']}&system={SYSTEM}")["data"]
    path = f"/pushes/{owed['id']}/resend"
    assert program.post(path, {}, 409)["code"] == "illegal_transition"
    Worker(hub).drain()
    assert program.post(path, {}, 409)["code"] == "illegal_transition"
    assert program.post("/pushes/eff_1/resend", {}, 404)["code"] == "not_found"
    assert len(tryton.held(order["number"])) == 1


def test_what_nobody_would_take_is_not_sent_again(
    program: Caller, hub: Hub, tryton: TrytonStub
) -> None:
    """Without a connection nobody would be asked, and the push would be taken for done."""
    connect(program, tryton)
    order = placed(program, HOSE)
    worker = Worker(hub)
    worker.drain()
    [parked] = got(program, "/pushes?status=parked")["data"]
    assert program.send("DELETE", PATH).status_code == 204
    refused = program.post(f"/pushes/{parked['id']}/resend", {}, 409)
    assert refused["detail"] == f"{SYSTEM} is not connected."
    connect(program, tryton)
    name(program, "sku", {"VX-HOS-50": "CABLE-M"})
    program.post(f"/pushes/{parked['id']}/resend", {}, 202)
    worker.drain()
    assert len(tryton.held(order["number"])) == 1


def test_names_of_all_systems_together_have_an_end(program: Caller, tryton: TrytonStub) -> None:
    for system in ("A", "B"):
        program.post("/connections", new(tryton, system=system), 201)
    rows = {f"{number:0500}": "x" * 500 for number in range(4_000)}
    body = json.dumps({"names": rows}).encode()
    for system, table in (("A", "sku"), ("B", "sku"), ("A", "unit"), ("B", "unit"), ("A", "tax")):
        assert program.send("PATCH", f"/connections/{system}/names/{table}", body).is_success
    for system in ("A", "B"):
        refused = program.send("PATCH", f"/connections/{system}/names/customer", body)
        assert refused.json()["code"] == "names_too_long"


def test_pushes_are_no_webhooks_and_have_no_made_up_pages(program: Caller) -> None:
    told = {"url": "https://example.com/hook", "events": ["*"]}
    hook = program.post("/webhooks", told, 201)
    owed = program.post(f"/webhooks/{hook['id']}/test", {}, 202)
    assert got(program, "/pushes")["data"] == []
    assert program.send("POST", f"/pushes/{owed['delivery_id']}/resend", {}).status_code == 404
    assert got(program, "/pushes?cursor=made-up", 422)["code"] == "unknown_cursor"
    assert got(program, "/pushes?order_id=O-9999", 404)["code"] == "not_found"
    for query in ("status=dead", "kind=webhook", "colour=red"):
        assert got(program, f"/pushes?{query}", 400)["code"] == "invalid_body"


def test_connections_pushes_and_orders_are_their_tenants(
    program: Caller, outsider: Caller, hub: Hub, tryton: TrytonStub
) -> None:
    connect(program, tryton)
    order = placed(program, HOSE)
    Worker(hub).drain()
    [parked] = got(program, "/pushes?status=parked")["data"]
    for method, path, body in EVERY:
        if path.startswith(PATH):
            assert outsider.send(method, path, body).status_code == 404, path
    assert got(outsider, "/connections")["data"] == got(outsider, "/pushes")["data"] == []
    assert outsider.post(f"/pushes/{parked['id']}/resend", {}, 404)["code"] == "not_found"
    got(outsider, f"/pushes?order_id={order['id']}", 404)
    outsider.post("/connections", new(tryton), 201)
    for named in (order["id"], order["number"]):
        assert outsider.post(f"{PATH}/plan", {"order_id": named}, 404)["code"] == "not_found"
    assert got(program, "/pushes?status=parked")["data"] == [parked]
    cursor = got(program, "/pushes?limit=1")["next_cursor"]
    if cursor:
        assert got(outsider, f"/pushes?cursor={cursor}", 422)["code"] == "unknown_cursor"


def test_a_fulfilment_system_s_key_opens_none_of_it(
    hub: Hub, hub_client: TestClient, program: Caller, tryton: TrytonStub
) -> None:
    connect(program, tryton)
    with hub.administration() as administration:
        made = keys.create(administration, "CustDemo", "factory", hub.clock, SYSTEM)
    system = Caller(hub_client, made.text)
    for method, path, body in EVERY:
        sent = new(tryton) if (method, path) == ("POST", "/connections") else body
        assert system.send(method, path, sent).status_code == 403, path
    stranger = Caller(hub_client, "no-key")
    assert stranger.send("GET", "/connections").status_code == 401
