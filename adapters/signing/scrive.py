"""Scrive's documents. Proven against a stub of our own."""

from collections.abc import Mapping
from typing import Any

from engine.ports.signing import Confirmation

API = "https://scrive.com"
PATH = "/api/v2/documents/{}/get"

_STATUSES = {
    "pending": "sent",
    "closed": "completed",
    "rejected": "declined",
    "timedout": "expired",
    "canceled": "voided",
}


def headers(credentials: str) -> Mapping[str, str]:
    """Personal access credentials, written as Scrive's OAuth header."""
    return {"Authorization": credentials}


def read(answer: dict[str, Any]) -> Confirmation | None:
    """What a document says of itself; one that is closed has to be sealed as well."""
    status = _STATUSES.get(str(answer.get("status")))
    if status is None or (status == "completed" and not answer.get("sealed_file")):
        return None
    tags = answer.get("tags")
    pairs = [each for each in tags if isinstance(each, dict)] if isinstance(tags, list) else []
    members = {
        str(each.get("name")): each["value"] for each in pairs if isinstance(each.get("value"), str)
    }
    return Confirmation(status=status, members=members)
