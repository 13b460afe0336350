"""What a service says when it refuses, read into an outcome.

Version 4 says `error.message` and may list `details`; version 2 has the message in a language,
and lists what is wrong with which property under `innererror.errordetails`.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from adapters.rest import Answer
from engine.ports.outcomes import Declined, Postponed, PushError

_CORRELATION = re.compile(r"\s*CorrelationId:.*\Z", re.DOTALL)
_CHANGED_MEANWHILE = frozenset({409, 412})
_LOCKED = 423
_LONGEST = 500
_MOST = 50


def refusal(answer: Answer, members: Collection[str] = ()) -> PushError:
    """The outcome of an answer that refuses; `members` are the names of what was sent.

    Nothing was done there. A document that somebody else holds or has changed meanwhile may be
    tried again.
    """
    error = _error(answer)
    said = _said(error) or answer.excerpt or "nothing else"
    reason = f"it answered {answer.status}: {said}"
    if answer.status == _LOCKED or answer.status in _CHANGED_MEANWHILE:
        return Postponed(reason)
    return Declined(reason, _fields(error, said, members))


def told(answer: Answer) -> str:
    """What people are shown of an answer that refuses."""
    return _said(_error(answer)) or answer.excerpt


def _error(answer: Answer) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except (ValueError, RecursionError):
        return {}
    error = found.get("error") if isinstance(found, Mapping) else None
    return error if isinstance(error, Mapping) else {}


def _said(part: Mapping[str, Any]) -> str:
    message = part.get("message")
    if isinstance(message, Mapping):
        message = message.get("value")
    if not isinstance(message, str):
        return ""
    text = "".join(each if each.isprintable() else " " for each in message)
    return _CORRELATION.sub("", text).strip()[:_LONGEST]


def _fields(error: Mapping[str, Any], said: str, members: Collection[str]) -> dict[str, str]:
    inner = error.get("innererror")
    listed = inner.get("errordetails") if isinstance(inner, Mapping) else error.get("details")
    found: dict[str, str] = {}
    for part in [error, *(listed if isinstance(listed, list) else [])[:_MOST]]:
        if isinstance(part, Mapping) and (where := _where(part)):
            found.setdefault(where, _said(part) or said)
    if found:
        return found
    named = [each for each in members if re.search(rf"\b{re.escape(each)}\b", said)]
    return dict.fromkeys(named, said)


def _where(part: Mapping[str, Any]) -> str:
    for name in ("target", "propertyref"):
        where = part.get(name)
        if isinstance(where, str) and where.strip("/ "):
            return where.strip("/ ")[:_LONGEST]
    return ""
