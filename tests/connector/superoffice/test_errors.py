"""How each kind of operation says that it could not do its work."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from connector import context
from connector.encoder import Answer
from connector.superoffice import ROOMS, VOICES, texts
from connector.superoffice.canonical import Canonical
from connector.superoffice.errors import Voices
from engine.kernel.errors import (
    AlreadyOrdered,
    EngineError,
    Forbidden,
    IllegalTransition,
    Invalid,
    NotFound,
    StaleRevision,
    Unavailable,
)
from tests.connector.conftest import Handlers
from tests.connector.superoffice.test_canonical import DOCUMENT
from tests.connector.wire import Wire

ENVELOPES = sorted(name for name, voice in VOICES.items() if voice == "envelope")
BARE = sorted(name for name, voice in VOICES.items() if voice == "bare")
FAILURES: list[Exception] = [
    Unavailable("the store does not answer"),
    NotFound("no such thing"),
    Forbidden("not for you"),
    StaleRevision("somebody was faster"),
    IllegalTransition("sold is sold"),
    KeyError("s3cret"),
]


@pytest.fixture
def fail(handlers: Handlers) -> Callable[[str, Exception], None]:
    """Let an operation fail."""

    def fail(operation: str, error: Exception) -> None:
        def handler(_body: object) -> object:
            raise error

        handlers[operation] = handler

    return fail


def example(operation: str) -> dict[str, Any]:
    post = DOCUMENT["paths"][f"/{operation}"]["post"]
    examples = post["requestBody"]["content"]["application/json"]["examples"]
    body: dict[str, Any] = next(iter(examples.values()))["value"]
    return body


def outcome(operation: str, answer: dict[str, Any]) -> dict[str, Any]:
    """The members that say how it went."""
    envelope = answer["VersionResponse"] if operation == "OnAfterSentQuoteVersion" else answer
    assert isinstance(envelope, dict)
    return envelope


def test_every_operation_has_a_room_and_a_voice() -> None:
    assert set(ROOMS) == set(VOICES) == {path[1:] for path in DOCUMENT["paths"]}
    assert len(ENVELOPES) == 9


@pytest.mark.parametrize("operation", ENVELOPES)
@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
def test_an_envelope_says_it_inside_a_200(
    wire: Wire, fail: Callable[[str, Exception], None], operation: str, error: Exception
) -> None:
    fail(operation, error)
    reply = wire.post(f"/superoffice/{operation}", example(operation))
    said = outcome(operation, reply.json())
    assert reply.status == 200
    assert (said["IsOk"], said["State"]) == (False, "Error")
    assert said["UserExplanation"]
    code = error.code if isinstance(error, EngineError) else "defect"
    assert said["ErrorCode"] == code
    assert "s3cret" not in reply.content.decode()
    assert "KeyError" not in reply.content.decode()


@pytest.mark.parametrize("operation", BARE)
@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
def test_a_bare_answer_says_it_by_status_and_never_as_missing_or_stale(
    wire: Wire, fail: Callable[[str, Exception], None], operation: str, error: Exception
) -> None:
    fail(operation, error)
    reply = wire.post(f"/superoffice/{operation}", example(operation))
    assert reply.status == (503 if isinstance(error, Unavailable) else 500)
    assert ("retry-after" in reply.headers) is (reply.status == 503)
    problem = reply.json()
    assert problem["request_id"] == reply.headers["x-request-id"]
    if reply.status == 500:
        assert (
            problem["detail"]
            == f"The call failed. Name {problem['request_id']} when you report it."
        )
    assert "s3cret" not in reply.content.decode()


def test_what_a_bare_operation_cannot_work_with_is_a_bad_request(
    wire: Wire, fail: Callable[[str, Exception], None]
) -> None:
    fail("GetProducts", Invalid("the keys contradict each other"))
    reply = wire.post("/superoffice/GetProducts", example("GetProducts"))
    assert (reply.status, reply.json()["detail"]) == (400, "the keys contradict each other")


def test_a_deleted_quote_is_answered_with_null_whatever_happens(
    wire: Wire, fail: Callable[[str, Exception], None]
) -> None:
    for error in FAILURES:
        fail("OnBeforeDeleteQuote", error)
        reply = wire.post("/superoffice/OnBeforeDeleteQuote", example("OnBeforeDeleteQuote"))
        assert (reply.status, reply.content) == (200, b"null")


def broken_midway(body: dict[str, Any]) -> None:
    """A handler that fails after it began to write on the caller's line."""
    line = body.get("QuoteLine") or body["Context"]["CRMAlternativeWithLines"]["CRMAlternative"]
    line["TotalPrice"] = Decimal(999)
    line.pop("Name", None)
    raise Unavailable("the store does not answer")


def test_a_line_goes_back_as_it_was_sent_with_the_failure_marked_on_it(
    wire: Wire, handlers: Handlers
) -> None:
    handlers["OnQuoteLineChanged"] = broken_midway
    line = b'{"name":"Belt","totalprice":12.50,"X":1}'
    body = b'{"Context":{"UserLanguageCode":"nb-NO"},"QuoteLine":' + line + b"}"
    reply = wire.post("/superoffice/OnQuoteLineChanged", body)
    assert reply.status == 200
    assert b'"TotalPrice":12.50' in reply.content
    assert reply.json() == {
        "Name": "Belt",
        "TotalPrice": 12.5,
        "X": 1,
        "Status": "Error",
        "Reason": texts.say("unavailable", "nb-NO"),
    }


def test_an_alternative_goes_back_with_the_failure_at_its_own_level(
    wire: Wire, handlers: Handlers
) -> None:
    handlers["RecalculateQuoteAlternative"] = broken_midway
    lines = [{"Quantity": 1, "Status": "Ok"}]
    both = {"CRMAlternative": {"Name": "A", "Status": 0}, "CRMQuoteLines": lines}
    body = {"Context": {"CRMAlternativeWithLines": both}}
    reply = wire.post("/superoffice/RecalculateQuoteAlternative", body)
    assert reply.json() == {
        "CRMAlternative": {"Name": "A", "Status": 3, "Reason": texts.say("unavailable", "en")},
        "CRMQuoteLines": [{"Quantity": 1, "Status": 0}],
    }


def test_without_a_carrier_the_status_says_it(
    wire: Wire, fail: Callable[[str, Exception], None]
) -> None:
    fail("RecalculateQuoteAlternative", Unavailable("gone"))
    body: dict[str, Any] = {"Context": {"CRMAlternativeWithLines": None}}
    assert wire.post("/superoffice/RecalculateQuoteAlternative", body).status == 503


def test_a_failure_is_written_with_numbers_for_those_who_send_numbers(
    wire: Wire, fail: Callable[[str, Exception], None]
) -> None:
    fail("ValidateQuoteVersion", Unavailable("gone"))
    body = {"QuoteContext": {}, "action": 1}
    assert wire.post("/superoffice/ValidateQuoteVersion", body).json()["State"] == 3


def test_the_user_reads_the_sentence_of_the_nearest_kind_in_his_language(
    wire: Wire, fail: Callable[[str, Exception], None]
) -> None:
    fail("PlaceOrder", AlreadyOrdered("ordered", order="SO-7"))
    german = {"Context": {"UserLanguageCode": "de-DE"}}
    said = wire.post("/superoffice/PlaceOrder", german).json()
    assert said["UserExplanation"] == texts.say("already_ordered", "de", order="SO-7")
    assert said["TechExplanation"] == "ordered"
    fail("PlaceOrder", StaleRevision("faster"))
    stale = wire.post("/superoffice/PlaceOrder", german).json()
    assert stale["UserExplanation"] == texts.say("conflict", "de")
    assert stale["ErrorCode"] == "stale_revision"


def test_a_kind_without_a_sentence_is_told_in_its_own_words(
    wire: Wire, fail: Callable[[str, Exception], None]
) -> None:
    fail("PlaceOrder", Forbidden("the margin is too low"))
    said = wire.post("/superoffice/PlaceOrder", {"Context": {}}).json()
    assert said["UserExplanation"] == "the margin is too low"


def test_an_answer_that_cannot_be_written_is_a_failure_like_any_other(
    wire: Wire, handlers: Handlers
) -> None:
    handlers["TestConnection"] = lambda _: {"IsOk": object()}
    handlers["GetQuoteList"] = lambda _: [object()]
    said = wire.post("/superoffice/TestConnection", {}).json()
    assert (said["IsOk"], said["ErrorCode"]) == (False, "defect")
    assert wire.post("/superoffice/GetQuoteList", {"QuoteListType": "x"}).status == 500


def test_a_voiced_handler_raises_nothing_even_when_its_voice_fails() -> None:
    def handler(_body: object) -> object:
        raise Unavailable("gone")

    voiced = Voices(Canonical(DOCUMENT)).voiced("OnQuoteLineChanged", handler)
    exchange = context.Exchange("req_1", "POST", "/", "", body=b'{"QuoteLine":5}')
    caller = context.Principal("CustA", 1, "basic")
    with context.use(caller, None, exchange):
        answer = voiced({})
    assert isinstance(answer, Answer)
    assert (answer.status, json.loads(answer.content)["code"]) == (503, "unavailable")
