"""What may be subscribed to, by whom; and the chain that events form."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, func, select

from connector.cli.verifying import verify_events_command
from connector.worker.loop import Worker
from engine.hub import Hub
from engine.store.tables.events import EventRow
from engine.store.tables.row import table
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import UNITS, make
from tests.connector.vektra.test_orders import ordered
from tests.connector.worker.listener import Listener
from tests.connector.worker.test_webhooks import events, subscribe

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.com/x", "webhook_url_not_https"),
        ("https://user:word@example.com/x", "webhook_url_credentials"),
        ("https://127.0.0.1/x", "webhook_url_private"),
        ("https://2130706433/x", "webhook_url_private"),
        ("https://[::1]/x", "webhook_url_private"),
        ("https://localhost/x", "webhook_url_private"),
        ("https://example.com:22/x", "webhook_url_port"),
    ],
)
def test_odd_addresses_are_not_registered(caller: Caller, url: str, code: str) -> None:
    refusal = caller.post("/webhooks", {"url": url, "events": ["*"]}, 422)
    assert (refusal["errors"][0]["code"], refusal["errors"][0]["pointer"]) == (code, "/url")
    assert caller.send("GET", "/webhooks").json()["subscriptions"] == []


def test_unknown_types_and_foreign_subscriptions_are_named(
    caller: Caller, stranger: Caller, listener: Listener
) -> None:
    body = {"url": "https://example.com/hook", "events": ["order.placed", "order.lost"]}
    refusal = caller.post("/webhooks", body, 422)
    assert refusal["errors"][0]["code"] == "unknown_event_type"
    assert refusal["errors"][0]["pointer"] == "/events/1"
    hook = subscribe(caller, listener, "*")
    for method, path in (
        ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/test"), ("POST", "/rotate"),
    ):  # fmt: skip
        body = {"status": "paused"} if method == "PATCH" else {}
        answer = stranger.send(
            method, f"/webhooks/{hook['id']}{path}", None if method in {"GET", "DELETE"} else body
        )
        assert answer.status_code == 404, (method, path)
    make(caller)
    [event, *_] = events(caller)
    assert stranger.send("POST", f"/events/{event['id']}/redeliver", {}).status_code == 404
    assert caller.send("DELETE", f"/webhooks/{hook['id']}").status_code == 204
    assert caller.send("GET", f"/webhooks/{hook['id']}").status_code == 404


def test_no_more_than_a_hundred_subscriptions(caller: Caller) -> None:
    body = {"url": "https://example.com/hook", "events": ["*"]}
    for _ in range(100):
        caller.post("/webhooks", body, 201)
    assert caller.post("/webhooks", body, 422)["errors"][0]["code"] == "too_many_webhooks"


def test_nothing_is_sent_again_to_who_is_paused(
    caller: Caller, listener: Listener, worker: Worker
) -> None:
    hook = subscribe(caller, listener, "quote.created")
    make(caller)
    worker.drain()
    [event] = events(caller, "?type=quote.created")
    caller.send("PATCH", f"/webhooks/{hook['id']}", {"status": "paused"})
    path = f"/events/{event['id']}/redeliver"
    assert caller.post(path, {"webhook_id": hook["id"]}, 409)["code"] == "illegal_transition"
    caller.post(path, {}, 202)
    worker.drain()
    assert len(listener.heard) == 1


def test_a_chain_that_was_cut_off_is_noticed(caller: Caller, hub: Hub) -> None:
    make(caller)
    command = verify_events_command(lambda: hub)
    assert CliRunner().invoke(command, ["CustDemo"]).exit_code == 0
    assert CliRunner().invoke(command, ["Nobody"]).exit_code != 0
    with hub.administration() as administration:
        rows = table(EventRow)
        session = administration.tenants._session
        last = session.connection().scalar(select(func.max(rows.c.position)))
        session.connection().execute(delete(rows).where(rows.c.position == last))
    assert CliRunner().invoke(command, ["CustDemo"]).exit_code == 1


def test_the_chain_holds_and_shows_what_was_changed(
    caller: Caller, hub: Hub, tmp_path: Path
) -> None:
    ordered(caller, UNITS)
    page = caller.send("GET", "/events?limit=200")
    told = page.json()["data"]
    assert [each["position"] for each in told] == list(range(len(told), 0, -1))
    assert told[-1]["previous_hash"] == "0" * 64
    assert [each["previous_hash"] for each in told[:-1]] == [each["hash"] for each in told[1:]]

    def verified(content: bytes) -> tuple[int, str]:
        file = tmp_path / "events.jsonl"
        file.write_bytes(content)
        command = verify_events_command(lambda: hub)
        result = CliRunner().invoke(command, ["CustDemo", "--file", str(file)])
        return result.exit_code, result.output

    assert verified(page.content) == (
        0,
        f"{len(told)} events of CustDemo, every one as it was written.\n",
    )
    forged = page.content.replace(b'"status":"placed"', b'"status":"lost"')
    assert forged != page.content
    assert verified(forged)[0] == 1
    left_out = json.dumps({**page.json(), "data": told[:3] + told[4:]}).encode()
    assert verified(left_out)[0] == 1
    assert CliRunner().invoke(verify_events_command(lambda: hub), ["CustDemo"]).exit_code == 0
