"""How this API says no: an envelope with the HTTP status, a sentence, and more beside them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus

from connector import context
from connector.encoder import Answer, encode
from connector.errors import Fault, Refused, answer_for
from connector.klaro.envelope import enveloped
from connector.reading import Unreadable
from connector.refusals import faults_of, sentence
from engine.kernel.errors import (
    Conflict,
    EngineError,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
)

_STATUS: tuple[tuple[type[EngineError], HTTPStatus], ...] = (
    (Invalid, HTTPStatus.BAD_REQUEST),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Gone, HTTPStatus.NOT_FOUND),
    (Conflict, HTTPStatus.CONFLICT),
    (Forbidden, HTTPStatus.FORBIDDEN),
)


def voiced(_operation: str, handler: Callable[..., object]) -> Callable[..., Answer]:
    """`handler` with its value in an envelope and its refusals told; it raises nothing.

    A fulfilment system's key opens nothing here.
    """

    def call(*arguments: object, **parameters: object) -> Answer:
        try:
            _guard_system()
            return enveloped(handler(*arguments, **parameters))
        except Exception as error:
            exchange = context.exchange()
            if exchange is None:
                raise
            return answer_for(refusal(error), exchange)

    return call


def refuse(refused: Refused, request_id: str) -> Answer:
    """`refused` in the envelope of errors."""
    meta: dict[str, object] = {"reason": refused.code}
    if refused.faults:
        meta["errors"] = [fault._asdict() for fault in refused.faults]
    meta["request_id"] = request_id
    error = {"code": refused.status, "message": refused.detail}
    content = encode({"error": error, "meta": meta})
    return Answer(refused.status, content, refused.headers)


def refusal(error: Exception) -> Exception:
    """`error` as this surface refuses it; what is not the engine's stays what it is."""
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return _refused(error, status)
    return error


def bad_value(pointer: str, error: Unreadable) -> Refused:
    """The refusal of the member or parameter at `pointer`."""
    fault = Fault(pointer, error.code, error.message)
    return Refused(
        HTTPStatus.BAD_REQUEST, f"{pointer}: {error.message}.", code=error.code, faults=[fault]
    )


@contextmanager
def renamed(**names: str) -> Iterator[None]:
    """What is wrong with members that the engine calls otherwise is told by their `names` here."""
    try:
        yield
    except Invalid as error:
        found = [replace(each, where=names.get(each.where, each.where)) for each in error.findings]
        raise Invalid(error.detail, found) from None


def _guard_system() -> None:
    if context.principal().system is not None:
        raise Forbidden("this key is for reports on orders alone")


def _refused(error: EngineError, status: HTTPStatus) -> Refused:
    faults = faults_of(error)
    if not faults:
        return Refused(status, sentence(error.detail), code=error.code)
    first = faults[0]
    told = f"{first.pointer}: {first.message}." if first.pointer else sentence(first.message)
    return Refused(status, told, code=first.code, faults=faults)
