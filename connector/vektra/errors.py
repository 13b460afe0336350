"""How `/api/v1` says no: problem documents, a status for each kind of refusal."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from connector import context
from connector.encoder import Answer
from connector.errors import Refused, answer_for
from connector.refusals import faults_of, sentence
from connector.vektra.reply import Reply, written
from engine.kernel.errors import (
    Conflict,
    EngineError,
    Forbidden,
    Invalid,
    NotFound,
    StaleRevision,
)

Json = dict[str, Any]

_STATUS: tuple[tuple[type[EngineError], HTTPStatus], ...] = (
    (StaleRevision, HTTPStatus.PRECONDITION_FAILED),
    (Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Conflict, HTTPStatus.CONFLICT),
    (Forbidden, HTTPStatus.FORBIDDEN),
)


def voiced(operation: str, handler: Callable[..., object]) -> Callable[..., Answer]:
    """`handler` with its value written out and its refusals told; it raises nothing.

    A fulfilment system's key opens only what such a system needs.
    """

    def call(*arguments: object, **parameters: object) -> Answer:
        try:
            _guard_system(operation)
            return _answer(handler(*arguments, **parameters))
        except Exception as error:
            exchange = context.exchange()
            if exchange is None:
                raise
            return answer_for(refusal(error), exchange)

    return call


def _guard_system(operation: str) -> None:
    if operation not in FOR_SYSTEMS and context.principal().system is not None:
        raise Forbidden("this key is for reports on orders alone")


FOR_SYSTEMS = frozenset({"getOrder", "listOrders", "reportOrderStatus"})
"""What a key of a fulfilment system opens."""


def refusal(error: Exception) -> Exception:
    """`error` as this surface refuses it; what is not the engine's stays what it is."""
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return _refused(error, status)
    return error


def _refused(error: EngineError, status: HTTPStatus) -> Refused:
    faults = faults_of(error)
    if not faults:
        return Refused(status, sentence(error.detail), code=error.code)
    first = faults[0]
    told = f"{first.pointer}: {first.message}" if first.pointer else sentence(first.message)
    return Refused(status, told, code=first.code, faults=faults)


def _answer(value: object) -> Answer:
    if isinstance(value, Answer):
        return value
    return written(value if isinstance(value, Reply) else Reply(value))
