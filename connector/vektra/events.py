"""Events: what happened, and who was told of it."""

from http import HTTPStatus
from typing import Any

from connector.encoder import Answer
from connector.reading import Unreadable, refuse
from connector.reading import instant as read_instant
from connector.vektra import paging, session
from connector.vektra.quoted import instant
from connector.vektra.reply import Reply
from connector.vektra.writing import once
from engine.events.effect import OPEN, Attempt, Effect
from engine.events.event import EventSearch
from engine.services import subscribing
from engine.services.subscribing import Logged

Json = dict[str, Any]


def list_events(
    type: str | None = None,  # noqa: A002 (the parameter's name)
    subject: str | None = None,
    since: str | None = None,
    limit: int = paging.USUAL,
    cursor: str | None = None,
) -> Json:
    """Events with their deliveries, the newest first."""
    try:
        moment = read_instant(since)
    except Unreadable as error:
        raise refuse("/since", error) from None
    wanted = EventSearch(type=type, subject=subject, since=moment)
    found = session.reading(subscribing.search, wanted, limit + 1, paging.named(cursor))
    return paging.window(found, lambda each: each.event.id, _logged, limit)


def redeliver_event(body: Json | None = None, *, event_id: str) -> Answer:
    """Send an event again under the same ids."""
    only = (body or {}).get("webhook_id")
    return once(
        lambda uow: Reply(_logged(subscribing.redeliver(uow, event_id, only)), HTTPStatus.ACCEPTED)
    )


def _logged(each: Logged) -> Json:
    event = each.event
    return {
        "id": event.id,
        "type": event.type,
        "subject": event.subject,
        "sequence": event.sequence,
        "position": event.position,
        "occurred_at": event.occurred_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "data": dict(event.data),
        "previous_hash": event.previous_hash,
        "hash": event.hash,
        "deliveries": [_delivery(effect, attempts) for effect, attempts in each.deliveries],
    }


def _delivery(effect: Effect, attempts: tuple[Attempt, ...]) -> Json:
    is_owed = effect.status in OPEN and effect.is_open
    return {
        "id": effect.id,
        "webhook_id": effect.target,
        "status": effect.status.value,
        "attempts": [_attempt(each) for each in attempts],
        "next_attempt_at": instant(effect.due_at) if is_owed else None,
    }


def _attempt(each: Attempt) -> Json:
    return {
        "at": instant(each.at),
        "response_status": each.response_status,
        "error": each.error or None,
        "elapsed_ms": each.elapsed_ms,
        "answer": each.answer,
    }
