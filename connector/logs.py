"""What is written down: one line of JSON per event, and never what a caller sent.

The access line has a closed list of members. Header and query values, bodies, settings of
connections and credentials are not among them.
"""

import logging
import sys
from collections.abc import Callable, MutableMapping
from typing import Any, BinaryIO

import msgspec
import structlog

from connector.context import Exchange

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
LEVELS = tuple(_LEVELS)

_to_json: Callable[..., bytes] = msgspec.json.Encoder(enc_hook=repr).encode


def _written(event: dict[str, Any], **_: object) -> bytes:
    return _to_json(event)


def configure(level: str = "info", out: BinaryIO | None = None) -> None:
    """Send everything from `level` up to `out` (standard output), as lines of JSON."""
    stream = out or sys.stdout.buffer
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _Traces(with_messages=level == "debug"),
            structlog.processors.JSONRenderer(serializer=_written),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.BytesLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=_LEVELS[level], handlers=[_Forward()], force=True)
    for noisy in ("uvicorn.access", "connexion", "a2wsgi", "werkzeug", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # At each call of an operation that takes several media types it says that there are several.
    logging.getLogger("connexion.operations").setLevel(logging.ERROR)
    # It calls a parameter that is given with its place, as `sort[0]`, one that is not listed.
    logging.getLogger("connexion.decorators.parameter").setLevel(logging.CRITICAL)


class _Traces:
    """Writes exceptions as their kinds and places; a message may quote what a caller sent."""

    def __init__(self, *, with_messages: bool) -> None:
        self._with_messages = with_messages
        self._format = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)

    def __call__(self, _log: object, _name: str, event: MutableMapping[str, Any]) -> Any:
        error = event.pop("exc_info", None)
        if isinstance(error, BaseException):
            error = (type(error), error, error.__traceback__)
        if isinstance(error, tuple) and error[0] is not None:
            event["exception"] = [
                {
                    "kind": raised["exc_type"],
                    **({"message": raised["exc_value"]} if self._with_messages else {}),
                    "at": [f"{f['filename']}:{f['lineno']} {f['name']}" for f in raised["frames"]],
                }
                for raised in self._format(error)
            ]
        return event


class _Forward(logging.Handler):
    """Hands what libraries log to the one log."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger(record.name)
        level = min(record.levelno // 10 * 10, logging.ERROR)
        log.log(level, record.getMessage(), logger=record.name, exc_info=record.exc_info)


class AccessLog:
    """One line per answered request."""

    def __init__(self) -> None:
        self._log = structlog.get_logger("quotewright.access").bind()

    def write(self, exchange: Exchange, status: int, seconds: float, size: int) -> None:
        """Write down one request; a request nobody waited for has status 499."""
        self._log.info(
            "request",
            request_id=exchange.request_id,
            method=exchange.method[:16],
            surface=exchange.surface.name if exchange.surface else None,
            operation=exchange.operation or None,
            status=status,
            tenant=(exchange.principal.tenant or None) if exchange.principal else None,
            ms=round(seconds * 1000, 2),
            received=len(exchange.body),
            sent=size,
        )
