"""Webhooks: who is told of what happens."""

from http import HTTPStatus
from typing import Any

from connector import context
from connector.encoder import Answer
from connector.vektra import session
from connector.vektra.quoted import instant
from connector.vektra.reply import Reply
from connector.vektra.writing import once
from engine.events.subscription import Subscription, SubscriptionStatus
from engine.events.types import CATALOGUE
from engine.services import subscribing
from engine.services.subscribing import Resubscribe, Secret, Subscribe

Json = dict[str, Any]


def list_webhooks() -> Json:
    """Every subscription, and every type of event there is."""
    found = session.reading(lambda view: view.subscriptions.all())
    return {
        "subscriptions": [_subscription(each) for each in found],
        "event_types": [
            {"type": kind.value, "description": told.description, "schema": told.schema}
            for kind, told in CATALOGUE.items()
        ],
    }


def create_webhook(body: Json) -> Answer:
    """A new subscription, with its secret this once."""
    command = Subscribe(
        url=body["url"],
        events=tuple(dict.fromkeys(body["events"])),
        description=body.get("description") or "",
        targets=context.hub().ports.test_targets,
    )
    keyring = context.hub().keyring

    def act(uow: Any) -> Reply:
        made = subscribing.subscribe(uow, keyring, command)
        location = ("location", f"/api/v1/webhooks/{made.subscription.id}")
        return Reply(_secret(made), HTTPStatus.CREATED, (location,))

    return once(act, secret=True)


def get_webhook(webhook_id: str) -> Json:
    """One subscription."""
    return _subscription(session.reading(lambda view: view.subscriptions.get(webhook_id)))


def change_webhook(body: Json, webhook_id: str) -> Answer:
    """The subscription, changed, paused or active again."""
    status, events = body.get("status"), body.get("events")
    command = Resubscribe(
        url=body.get("url"),
        events=None if events is None else tuple(dict.fromkeys(events)),
        description=body.get("description"),
        status=None if status is None else SubscriptionStatus(status),
        targets=context.hub().ports.test_targets,
    )
    return once(lambda uow: Reply(_subscription(subscribing.change(uow, webhook_id, command))))


def delete_webhook(webhook_id: str) -> Answer:
    """Forget a subscription."""

    def act(uow: Any) -> Reply:
        subscribing.unsubscribe(uow, webhook_id)
        return Reply(None, HTTPStatus.NO_CONTENT)

    return once(act)


def try_webhook(body: Json | None = None, *, webhook_id: str) -> Answer:  # noqa: ARG001 (it may have a body)
    """Send the subscription an event that tells of nothing but itself."""

    def act(uow: Any) -> Reply:
        owed = subscribing.test(uow, webhook_id)
        told = {"delivery_id": owed.id, "event_id": owed.subject}
        return Reply(told, HTTPStatus.ACCEPTED)

    return once(act)


def rotate_webhook_secret(body: Json | None = None, *, webhook_id: str) -> Answer:  # noqa: ARG001 (as above)
    """A new secret, shown this once; those before sign beside it for a day each."""
    keyring = context.hub().keyring

    def act(uow: Any) -> Reply:
        return Reply(_secret(subscribing.rotate(uow, keyring, webhook_id)))

    return once(act, secret=True)


def _secret(made: Secret) -> Json:
    return {**_subscription(made.subscription), "secret": made.secret}


def _subscription(each: Subscription) -> Json:
    failing = each.failing_since
    return {
        "id": each.id,
        "url": each.url,
        "events": list(each.events),
        "description": each.description,
        "status": each.status.value,
        "created_at": instant(each.created_at),
        "failing_since": None if failing is None else instant(failing),
        "reason": each.reason or None,
    }
