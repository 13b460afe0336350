"""How an operation of SuperOffice's connector says that it could not do its work.

SuperOffice shows explanations to the seller, treats a missing operation (404, 410) as gone
for good and a refused sign-in (401, 403) as a stale token. So a handler's failure is told
inside a 200 wherever the answer has room for it.
"""

from collections.abc import Callable, Iterable
from functools import partial
from http import HTTPStatus
from typing import Any

from connector import context, json_body
from connector.encoder import Answer, encode
from connector.errors import Fault, Refused, answer_for, log_defect
from connector.superoffice import VOICES, Voice, texts
from connector.superoffice.canonical import Canonical
from connector.superoffice.carriers import MOST_DIGITS, TooManyDigits
from engine.kernel.errors import EngineError

Json = dict[str, Any]
Handler = Callable[[Json], object]

_NULL = Answer(200, b"null")
_WITHOUT_USER = frozenset({"TestConnection"})
"""Operations that are asked by nobody whose language is known."""


class Voices:
    """Gives handlers their voices; `canonical` writes enumerations as their caller does."""

    def __init__(self, canonical: Canonical, voices: dict[str, Voice] = VOICES) -> None:
        self._canonical = canonical
        self._voices = voices
        self._ways: dict[Voice, Callable[[str, Json, Exception], Answer]] = {
            "envelope": self._envelope,
            "carrier": self._carrier,
            "bare": self._bare,
            "silent": self._silent,
        }

    def voiced(self, operation: str, handler: Handler) -> Callable[[Json], Answer]:
        """`handler` with its value written out and its failures voiced; it raises nothing."""

        def call(body: Json) -> Answer:
            try:
                return self._answer(operation, handler(body))
            except TooManyDigits as error:
                return self._bare(operation, body, _unreadable(body, error))
            except Exception as error:  # noqa: BLE001 (the one place that hears them all)
                return self._told(operation, body, error)

        return call

    def _told(self, operation: str, body: Json, error: Exception) -> Answer:
        try:
            return self._ways[self._voices[operation]](operation, body, error)
        except Exception as defect:  # noqa: BLE001 (a failing voice must not cost the answer)
            log_defect(defect, context.exchange())
            return self._bare(operation, body, error)

    def _answer(self, operation: str, value: object) -> Answer:
        exchange = context.exchange()
        if exchange is not None and exchange.numeric_enums:
            value = self._canonical.numbered(operation, value)
        return Answer(200, encode(value))

    def _envelope(self, operation: str, body: Json, error: Exception) -> Answer:
        speak = texts.everywhere if operation in _WITHOUT_USER else None
        code, user, technical = _explained(body, error, speak)
        outcome: Json = {
            "IsOk": False,
            "State": "Error",
            "UserExplanation": user,
            "TechExplanation": technical,
            "ErrorCode": code,
        }
        if operation == "OnAfterSentQuoteVersion":
            outcome = {"VersionResponse": outcome, "Url": ""}
        return self._answer(operation, outcome)

    def _carrier(self, operation: str, body: Json, error: Exception) -> Answer:
        sent = self._as_sent(operation, body)
        mark = {"Status": "Error", "Reason": _explained(body, error)[1]}
        if operation == "OnQuoteLineChanged":
            return self._answer(operation, {**sent["QuoteLine"], **mark})
        alternative = sent["Context"].get("CRMAlternativeWithLines")
        if not alternative:
            return self._bare(operation, body, error)
        marked = {**(alternative.get("CRMAlternative") or {}), **mark}
        return self._answer(operation, {**alternative, "CRMAlternative": marked})

    def _as_sent(self, operation: str, body: Json) -> Json:
        """The body as it was before its handler began to work on it."""
        exchange = context.exchange()
        if exchange is None or not exchange.body:
            return body
        sent = json_body.parse(exchange.body)
        self._canonical.canonicalise(operation, sent)
        return sent

    def _bare(self, _operation: str, _body: Json, error: Exception) -> Answer:
        exchange = context.exchange()
        if exchange is None:
            raise error
        return answer_for(error, exchange)

    def _silent(self, _operation: str, body: Json, error: Exception) -> Answer:
        _explained(body, error)
        return _NULL


def _unreadable(body: Json, error: TooManyDigits) -> Refused:
    """The refusal of a number that could not be kept exactly, at its place in the body."""
    pointer = _pointer(body, error.value) or ""
    message = f"has more than {MOST_DIGITS} digits"
    return Refused(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        f"{pointer}: {message}.",
        code="too_many_digits",
        faults=[Fault(pointer, "too_many_digits", message)],
    )


def _pointer(holder: object, value: object) -> str | None:
    """Where in `holder` the very object `value` stands, as a JSON pointer."""
    if holder is value:
        return ""
    inner: Iterable[tuple[object, object]] = ()
    if isinstance(holder, dict):
        inner = holder.items()
    elif isinstance(holder, list):
        inner = enumerate(holder)
    for step, member in inner:
        rest = _pointer(member, value)
        if rest is not None:
            return f"/{step}{rest}"
    return None


def _explained(
    body: Json, error: Exception, speak: Callable[..., str] | None = None
) -> tuple[str, str, str]:
    """A stable code, the sentence for the user and the one for technicians.

    `speak` says a code to whoever reads it; the user's own language where it is None.
    """
    exchange = context.exchange()
    speak = speak or partial(texts.say, culture=_culture(body))
    if isinstance(error, EngineError):
        return error.code, _sentence(error, speak), error.detail
    log_defect(error, exchange)
    reference = exchange.request_id if exchange else "-"
    said = speak("defect", reference=reference)
    return "defect", said, f"Unexpected error, logged under {reference}"


def _sentence(error: EngineError, speak: Callable[..., str]) -> str:
    """The sentence for the nearest kind of `error` that has one; else its detail."""
    for kind in type(error).__mro__:
        code = vars(kind).get("code")
        if code is not None and texts.knows(code):
            return speak(code, **{"detail": error.detail, **error.params})
    return error.detail


def _culture(body: Json) -> object:
    surroundings = body.get("Context") or body.get("QuoteContext")
    return surroundings.get("UserLanguageCode") if isinstance(surroundings, dict) else None
