"""Whatever goes wrong becomes a problem document that gives nothing away."""

import json

import pytest
from connexion.exceptions import BadRequestProblem, ProblemException
from starlette.exceptions import HTTPException

from connector.context import Exchange
from connector.errors import (
    PROBLEM,
    Fault,
    Refused,
    answer_for,
    invalid_body,
    problem,
    refusal_of,
    too_many,
)
from connector.security import CHALLENGE, NotAllowed, TooManyFailures, Unauthenticated
from connector.surface import DEFAULT_LIMIT
from engine.hub import Hub
from engine.kernel.errors import Conflict, Invalid, NotFound, Unavailable
from tests.connector.conftest import Open
from tests.connector.wire import JSON, Wire


def an_exchange(authorization: str | None = None) -> Exchange:
    return Exchange("req_7", "POST", "/x", "192.0.2.1", authorization=authorization)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Refused(415, "no"), 415, "unsupported_media_type"),
        (invalid_body("is required", "/a", "required"), 400, "invalid_body"),
        (Unauthenticated(CHALLENGE, "the secret is s3cret"), 401, "unauthenticated"),
        (NotAllowed("s3cret is disabled"), 403, "not_allowed"),
        (TooManyFailures(17), 429, "too_many_requests"),
        (too_many(1), 429, "too_many_requests"),
        (Unavailable("postgresql://s3cret"), 503, "unavailable"),
        (Invalid("a before b"), 400, "invalid"),
        (NotFound("s3cret"), 500, "internal"),
        (Conflict("s3cret"), 500, "internal"),
        (HTTPException(404), 404, "not_found"),
        (HTTPException(405, headers={"Allow": "POST"}), 405, "method_not_allowed"),
        (HTTPException(500, detail="s3cret"), 500, "internal"),
        (BadRequestProblem(detail="s3cret"), 400, "invalid_request"),
        (ProblemException(status=503, detail="s3cret"), 500, "internal"),
        (ValueError("s3cret"), 500, "internal"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_every_kind_of_failure_has_its_status_and_code(
    error: Exception, status: int, code: str
) -> None:
    answer = answer_for(error, an_exchange())
    told = json.loads(answer.content)
    assert (answer.status, answer.content_type) == (status, PROBLEM)
    assert (told["status"], told["code"], told["type"]) == (status, code, "about:blank")
    assert told["request_id"] == "req_7"
    assert told["title"]
    assert told["detail"]
    assert b"s3cret" not in answer.content


@pytest.mark.parametrize(
    ("authorization", "challenge"),
    [
        (None, CHALLENGE),
        ("Basic eDp5", CHALLENGE),
        ("bearer a.b.c", CHALLENGE.replace("quotewright", 'quotewright", error="invalid_token', 1)),
    ],
)
def test_the_challenge_says_when_a_token_was_worthless(
    authorization: str | None, challenge: str
) -> None:
    refused = refusal_of(Unauthenticated(CHALLENGE, "x"), an_exchange(authorization))
    assert dict(refused.headers) == {"www-authenticate": challenge}


def test_how_long_to_wait_is_said_in_seconds() -> None:
    assert dict(refusal_of(TooManyFailures(17), an_exchange()).headers) == {"retry-after": "17"}
    assert "retry-after" in dict(refusal_of(Unavailable("x"), an_exchange()).headers)


def test_faults_are_listed_with_their_places() -> None:
    refused = Refused(422, "no", code="odd", faults=[Fault("/a/0", "type", "is odd")])
    told = json.loads(problem(refused, "req_1").content)
    assert told["errors"] == [{"pointer": "/a/0", "code": "type", "message": "is odd"}]
    assert told["title"] == "Unprocessable Content"


@pytest.mark.parametrize("way", [{}, {"short_way": False}, {"at_once": True}], ids=str)
def test_a_store_that_is_away_before_any_handler_is_a_503(
    open_wire: Open, hub: Hub, monkeypatch: pytest.MonkeyPatch, way: dict[str, bool]
) -> None:
    def away(_tenant: str) -> None:
        raise Unavailable("the store does not answer")

    wire = open_wire(**way)
    assert wire.post("/superoffice/GetQuoteList", {"QuoteListType": "x"}).status == 200
    monkeypatch.setattr(hub, "standing", away)
    reply = wire.post("/superoffice/GetQuoteList", {"QuoteListType": "x"})
    assert (reply.status, reply.json()["code"]) == (503, "unavailable")
    assert int(reply.headers["retry-after"]) > 0


def test_a_path_of_no_surface_has_a_neutral_problem(wire: Wire) -> None:
    reply = wire.get("/nowhere")
    assert (reply.status, reply.headers["content-type"]) == (404, PROBLEM)
    huge = JSON | {"content-length": str(DEFAULT_LIMIT + 1)}
    assert wire.ask("POST", "/nowhere", [b"{}"], huge).status == 413
