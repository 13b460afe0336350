"""Dropbox Sign's signature requests. Proven against a stub of our own."""

import base64
from collections.abc import Mapping
from typing import Any

from engine.ports.signing import Confirmation

API = "https://api.hellosign.com"
PATH = "/v3/signature_request/{}"


def headers(credentials: str) -> Mapping[str, str]:
    """Basic, with the API key as the user and no password."""
    user = base64.b64encode(f"{credentials}:".encode()).decode("ascii")
    return {"Authorization": f"Basic {user}"}


def read(answer: dict[str, Any]) -> Confirmation | None:
    """What a signature request says of itself."""
    request = answer.get("signature_request")
    if not isinstance(request, dict):
        return None
    kept = request.get("metadata")
    members = kept if isinstance(kept, dict) else {}
    texts = {str(name): each for name, each in members.items() if isinstance(each, str)}
    return Confirmation(status=_status(request), members=texts)


def _status(request: dict[str, Any]) -> str:
    if request.get("is_declined") is True:
        return "declined"
    return "completed" if request.get("is_complete") is True else "sent"
