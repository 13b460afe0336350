"""Configuration: what may be combined, what is left to choose, and the best build."""

import atexit
import hashlib
import time
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from connector import context
from connector.encoder import encode
from connector.errors import Refused
from connector.solving.pool import Busy, Pool
from connector.solving.wire import Asked
from connector.vektra import session
from engine.configuration.answering import (
    Answer,
    Mode,
    Question,
    RepairTold,
    Solution,
    Status,
    VariableLeft,
    Violation,
)
from engine.kernel.errors import Invalid
from engine.kernel.finding import Finding, Severity

Json = dict[str, Any]
USUAL_MILLISECONDS = 2_000
_POOL = Pool()
atexit.register(_POOL.close)


def solve(body: Json) -> Json:
    """The answer to one question about a model: its own, or that of a product."""
    document = _document(body)
    mode = Mode(body.get("mode") or "all")
    objective, most = _objective(body.get("objective"))
    chosen = {**(body.get("assignment") or {}), **(body.get("quantities") or {})}
    question = Question(
        mode=mode,
        assignment={name: _text(value) for name, value in chosen.items()},
        objective=objective,
        most=most,
        limit=body.get("limit"),
        explain=body.get("explain") is not False,
    )
    written = encode(document)
    who = context.principal()
    asked = Asked(
        key=hashlib.sha256(written).hexdigest(),
        document=written,
        day=session.today(session.snapshot()),
        question=question,
        milliseconds=body.get("timeout_ms") or USUAL_MILLISECONDS,
    )
    began = time.perf_counter()
    try:
        found = _POOL.ask(who.tenant, asked)
    except Busy as busy:
        headers = [("retry-after", str(busy.retry_after))]
        detail = "Too many questions wait already."
        raise Refused(
            HTTPStatus.TOO_MANY_REQUESTS, detail, code="too_many_requests", headers=headers
        ) from None
    elapsed = round((time.perf_counter() - began) * 1_000)
    return {**_written(found, question), "stats": {"elapsed_ms": elapsed}}


def _document(body: Json) -> Json:
    """The model that is asked about, from exactly one place."""
    named = [name for name in ("sku", "configurator", "variables") if body.get(name) is not None]
    if len(named) != 1:
        code = "model_missing" if not named else "two_models"
        raise _wrong(code, "variables" if not named else named[-1])
    return {"variables": body["variables"], "rules": body.get("rules") or []}


def _objective(given: Json | None) -> tuple[str | None, bool]:
    if not given:
        return None, False
    [(direction, attribute)] = given.items()
    return attribute, direction == "maximize"


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _wrong(code: str, where: str) -> Invalid:
    return Invalid("the question cannot be answered", [Finding(Severity.ERROR, code, where=where)])


def _written(found: Answer, question: Question) -> Json:
    whole = question.mode is Mode.ALL
    written: Json = {
        "mode": found.mode.value,
        "status": found.status.value,
        "valid": found.valid,
        "complete": found.complete,
        "violations": [_violation(each) for each in found.violations],
        "variables": [_variable(each, question) for each in found.variables],
        "solution": None if found.solution is None else _solution(found.solution),
        "repairs": [_repair(each) for each in found.repairs],
    }
    if whole and question.limit is not None and found.solutions is not None:
        told = [{"assignment": each.assignment, "price": each.price} for each in found.solutions]
        written |= {"solutions": told, "truncated": found.truncated}
    if found.status is Status.UNKNOWN:
        written["reason"] = "the time for the question was spent"
    return written


def _violation(each: Violation) -> Json:
    return {"rule": each.rule, "message": each.message, "variables": list(each.variables)}


def _variable(each: VariableLeft, question: Question) -> Json:
    return {
        "name": each.name,
        "assigned": each.assigned,
        "forced": each.forced,
        "options": [
            {
                "value": option.value,
                "price": option.price,
                "available": option.available,
                **(
                    {
                        "blocked_by": [
                            {"rule": one.rule, "message": one.message} for one in option.blocked_by
                        ]
                    }
                    if question.explain
                    else {}
                ),
            }
            for option in each.options
        ],
    }


def _solution(each: Solution) -> Json:
    return {
        "assignment": each.assignment,
        "price": each.price,
        "proven_optimal": each.proven_optimal,
        "bound": each.bound,
    }


def _repair(each: RepairTold) -> Json:
    return {
        "changes": [{"variable": name, "from": old, "to": new} for name, old, new in each.changes],
        "assignment": each.assignment,
        "price": each.price,
    }
