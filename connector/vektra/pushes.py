"""Pushes: what the tenant's own systems are owed, and asking for it again."""

from http import HTTPStatus
from typing import Any

from connector import context
from connector.encoder import Answer
from connector.vektra import paging, session
from connector.vektra.quoted import instant
from connector.vektra.reply import Reply
from connector.vektra.writing import once
from engine.ports.effects import EffectKind
from engine.services import overseeing
from engine.services.overseeing import Push, PushSearch, PushState

Json = dict[str, Any]


def list_pushes(  # noqa: PLR0913, PLR0917 (the parameters of the query)
    status: str | None = None,
    kind: str | None = None,
    system: str | None = None,
    order_id: str | None = None,
    limit: int = paging.USUAL,
    cursor: str | None = None,
) -> Json:
    """What is owed, was given up or is done, the newest first."""
    wanted = PushSearch(
        state=None if status is None else PushState(status),
        kind=None if kind is None else EffectKind(kind),
        system=system,
        order=order_id,
    )
    found = session.reading(overseeing.search, wanted, limit + 1, paging.named(cursor))
    return paging.window(found, lambda each: each.effect.id, _push, limit)


def resend_push(body: Json | None = None, *, push_id: str) -> Answer:  # noqa: ARG001 (it may have a body)
    """Ask for a push that was given up again, under the same key."""
    ports = context.hub().ports
    return once(
        lambda uow: Reply(_push(overseeing.again(uow, ports, push_id)), HTTPStatus.ACCEPTED)
    )


def _push(each: Push) -> Json:
    effect, last, state = each.effect, each.last, each.state
    is_due = state is PushState.OPEN and not each.waits
    return {
        "id": effect.id,
        "kind": effect.kind,
        "system": effect.target,
        "subject": effect.subject,
        "status": state.value,
        "waits": each.waits,
        "tries": effect.tries,
        "created_at": instant(effect.created_at),
        "due_at": instant(effect.due_at) if is_due else None,
        "tried_at": None if last is None else instant(last.at),
        "error": None if last is None else last.error or None,
        "fields": [{"field": where, "reason": why} for where, why in each.fields],
    }
