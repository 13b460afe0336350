"""Configuration: what may be combined, what is left to choose, and the best build."""

import atexit
import hashlib
import time
from http import HTTPStatus
from typing import Any

from connector import context
from connector.encoder import encode
from connector.errors import Refused
from connector.solving.pool import Busy, Pool
from connector.solving.wire import Asked
from connector.vektra import session
from connector.vektra.reading import chosen
from connector.vektra.reply import Reply
from connector.vektra.writing import cells, writing
from engine.catalog.intake import Kind
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
from engine.kernel.errors import Invalid, NotFound
from engine.kernel.finding import Finding, Severity
from engine.pricing.snapshot import Snapshot
from engine.services import importing, maintaining

Json = dict[str, Any]
USUAL_MILLISECONDS = 2_000
_POOL = Pool()
atexit.register(_POOL.close)


def solve(body: Json) -> Json:
    """The answer to one question about a model: its own, or that of a product."""
    document = _document(body)
    mode = Mode(body.get("mode") or "all")
    objective, most = _objective(body.get("objective"))
    assigned = {**(body.get("assignment") or {}), **(body.get("quantities") or {})}
    question = Question(
        mode=mode,
        assignment={name: chosen(value) for name, value in assigned.items()},
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


def get_configurator(configurator_id: str) -> Json:
    """One configurator with its model."""
    return _configurator(session.snapshot(), configurator_id)


def put_configurator(body: Json, configurator_id: str) -> Reply:
    """Make a configurator, or put another model in its place."""
    row = cells({**body, "id": configurator_id})
    is_new = writing(maintaining.put, Kind.CONFIGURATORS, row)
    status = HTTPStatus.CREATED if is_new else HTTPStatus.OK
    return Reply(_configurator(session.newest(), configurator_id), status)


def _configurator(data: Snapshot, key: str) -> Json:
    every = [each for each in data.data.configurators if each.id == key]
    if not every:
        raise NotFound("there is no such configurator")
    found = max(every, key=lambda each: each.version)
    start, last = found.validity.start, found.validity.last_day
    return {
        "id": found.id,
        "name": found.name,
        "version": found.version,
        "valid_from": None if start is None else start.isoformat(),
        "valid_to": None if last is None else last.isoformat(),
        "skus": [each.sku for each in data.data.products if each.configurator == key],
        **importing.model_document(found),
    }


def _document(body: Json) -> Json:
    """The model that is asked about, from exactly one place."""
    named = [name for name in ("sku", "configurator", "variables") if body.get(name) is not None]
    if len(named) != 1:
        code = "model_missing" if not named else "two_models"
        raise _wrong(code, "variables" if not named else named[-1])
    if body.get("variables") is not None:
        return {"variables": body["variables"], "rules": body.get("rules") or []}
    return _kept_document(session.snapshot(), body, named[0])


def _kept_document(data: Snapshot, body: Json, named: str) -> Json:
    """The model of a product, or of a configurator, that the tenant keeps."""
    key: str = body[named]
    if named == "sku":
        product = data.products.get(key)
        if product is None:
            raise _wrong("unknown_sku", "sku")
        if not product.configurator:
            raise _wrong("not_configurable", "sku")
        key = product.configurator
    found = data.configurator(key, session.today(data))
    if found is None:
        raise _wrong("unknown_configurator", named)
    return importing.model_document(found)


def _objective(given: Json | None) -> tuple[str | None, bool]:
    if not given:
        return None, False
    [(direction, attribute)] = given.items()
    return attribute, direction == "maximize"


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
