"""Systems that are tried while a caller waits: what they answer, and what that comes to."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.systems import Systems, inside
from connector.worker.loop import Worker
from engine.hub import Hub
from engine.ports.ports import Ports
from engine.tenants.secrets import KeyRing
from tests.adapters.billing.vayu_stub import VayuStub
from tests.adapters.erp.odoo.peer import OdooPeer
from tests.adapters.erp.tryton.stub import KEY, TrytonStub, peer
from tests.connector.vektra.changes import codes
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.connected import (
    PATH,
    PATIENCE,
    SYSTEM,
    UNITS,
    Door,
    connect,
    got,
    name,
    new,
    patch,
    peered,
    placed,
    running,
    url_of,
)
from tests.connector.vektra.quotes import CARE

Json = dict[str, Any]


@pytest.fixture
def tryton(tmp_path: Path) -> Iterator[TrytonStub]:
    with peer(tmp_path) as stub:
        yield stub


@pytest.fixture
def odoo() -> Iterator[OdooPeer]:
    peer = OdooPeer()
    yield peer
    peer.close()


@pytest.fixture
def vayu() -> Iterator[VayuStub]:
    with VayuStub() as stub:
        yield stub


@pytest.fixture
def door() -> Iterator[Door]:
    door = Door()
    with running(door):
        yield door
        door.open.set()


@pytest.fixture
def hub(
    seeded_url: str, tryton: TrytonStub, odoo: OdooPeer, vayu: VayuStub, door: Door
) -> Iterator[Hub]:
    with peered(seeded_url, *(url_of(each) for each in (tryton, odoo, door)), vayu.url) as hub:
        yield hub


def test_who_lets_us_in_no_longer_is_locked_until_a_test_succeeds(
    program: Caller, hub: Hub, tryton: TrytonStub
) -> None:
    """Every test asks, however often it was refused before; what waited goes on afterwards."""
    connect(program, tryton)
    tryton.deny()
    for _ in range(5):
        tested = program.post(f"{PATH}/test", {})
        assert (tested["ok"], tested["connection"]["status"]) == (False, "locked")
        assert "401" in tested["reason"]
    [event] = got(program, "/events?type=connection.locked")["data"]
    assert event["data"]["system"] == SYSTEM
    order = placed(program, UNITS)
    worker = Worker(hub)
    worker.drain()
    refused = program.post(f"{PATH}/plan", {"order_id": order["id"]}, 409)
    assert refused["code"] == "illegal_transition"
    tryton.allow()
    tested = program.post(f"{PATH}/test", {})
    assert (tested["ok"], tested["connection"]["status"]) == (True, "active")
    worker.drain()
    assert len(tryton.held(order["number"])) == 1


def test_a_system_with_troubles_stays_locked(program: Caller, tryton: TrytonStub) -> None:
    connect(program, tryton)
    tryton.deny()
    program.post(f"{PATH}/test", {})
    tryton.allow()
    patch(program, PATH, {"options": {"payment_term": "NEVER"}})
    tested = program.post(f"{PATH}/test", {})
    assert (tested["ok"], tested["reason"], tested["connection"]["status"]) == (
        False, None, "locked",
    )  # fmt: skip
    assert len(tested["troubles"]) == 1
    assert "NEVER" in tested["troubles"][0]


def test_a_dry_run_that_is_denied_locks_too(program: Caller, tryton: TrytonStub) -> None:
    connect(program, tryton)
    order = placed(program, UNITS)
    tryton.deny()
    refused = program.post(f"{PATH}/plan", {"order_id": order["id"]}, 502)
    assert refused["code"] == "system_denied"
    assert "401" in refused["detail"]
    assert got(program, PATH)["status"] == "locked"


def test_a_secret_that_a_system_repeats_is_not_told_on(program: Caller, door: Door) -> None:
    door.open.set()
    secret = "key-of-the-house-4711"
    body = {"system": SYSTEM, "kind": "erp", "adapter": "tryton", "url": f"{url_of(door)}/hub",
            "credentials": {"key": secret}}  # fmt: skip
    program.post("/connections", body, 201)
    tested = program.send("POST", f"{PATH}/test", {})
    assert "nobody knows Bearer" in tested.json()["reason"]
    told = [tested.text, program.send("GET", PATH).text, program.send("GET", "/events").text]
    assert secret not in "".join(told)


def test_what_a_connection_lacks_is_named(program: Caller) -> None:
    body = {"system": SYSTEM, "kind": "erp", "adapter": "business_central",
            "url": "https://api.businesscentral.dynamics.com"}  # fmt: skip
    program.post("/connections", body, 201)
    tested = program.post(f"{PATH}/test", {})
    lacking = {each["field"] for each in tested["fields"]}
    assert {"options/company_id", "credentials/client_id"} <= lacking
    refused = program.post(f"{PATH}/plan", {"order_id": placed(program, UNITS)["id"]}, 502)
    assert refused["code"] == "system_declined"
    assert ("/options/company_id", "not_taken") in codes(refused)


def test_every_cent_that_would_be_lost_is_told(program: Caller, odoo: OdooPeer) -> None:
    """Three for 100.00 comes to 99.99 in whole cents each; nobody has said where to put one."""
    access = odoo.access(odoo.stub.server.url)
    options = {"database": access.options["database"]}
    program.post(
        "/connections",
        {"system": SYSTEM, "kind": "erp", "adapter": "odoo", "url": access.url,
         "credentials": dict(access.credentials), "options": options},
        201,
    )  # fmt: skip
    name(program, "unit", {"pcs": "Units", "m": "Units"})
    name(program, "sku", {"VX-HOS-50": "KIT-10"})
    order = placed(program, {"sku": "VX-HOS-50", "quantity": 3, "total": 100})
    plan = program.send("POST", f"{PATH}/plan", {"order_id": order["id"]})
    lost = [each for each in plan.json()["losses"] if each["amount"]]
    assert not plan.json()["ready"]
    assert plan.json()["currency"] == "EUR"
    assert [each["amount"] for each in lost] == [0.01]
    assert '"amount":0.01' in plan.text


def test_a_billing_system_is_tried_and_planned_for(program: Caller, vayu: VayuStub) -> None:
    access = vayu.access(vayu.url)
    body = {"system": "BILLS", "kind": "billing", "adapter": "vayu", "url": access.url,
            "credentials": dict(access.credentials), "options": dict(access.options)}  # fmt: skip
    program.post("/connections", body, 201)
    tested = program.post("/connections/BILLS/test", {})
    assert tested["ok"], tested
    order = placed(program, UNITS)
    plan = program.post("/connections/BILLS/plan", {"order_id": order["id"]})
    assert (plan["system"], plan["order_id"]) == ("BILLS", order["id"])
    assert plan["payload"]
    assert vayu.contracts == {}


def test_there_is_no_dry_run_where_there_is_nothing_to_hand_over(
    program: Caller, tryton: TrytonStub
) -> None:
    connect(program, tryton)
    order = placed(program, CARE)
    refused = program.post(f"{PATH}/plan", {"order_id": order["id"]}, 422)
    assert codes(refused) == [("/order_id", "nothing_for_system")]
    crm = {"system": "SALES", "kind": "crm", "adapter": "superoffice",
           "url": "https://online.superoffice.com/Cust1/api"}  # fmt: skip
    program.post("/connections", crm, 201)
    refused = program.post("/connections/SALES/plan", {"order_id": order["id"]}, 422)
    assert refused["code"] == "no_dry_run"
    assert not program.post("/connections/SALES/test", {})["ok"]
    for body in ({}, {"order_id": ""}, {"order_id": 7}, {"order_id": "x" * 61}):
        assert program.send("POST", f"{PATH}/plan", body).status_code == 400, body
    assert program.post(f"{PATH}/plan", {"order_id": "O-9999"}, 404)["code"] == "not_found"


def test_one_test_of_a_tenant_is_under_way_at_a_time(
    program: Caller, outsider: Caller, tryton: TrytonStub, door: Door
) -> None:
    """Whoever waits for a system takes no thread from others; what was changed meanwhile holds."""
    program.post("/connections", new(tryton, url=f"{url_of(door)}/hub"), 201)
    outsider.post("/connections", new(tryton), 201)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(program.send, "POST", f"{PATH}/test", {})
        assert door.came.wait(PATIENCE)
        busy = program.send("POST", f"{PATH}/test", {})
        assert (busy.status_code, busy.json()["code"]) == (429, "too_many_requests")
        assert busy.headers["retry-after"] == "5"
        assert outsider.post(f"{PATH}/test", {})["ok"]
        patch(program, PATH, {"credentials": {"key": KEY}})
        door.open.set()
        found = slow.result(PATIENCE).json()
    assert (found["ok"], found["connection"]["status"]) == (False, "active")
    assert program.post(f"{PATH}/test", {})["connection"]["status"] == "locked"


def test_calls_that_are_each_in_time_end_together(
    program: Caller, hub: Hub, tryton: TrytonStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A test makes several calls; all of them together take no longer than one may."""
    answer = tryton.answer

    def slowly(*asked: Any) -> Any:  # noqa: ANN401 (as the stub answers)
        time.sleep(0.4)
        return answer(*asked)

    connect(program, tryton)
    monkeypatch.setattr(tryton, "answer", slowly)
    quick = replace(inside([url_of(tryton)]), seconds=0.6)
    monkeypatch.setattr(hub, "ports", Ports(adapters=Systems(quick)))
    tested = program.post(f"{PATH}/test", {})
    assert (tested["ok"], tested["connection"]["status"]) == (False, "active")
    assert "does not answer" in tested["reason"]


def test_credentials_that_no_key_opens_are_given_anew(
    program: Caller, hub: Hub, tryton: TrytonStub
) -> None:
    connect(program, tryton)
    with hub.unit_of_work("CustDemo") as uow:
        [found] = uow.connections.all()
        gone = KeyRing([bytes([9]) * 32]).seal("CustDemo", '{"key": "lost"}')
        uow.connections.save(replace(found, sealed=gone))
    assert program.post(f"{PATH}/test", {}, 409)["code"] == "conflict"
    assert patch(program, PATH, {"options": {"company": "1"}}, 409)["code"] == "conflict"
    patch(program, PATH, {"credentials": {"key": KEY}})
    assert program.post(f"{PATH}/test", {})["ok"]


def test_a_hub_without_adapters_says_so(
    program: Caller, hub: Hub, tryton: TrytonStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(program, tryton)
    monkeypatch.setattr(hub, "ports", Ports())
    assert got(program, PATH)["system"] == SYSTEM
    for path, body in (("/connections", new(tryton, system="B")), (f"{PATH}/test", {})):
        assert program.post(path, body, 503)["code"] == "unavailable"
