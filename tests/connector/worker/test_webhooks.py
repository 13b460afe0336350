"""Subscribers are told of what happens, at least once, signed, and until it is no use any more."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from connector.cli.verifying import verify_events_command
from connector.worker.loop import Worker
from engine.events.signature import is_genuine
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.services import subscribing
from engine.tenants.secrets import KeyRing, Unsealable
from tests.connector.superoffice.conftest import KEYRING
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import UNITS, make
from tests.connector.vektra.test_orders import ordered, report
from tests.connector.worker.listener import Heard, Listener

Json = dict[str, Any]


def subscribe(caller: Caller, listener: Listener, *events: str) -> Json:
    return caller.post("/webhooks", {"url": listener.url, "events": list(events)}, 201)


def events(caller: Caller, query: str = "") -> list[Json]:
    answer = caller.send("GET", f"/events{query}")
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["data"]
    return found


def genuine(heard: Heard, secret: str, clock: FixedClock) -> bool:
    return is_genuine(
        message_id=heard.headers["webhook-id"],
        timestamp=heard.headers["webhook-timestamp"],
        signature=heard.headers["webhook-signature"],
        body=heard.body,
        secrets=[secret],
        now=int(clock.now().timestamp()),
    )


def test_what_was_subscribed_to_arrives_signed(
    caller: Caller, stranger: Caller, listener: Listener, worker: Worker, clock: FixedClock
) -> None:
    secret = subscribe(caller, listener, "order.placed", "order.status_changed")["secret"]
    order = ordered(caller, UNITS)
    make(stranger)
    report(caller, order, "shipped")
    worker.drain()
    assert sorted(listener.types) == ["order.placed", "order.status_changed"]
    [placed] = [each.event for each in listener.heard if each.event["type"] == "order.placed"]
    assert placed["subject"] == order["id"]
    assert placed["data"]["number"] == order["number"]
    assert placed["data"]["net"] == order["totals"]["net"]
    assert all(genuine(each, secret, clock) for each in listener.heard)
    told = {each["id"]: each for each in events(caller, f"?subject={order['id']}")}
    for heard in listener.heard:
        event = told[heard.event["id"]]
        [delivery] = event["deliveries"]
        assert delivery["id"] == heard.headers["webhook-id"]
        assert (delivery["status"], delivery["next_attempt_at"]) == ("succeeded", None)
        assert [each["response_status"] for each in delivery["attempts"]] == [204]
        assert heard.event["sequence"] == event["sequence"]
    assert events(stranger, f"?subject={order['id']}") == []


def test_what_fails_is_tried_again_under_the_same_id(
    caller: Caller, listener: Listener, worker: Worker, clock: FixedClock
) -> None:
    hook = subscribe(caller, listener, "quote.*")
    listener.answers[:] = [500, 503]
    make(caller)
    worker.drain()
    [event] = events(caller, "?type=quote.created")
    [delivery] = event["deliveries"]
    assert delivery["status"] == "retrying"
    clock.instant += timedelta(seconds=7)
    worker.drain()
    clock.instant += timedelta(minutes=7)
    worker.drain()
    [event] = events(caller, "?type=quote.created")
    [delivery] = event["deliveries"]
    assert [each["response_status"] for each in delivery["attempts"]] == [500, 503, 204]
    assert delivery["status"] == "succeeded"
    assert len({each.headers["webhook-id"] for each in listener.heard}) == 1
    assert len({each.body for each in listener.heard}) == 1
    assert len({each.headers["webhook-timestamp"] for each in listener.heard}) == 3
    assert caller.send("GET", f"/webhooks/{hook['id']}").json()["failing_since"] is None


def test_ten_tries_then_it_is_dead_and_can_be_sent_again(
    caller: Caller, listener: Listener, worker: Worker, clock: FixedClock
) -> None:
    subscribe(caller, listener, "quote.created")
    listener.answers[:] = [500] * 10
    make(caller)
    worker.drain()
    for minutes in (1, 6, 36, 150, 360, 720, 1010, 1450, 1740):
        clock.instant += timedelta(minutes=minutes)
        worker.drain()
    [event] = events(caller, "?type=quote.created")
    [delivery] = event["deliveries"]
    assert (delivery["status"], len(delivery["attempts"])) == ("dead", 10)
    assert len(listener.heard) == 10
    clock.instant += timedelta(days=1)
    worker.drain()
    assert len(listener.heard) == 10
    caller.post(f"/events/{event['id']}/redeliver", {}, 202)
    worker.drain()
    [again] = events(caller, "?type=quote.created")
    assert again["deliveries"][0]["status"] == "succeeded"
    assert {each.headers["webhook-id"] for each in listener.heard} == {delivery["id"]}


def test_whoever_is_gone_or_fails_for_five_days_is_told_nothing_more(
    caller: Caller, listener: Listener, worker: Worker, clock: FixedClock
) -> None:
    hook = subscribe(caller, listener, "quote.created")
    listener.answers[:] = [410]
    make(caller)
    worker.drain()
    read = caller.send("GET", f"/webhooks/{hook['id']}").json()
    assert (read["status"], read["reason"]) == ("disabled", "the receiver wants nothing more")
    [event] = events(caller, "?type=webhook.disabled")
    assert event["subject"] == hook["id"]
    caller.send("PATCH", f"/webhooks/{hook['id']}", {"status": "active"})
    listener.answers[:] = [500] * 20
    for _ in range(6):
        make(caller)
        worker.drain()
        clock.instant += timedelta(days=1)
    read = caller.send("GET", f"/webhooks/{hook['id']}").json()
    assert read["status"] == "disabled"
    assert read["reason"].startswith("failed since 2026-11-21T09:30:00")
    heard = len(listener.heard)
    make(caller)
    worker.drain()
    assert len(listener.heard) == heard


def test_what_is_owed_waits_while_a_subscription_is_paused(
    caller: Caller, listener: Listener, worker: Worker
) -> None:
    hook = subscribe(caller, listener, "quote.created")
    make(caller)
    assert caller.send("PATCH", f"/webhooks/{hook['id']}", {"status": "paused"}).status_code == 200
    make(caller)
    worker.drain()
    assert listener.heard == []
    caller.send("PATCH", f"/webhooks/{hook['id']}", {"status": "active"})
    worker.drain()
    assert len(listener.heard) == 1


def test_both_secrets_sign_for_a_day_after_a_rotation(
    caller: Caller, listener: Listener, worker: Worker, clock: FixedClock
) -> None:
    old = subscribe(caller, listener, "quote.created")
    new = caller.post(f"/webhooks/{old['id']}/rotate", {})
    assert new["secret"] != old["secret"]
    make(caller)
    worker.drain()
    clock.instant += timedelta(hours=25)
    make(caller)
    worker.drain()
    first, second = listener.heard
    clock.instant -= timedelta(hours=25)
    assert genuine(first, old["secret"], clock)
    assert genuine(first, new["secret"], clock)
    clock.instant += timedelta(hours=25)
    assert not genuine(second, old["secret"], clock)
    assert genuine(second, new["secret"], clock)
    shown = caller.send("GET", f"/webhooks/{old['id']}")
    assert "secret" not in shown.json()


def test_a_secret_is_repeated_under_its_key_and_lies_sealed(
    caller: Caller, listener: Listener, hub: Hub
) -> None:
    body = {"url": listener.url, "events": ["*"]}
    made = caller.send("POST", "/webhooks", body, **{"idempotency-key": "once"})
    again = caller.send("POST", "/webhooks", body, **{"idempotency-key": "once"})
    assert again.json() == made.json()
    assert again.headers["idempotent-replayed"] == "true"
    with hub.reading("CustDemo") as view:
        kept = view.idempotency_keys.find("once")
        [subscription] = view.subscriptions.all()
    assert kept is not None
    assert made.json()["secret"] not in kept.answer + subscription.secrets[0]


def test_secrets_are_sealed_anew_with_a_new_key(
    caller: Caller, listener: Listener, hub: Hub
) -> None:
    old = subscribe(caller, listener, "*")
    caller.post(f"/webhooks/{old['id']}/rotate", {})
    new_one = bytes(range(32))

    class Exchanged(KeyRing):
        """The ring after the exchange: the new key seals, the old one still opens."""

        def open(self, tenant_id: str, sealed: str) -> str:
            try:
                return super().open(tenant_id, sealed)
            except Unsealable:
                return KEYRING.open(tenant_id, sealed)

    ring = Exchanged([new_one])
    with hub.administration() as administration:
        assert subscribing.reseal(administration, ring) == 2
        assert subscribing.reseal(administration, ring) == 0
    with hub.reading("CustDemo") as view:
        [kept] = view.subscriptions.all()
    assert KeyRing([new_one]).open("CustDemo", kept.secrets[1]) == old["secret"]


def test_a_test_event_goes_to_its_subscription_alone(
    caller: Caller, listener: Listener, worker: Worker
) -> None:
    hook = subscribe(caller, listener, "order.placed")
    subscribe(caller, listener, "order.placed")
    begun = caller.post(f"/webhooks/{hook['id']}/test", {}, 202)
    worker.drain()
    assert listener.types == ["webhook.test"]
    assert listener.heard[0].headers["webhook-id"] == begun["delivery_id"]


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
