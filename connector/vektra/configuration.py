"""Configuration: what may be combined, what is left to choose, and the best build."""

import atexit
import hashlib
import time
from http import HTTPStatus
from typing import Any

from connector import context
from connector.encoder import encode
from connector.errors import Refused
from connector.reading import chosen
from connector.solving.pool import Busy, Pool
from connector.solving.wire import Asked
from connector.vektra import session
from connector.vektra.reply import Reply
from connector.vektra.solved import answer_written, findings_written
from connector.vektra.writing import cells, writing
from engine.catalog.intake import Kind
from engine.configuration.questions import Mode, Question
from engine.kernel.errors import Invalid, NotFound
from engine.kernel.finding import Finding, Severity
from engine.pricing.snapshot import Snapshot
from engine.services import maintaining, modelling

Json = dict[str, Any]
USUAL_MILLISECONDS = 2_000
_INSPECTION_MILLISECONDS = 3_000
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
        what_if=tuple(body.get("what_if") or ()),
    )
    asked = _asked(document, body.get("timeout_ms") or USUAL_MILLISECONDS)
    began = time.perf_counter()
    try:
        found = _POOL.ask(context.principal().tenant, asked, question)
    except Busy as busy:
        raise _later(busy) from None
    elapsed = round((time.perf_counter() - began) * 1_000)
    written = {**answer_written(found, question), "stats": {"elapsed_ms": elapsed}}
    if body.get("certificate"):
        written["certificate"] = {
            "day": asked.day.isoformat(),
            "mode": mode.value,
            "assignment": dict(question.assignment),
            "objective": body.get("objective") or None,
            "limit": question.limit,
            **document,
        }
    return written


def lint(body: Json) -> Json:
    """What is odd about a model: its own, or that of a product."""
    try:
        return _inspected(_document(body))
    except Busy as busy:
        raise _later(busy) from None


def _inspected(document: Json) -> Json:
    asked = _asked(document, _INSPECTION_MILLISECONDS)
    found = _POOL.inspect(context.principal().tenant, asked)
    return {"findings": findings_written(found.findings), "complete": found.complete}


def _asked(document: Json, milliseconds: int) -> Asked:
    written = encode(document)
    return Asked(
        key=hashlib.sha256(written).hexdigest(),
        document=written,
        day=session.today(session.snapshot()),
        question=None,
        milliseconds=milliseconds,
    )


def _later(busy: Busy) -> Refused:
    return Refused(
        HTTPStatus.TOO_MANY_REQUESTS,
        "Too many questions wait already.",
        code="too_many_requests",
        headers=[("retry-after", str(busy.retry_after))],
    )


def get_configurator(configurator_id: str) -> Json:
    """One configurator with its model."""
    return _configurator(session.snapshot(), configurator_id)


def put_configurator(body: Json, configurator_id: str) -> Reply:
    """Make a configurator, or put another model in its place."""
    row = cells({**body, "id": configurator_id})
    try:
        lint = _inspected({"variables": body["variables"], "rules": body.get("rules") or []})
    except Busy as busy:
        raise _later(busy) from None
    is_new = writing(maintaining.put, Kind.CONFIGURATORS, row)
    status = HTTPStatus.CREATED if is_new else HTTPStatus.OK
    kept = _configurator(session.newest(), configurator_id)
    return Reply({**kept, "lint": lint}, status)


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
        **modelling.model_document(found),
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
    return modelling.model_document(found)


def _objective(given: Json | None) -> tuple[str | None, bool]:
    if not given:
        return None, False
    [(direction, attribute)] = given.items()
    return attribute, direction == "maximize"


def _wrong(code: str, where: str) -> Invalid:
    return Invalid("the question cannot be answered", [Finding(Severity.ERROR, code, where=where)])
