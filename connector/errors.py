"""Every refusal of the platform, and its form: a problem after RFC 9457.

A *refusal* is an answer that no handler gave. Whatever is raised on the way becomes one;
its surface then voices it. Nothing of an exception that is not ours leaves the process:
a defect is logged in full and answered with the id of the request.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple

import structlog
from connexion.exceptions import ProblemException
from starlette.exceptions import HTTPException

from connector.context import Exchange
from connector.encoder import Answer, encode
from connector.security import NotAllowed, TooManyFailures, Unauthenticated
from engine.kernel.errors import Invalid, Unavailable

PROBLEM = "application/problem+json"
RETRY_AFTER = 5
"""Seconds after which to ask again when something behind us does not answer."""

_CODES = {
    400: "invalid_request",
    404: "not_found",
    405: "method_not_allowed",
    408: "timeout",
    413: "too_large",
    415: "unsupported_media_type",
    431: "headers_too_large",
}
_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}
_log = structlog.get_logger("quotewright.errors")


class Fault(NamedTuple):
    """One thing that is wrong with a body; `pointer` is a JSON pointer to the member."""

    pointer: str
    code: str
    message: str


class Refused(Exception):
    """A request that gets no handler's answer.

    `detail` is one short sentence for the caller; `code` a stable word for the kind.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        code: str | None = None,
        faults: Sequence[Fault] = (),
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(detail)
        self.status = int(status)
        self.detail = detail
        self.code = code or _CODES.get(status, "refused")
        self.faults = tuple(faults)
        self.headers = tuple(headers)


def invalid_body(message: str, pointer: str = "", code: str = "malformed") -> Refused:
    """The body is not what the document asks for, at `pointer`."""
    return Refused(
        HTTPStatus.BAD_REQUEST,
        f"{pointer or 'The body'}: {message}.",
        code="invalid_body",
        faults=[Fault(pointer, code, message)],
    )


def too_many(retry_after: int) -> Refused:
    """More calls, or more failed sign-ins, than are let through in this time."""
    return Refused(
        HTTPStatus.TOO_MANY_REQUESTS,
        f"Try again in {retry_after} seconds.",
        code="too_many_requests",
        headers=[("retry-after", str(retry_after))],
    )


def unavailable() -> Refused:
    """Something behind this hub does not answer just now."""
    return Refused(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "A system this call needs is out of reach.",
        code="unavailable",
        headers=[("retry-after", str(RETRY_AFTER))],
    )


def refusal_of(error: Exception, exchange: Exchange) -> Refused:
    """What the caller is told about `error`; a defect is logged here."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, HTTPException):
        refused = _routing(error.status_code, exchange)
    elif isinstance(error, ProblemException):
        refused = _routing(error.status, exchange)
    else:
        refused = _known(error, exchange)
    return refused or _defect(error, exchange)


def answer_for(error: Exception, exchange: Exchange) -> Answer:
    """`error` in the voice of the surface that was asked."""
    refused = refusal_of(error, exchange)
    voice = exchange.surface.refuse if exchange.surface else problem
    return voice(refused, exchange.request_id)


def log_defect(error: Exception, exchange: Exchange | None) -> None:
    """Keep the trace of `error` under the id its caller is told."""
    where = {"request_id": exchange.request_id, "operation": exchange.operation} if exchange else {}
    _log.error("defect", **where, exc_info=error)


def problem(refused: Refused, request_id: str) -> Answer:
    """`refused` as a problem document."""
    members: dict[str, object] = {
        "type": "about:blank",
        "title": _TITLES.get(refused.status) or HTTPStatus(refused.status).phrase,
        "status": refused.status,
        "detail": refused.detail,
        "code": refused.code,
    }
    if refused.faults:
        members["errors"] = [fault._asdict() for fault in refused.faults]
    members["request_id"] = request_id
    return Answer(refused.status, encode(members), refused.headers, PROBLEM)


def _known(error: Exception, exchange: Exchange) -> Refused | None:
    match error:
        case Unauthenticated():
            return _unauthenticated(exchange)
        case NotAllowed():
            return Refused(403, "These credentials may not be used here.", code="not_allowed")
        case TooManyFailures():
            return too_many(error.retry_after)
        case Unavailable():
            return unavailable()
        case Invalid():
            return Refused(400, error.detail, code=error.code)
    return None


def _unauthenticated(exchange: Exchange) -> Refused:
    token_sent = (exchange.authorization or "")[:6].lower() == "bearer"
    error = ', error="invalid_token"' if token_sent else ""
    challenge = f'Bearer realm="quotewright"{error}, Basic realm="quotewright", charset="UTF-8"'
    if exchange.surface is not None and exchange.surface.by_key:
        challenge = 'ApiKey realm="quotewright"'
    if exchange.surface is not None and exchange.surface.by_user:
        challenge = 'ApiKey realm="quotewright", Basic realm="quotewright", charset="UTF-8"'
    return Refused(
        HTTPStatus.UNAUTHORIZED,
        "The credentials are missing or not valid.",
        code="unauthenticated",
        headers=[("www-authenticate", challenge)],
    )


def _routing(status: int, exchange: Exchange) -> Refused | None:
    """A refusal of a router; what a path allows the document says, not the route it met first."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return None
    allow: list[tuple[str, str]] = []
    if status == HTTPStatus.METHOD_NOT_ALLOWED and exchange.surface is not None:
        allow.append(("allow", exchange.surface.allowed(exchange.path)))
    return Refused(status, f"{HTTPStatus(status).phrase}.", headers=allow)


def _defect(error: Exception, exchange: Exchange) -> Refused:
    log_defect(error, exchange)
    return Refused(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        f"The call failed. Name {exchange.request_id} when you report it.",
        code="internal",
    )
