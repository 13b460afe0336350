"""A tenant's administrator connects a system over REST, and mends what it would not take."""

import base64
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connector import logs
from connector.worker.loop import Worker
from engine.hub import Hub
from engine.services import connecting
from tests.adapters.erp.tryton.stub import KEY, TrytonStub, peer
from tests.connector.superoffice.conftest import KEYRING
from tests.connector.vektra.changes import read
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.connected import (
    HOSE,
    PATH,
    SYSTEM,
    UNITS,
    connect,
    everything_kept,
    got,
    name,
    new,
    patch,
    peered,
    placed,
    url_of,
)

Json = dict[str, Any]


@pytest.fixture
def tryton(tmp_path: Path) -> Iterator[TrytonStub]:
    with peer(tmp_path) as stub:
        yield stub


@pytest.fixture
def other(tmp_path: Path) -> Iterator[TrytonStub]:
    """Another one beside it."""
    with peer(tmp_path) as stub:
        yield stub


@pytest.fixture
def hub(seeded_url: str, tryton: TrytonStub, other: TrytonStub) -> Iterator[Hub]:
    with peered(seeded_url, url_of(tryton), url_of(other)) as hub:
        yield hub


def test_what_a_system_would_not_take_is_named_and_sent_again(
    program: Caller, hub: Hub, tryton: TrytonStub
) -> None:
    connect(program, tryton)
    tested = program.post(f"{PATH}/test", {})
    assert (tested["ok"], tested["troubles"], tested["reason"]) == (True, [], None)
    assert "Hub" in tested["identity"]
    order = placed(program, UNITS, HOSE)
    plan = program.post(f"{PATH}/plan", {"order_id": order["id"]})
    assert (plan["ready"], plan["order_number"]) == (False, order["number"])
    missing = {"table": "sku", "ours": "VX-HOS-50", "theirs": "VX-HOS-50", "where": "lines/1/sku"}
    assert plan["misses"] == [missing]
    worker = Worker(hub)
    worker.drain()
    assert tryton.held(order["number"]) == []
    [parked] = got(program, f"/pushes?status=parked&system={SYSTEM}")["data"]
    assert (parked["kind"], parked["subject"], parked["tries"]) == ("erp", order["id"], 1)
    assert [each["field"] for each in parked["fields"]] == ["lines/1/sku"]
    assert "VX-HOS-50" in parked["fields"][0]["reason"]
    assert parked["error"]
    named = name(program, "sku", {"VX-HOS-50": "CABLE-M"})
    assert (named["names"]["sku"], named["names"]["unit"]) == (1, 1)
    mended = program.post(f"{PATH}/plan", {"order_id": order["number"]})
    assert (mended["ready"], mended["misses"]) == (True, [])
    assert [each["amount"] for each in mended["losses"]] == [None, None]  # its own addresses
    assert order["number"] in str(mended["payload"])
    sent = program.post(f"/pushes/{parked['id']}/resend", {}, 202)
    assert (sent["id"], sent["status"], sent["tries"]) == (parked["id"], "open", 0)
    worker.drain()
    assert len(tryton.held(order["number"])) == 1
    [done] = got(program, f"/pushes?order_id={order['number']}")["data"]
    assert (done["id"], done["status"], done["error"], done["due_at"]) == (
        parked["id"], "done", None, None,
    )  # fmt: skip
    assert read(program, order)["lines"][0]["quantity_by_status"] == {"acknowledged": 4}


def test_a_connection_is_read_changed_and_removed(
    program: Caller, hub: Hub, tryton: TrytonStub
) -> None:
    body = new(tryton)
    answer = program.send("POST", "/connections", body)
    made = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"/api/v1{PATH}")
    assert {name: made[name] for name in ("system", "kind", "adapter", "url", "options")} == {
        name: body[name] for name in ("system", "kind", "adapter", "url", "options")
    }
    assert (made["status"], made["reason"], made["names"]["sku"]) == ("active", None, 0)
    assert "credentials" not in made
    assert got(program, PATH) == made
    assert got(program, "/connections?kind=erp")["data"] == [made]
    assert got(program, "/connections?kind=crm")["data"] == []
    changed = patch(program, PATH, {"options": {"payment_term": None, "company": "1"}})
    assert changed["options"] == {"company": "1"}
    assert program.post(f"{PATH}/test", {})["ok"]
    patch(program, PATH, {"credentials": {"key": "another-one"}})
    with hub.reading("CustDemo") as view:
        [kept] = view.connections.all()
    assert connecting.opened(kept, "CustDemo", KEYRING) == {"key": "another-one"}
    assert program.send("DELETE", PATH).status_code == 204
    assert got(program, "/connections")["data"] == []
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/test"), ("POST", "/pause")):
        assert program.send(method, f"{PATH}{path}").status_code == 404


def test_connections_are_listed_page_by_page(program: Caller, tryton: TrytonStub) -> None:
    for system in ("B", "C", "A"):
        program.post("/connections", new(tryton, system=system), 201)
    first = got(program, "/connections?limit=2")
    assert [each["system"] for each in first["data"]] == ["A", "B"]
    last = got(program, f"/connections?limit=2&cursor={first['next_cursor']}")
    assert ([each["system"] for each in last["data"]], last["next_cursor"]) == (["C"], None)


def test_a_system_of_any_name_has_an_address(program: Caller, tryton: TrytonStub) -> None:
    answer = program.send("POST", "/connections", new(tryton, system="ERP Süd #1?"))
    path = answer.headers["location"].removeprefix("/api/v1")
    assert got(program, path)["system"] == "ERP Süd #1?"


def test_names_are_listed_page_by_page_and_taken_away(program: Caller, tryton: TrytonStub) -> None:
    program.post("/connections", new(tryton), 201)
    long = "ø" * 400
    rows = {f"SKU-{number:05}": str(number) for number in range(1_000)} | {long: "long"}
    assert name(program, "sku", rows)["names"]["sku"] == 1_001
    assert name(program, "sku", {"SKU-00000": None, "SKU-00001": "one"})["names"]["sku"] == 1_000
    found, path = [], f"{PATH}/names/sku?limit=200"
    while True:
        page = got(program, path)
        found += page["data"]
        if page["next_cursor"] is None:
            break
        path = f"{PATH}/names/sku?limit=200&cursor={page['next_cursor']}"
    assert found[0] == {"ours": "SKU-00001", "theirs": "one"}
    assert [each["ours"] for each in found] == [*sorted(rows)[1:]]
    by_one = got(program, f"{PATH}/names/sku?limit=1")["next_cursor"]
    name(program, "sku", {"SKU-00001": None})
    gone = got(program, f"{PATH}/names/sku?limit=1&cursor={by_one}", 422)
    assert gone["code"] == "unknown_cursor"
    assert got(program, f"{PATH}/names/tax") == {"data": [], "next_cursor": None}


def test_a_long_name_leads_to_the_next_page(program: Caller, tryton: TrytonStub) -> None:
    program.post("/connections", new(tryton), 201)
    name(program, "customer", {"ø" * 400: "one", "ø" * 401: "two"})
    first = got(program, f"{PATH}/names/customer?limit=1")
    second = got(program, f"{PATH}/names/customer?limit=1&cursor={first['next_cursor']}")
    assert [each["data"][0]["theirs"] for each in (first, second)] == ["one", "two"]


def test_who_has_seen_an_older_state_changes_nothing(program: Caller, tryton: TrytonStub) -> None:
    tag = program.send("POST", "/connections", new(tryton)).headers["etag"]
    named = program.send("PATCH", f"{PATH}/names/sku", {"names": {"A": "B"}}, **{"if-match": tag})
    assert named.status_code == 200
    for method, path, body in (
        ("PATCH", "", {"options": {}}),
        ("PATCH", "/names/sku", {"names": {"A": "C"}}),
        ("POST", "/pause", {}),
        ("POST", "/resume", {}),
        ("DELETE", "", None),
    ):
        stale = program.send(method, f"{PATH}{path}", body, **{"if-match": tag})
        assert (stale.status_code, stale.json()["code"]) == (412, "stale_revision"), path
    assert got(program, f"{PATH}/names/sku")["data"] == [{"ours": "A", "theirs": "B"}]
    now = program.send("GET", PATH).headers["etag"]
    assert now == named.headers["etag"]
    assert program.send("DELETE", PATH, **{"if-match": now}).status_code == 204


def test_what_is_paused_waits_until_it_is_resumed(
    program: Caller, hub: Hub, tryton: TrytonStub
) -> None:
    connect(program, tryton)
    assert program.post(f"{PATH}/pause", {})["status"] == "paused"
    order = placed(program, UNITS)
    worker = Worker(hub)
    worker.drain()
    [waiting] = got(program, f"/pushes?order_id={order['id']}&status=open")["data"]
    assert (waiting["waits"], waiting["due_at"]) == (True, None)
    assert program.post(f"{PATH}/test", {})["connection"]["status"] == "paused"
    assert program.post(f"{PATH}/resume", {})["status"] == "active"
    worker.drain()
    assert len(tryton.held(order["number"])) == 1


def test_a_system_that_is_connected_again_is_reached_where_it_is_now(
    program: Caller, hub: Hub, tryton: TrytonStub, other: TrytonStub
) -> None:
    """What was kept in memory of the connection before says nothing of the one there is."""
    connect(program, tryton)
    worker, first = Worker(hub), placed(program, UNITS)
    worker.drain()
    assert program.send("DELETE", PATH).status_code == 204
    connect(program, other)
    second = placed(program, UNITS)
    worker.drain()
    assert len(tryton.held(first["number"])) == len(other.held(second["number"])) == 1
    assert tryton.held(second["number"]) == []


def test_a_secret_is_nowhere_to_be_read(
    program: Caller, hub: Hub, tryton: TrytonStub, seeded_url: str
) -> None:
    """Not in answers, not in what is logged or kept, however it was asked for."""
    out, secrets = io.BytesIO(), ("a-secret-4711", "a-secret-4712")
    logs.configure("debug", out)
    try:
        key = {"idempotency-key": "made-once"}
        body = new(tryton, credentials={"key": secrets[0], "more": "PIN7"})
        answers = [program.send("POST", "/connections", body, **key) for _ in range(2)]
        assert [each.status_code for each in answers] == [201, 201]
        assert answers[1].headers["idempotent-replayed"] == "true"
        twin = body | {"credentials": {"key": secrets[1]}}
        answers.append(program.send("POST", "/connections", twin, **key))
        assert answers[-1].json()["code"] == "idempotency_key_reused"
        answers.append(program.send("POST", f"{PATH}/test", {}))
        change = {"credentials": {"key": secrets[1]}}
        answers += [program.send("PATCH", PATH, change, **key | {"idempotency-key": "changed"})]
        answers.append(program.send("PATCH", PATH, {"credentials": {"key": 7}}))
        answers += [program.send("GET", path) for path in (PATH, "/connections", "/events")]
        placed(program, UNITS)
        Worker(hub).drain()
        answers += [program.send("GET", path) for path in ("/pushes", "/events?limit=200")]
    finally:
        logs.configure("info", io.BytesIO())
    told = "\n".join(each.text for each in answers) + out.getvalue().decode()
    kept = everything_kept(seeded_url)
    if seeded_url.startswith("sqlite:///"):
        file = Path(seeded_url.removeprefix("sqlite:///"))
        raw = b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
        kept += raw.decode("latin-1")
    for secret in (*secrets, "PIN7"):
        for written in (secret, base64.b64encode(secret.encode()).decode()):
            assert written not in told
            assert written not in kept
    assert SYSTEM in kept


def test_a_short_secret_cannot_be_guessed_by_what_is_kept_of_the_request(
    program: Caller, hub: Hub, tryton: TrytonStub
) -> None:
    body = new(tryton)
    made = [
        program.send("POST", "/connections", body | {"system": each}, **{"idempotency-key": each})
        for each in ("A", "A")
    ]
    assert made[0].content == made[1].content
    with hub.reading("CustDemo") as view:
        given = view.idempotency_keys.find("A")
    assert given is not None
    assert KEYRING.is_current(given.request)
    assert KEYRING.is_current(given.answer)
    assert KEY not in given.request
