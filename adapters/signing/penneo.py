"""Penneo's case files. Proven against a stub of our own."""

import json
from collections.abc import Mapping
from typing import Any

from engine.ports.signing import Confirmation

API = "https://app.penneo.com"
PATH = "/api/v3/casefiles/{}"

_STATUSES = {0: "sent", 1: "sent", 2: "declined", 3: "voided", 4: "sent", 5: "completed"}
"""new, pending, rejected, deleted, signed but not finished, completed"""


def headers(credentials: str) -> Mapping[str, str]:
    """The token of an integration."""
    return {"X-Auth-Token": credentials, "Accept": "application/json"}


def read(answer: dict[str, Any]) -> Confirmation | None:
    """What a case file says of itself; its metadata is JSON in a text."""
    status = _STATUSES.get(answer.get("status", -1))
    return None if status is None else Confirmation(status=status, members=_members(answer))


def _members(answer: dict[str, Any]) -> dict[str, str]:
    try:
        kept = json.loads(str(answer.get("metaData") or "{}"))
    except ValueError:
        return {}
    members = kept if isinstance(kept, dict) else {}
    return {str(name): each for name, each in members.items() if isinstance(each, str)}
