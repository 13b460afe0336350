"""Subscribers are told of what happens, at least once, signed, and until it is no use any more."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

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
    assert made.json()["secret"] not in kept.answer + subscription.secret


def test_secrets_are_sealed_anew_with_a_new_key(
    caller: Caller, listener: Listener, hub: Hub
) -> None:
    old = subscribe(caller, listener, "*")
    for _ in range(2):
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
        assert subscribing.reseal(administration, ring) == 3
        assert subscribing.reseal(administration, ring) == 0
    with hub.reading("CustDemo") as view:
        [kept] = view.subscriptions.all()
    assert KeyRing([new_one]).open("CustDemo", kept.old_secrets[-1].sealed) == old["secret"]


def test_a_secret_nobody_can_open_is_one_tenant_s_trouble(
    caller: Caller, stranger: Caller, listener: Listener, worker: Worker, hub: Hub
) -> None:
    lost = subscribe(stranger, listener, "quote.created")
    with hub.unit_of_work("CustOther") as uow:
        kept = uow.subscriptions.get(lost["id"])
        uow.subscriptions.save(replace(kept, secret="sealed with a key that is gone"))
    subscribe(caller, listener, "quote.created")
    make(stranger)
    make(caller)
    worker.drain()
    assert len(listener.heard) == 1
    [event] = events(stranger, "?type=quote.created")
    [attempt] = event["deliveries"][0]["attempts"]
    assert attempt["error"] == "no key opens the secret that signs it"


def test_a_test_event_goes_to_its_subscription_alone(
    caller: Caller, listener: Listener, worker: Worker
) -> None:
    hook = subscribe(caller, listener, "order.placed")
    subscribe(caller, listener, "order.placed")
    begun = caller.post(f"/webhooks/{hook['id']}/test", {}, 202)
    worker.drain()
    assert listener.types == ["webhook.test"]
    assert listener.heard[0].headers["webhook-id"] == begun["delivery_id"]
