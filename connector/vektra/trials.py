"""Trials of connections: a system is asked while the caller waits, with no transaction open."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any

from connector import context
from connector.errors import RETRY_AFTER, Fault, Refused
from connector.vektra import session
from connector.vektra.connections import written_connection
from connector.vektra.turns import Turns
from connector.vektra.writing import writing
from engine.ports.outcomes import Postponed, PushError
from engine.services import connecting, trying
from engine.services.charging import Systems
from engine.services.trying import Draft, Planned, Verdict

Json = dict[str, Any]
_TURNS = Turns(2)


def try_connection(body: Json | None = None, *, system: str) -> Json:  # noqa: ARG001 (it may have a body)
    """Try a system with everything a push needs; one that was locked goes on if it works."""
    hub = context.hub()
    adapters = connecting.adapters_of(hub.ports)
    with _TURNS.taken(context.principal().tenant):
        tried = session.reading(trying.trial, hub.keyring, system)
        verdict = trying.check(adapters, tried)
    connection = writing(trying.concluded, tried, verdict)
    return {
        "ok": verdict.is_ok,
        "identity": verdict.identity or None,
        "troubles": list(verdict.troubles),
        "reason": verdict.reason or None,
        "fields": [{"field": at, "reason": why} for at, why in verdict.fields.items()],
        "connection": written_connection(connection),
    }


def plan_handover(body: Json, system: str) -> Json:
    """What a system lacks or cannot express of an order; sends nothing."""
    hub, data = context.hub(), session.snapshot()
    adapters, systems = connecting.adapters_of(hub.ports), Systems(hub.ports, hub.keyring)

    def drafted(view: Any) -> Draft:
        tried = trying.trial(view, hub.keyring, system)
        return trying.drafted(view, data, systems, tried, body["order_id"])

    with _TURNS.taken(context.principal().tenant):
        draft = session.reading(drafted)
        try:
            planned = trying.planned(adapters, draft)
        except PushError as error:
            verdict = trying.refused(draft.trial, error)
            writing(trying.concluded, draft.trial, verdict)
            raise _refusal(error, verdict) from None
    return _planned(system, planned)


def _refusal(error: PushError, verdict: Verdict) -> Refused:
    """503 where asking again may help, 502 where it answered and somebody has to look at it."""
    faults = [Fault(f"/{at}", "not_taken", why) for at, why in verdict.fields.items()]
    if isinstance(error, Postponed):
        wait = RETRY_AFTER if error.retry_after is None else error.retry_after
        return Refused(
            HTTPStatus.SERVICE_UNAVAILABLE,
            verdict.reason,
            code="unavailable",
            headers=[("retry-after", str(wait))],
        )
    code = "system_denied" if verdict.is_denied else "system_declined"
    return Refused(HTTPStatus.BAD_GATEWAY, verdict.reason, code=code, faults=faults)


def _planned(system: str, planned: Planned) -> Json:
    draft, plan = planned.draft, planned.plan
    return {
        "system": system,
        "order_id": draft.order_id,
        "order_number": draft.order_number,
        "currency": draft.document.currency,
        "ready": planned.is_ready,
        "misses": [
            {
                "table": each.table.value,
                "ours": each.ours,
                "theirs": each.theirs,
                "where": each.where,
            }
            for each in plan.misses
        ],
        "losses": [
            {"path": each.path, "message": each.message, "amount": each.amount}
            for each in plan.losses
        ],
        "payload": _readable(plan.payload),
    }


def _readable(value: object) -> Any:
    """What is sent there as JSON, for people to read."""
    if isinstance(value, Mapping):
        return {str(name): _readable(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_readable(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
