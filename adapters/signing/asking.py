"""Whoever a callback claims to come from is asked, over guarded HTTPS."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import local
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from urllib3.exceptions import HTTPError

from adapters.http import Guard, GuardedSession
from adapters.signing import dropbox_sign, penneo, scrive
from engine.kernel.errors import Unavailable
from engine.ports.signing import Access, Confirmation

_PART = 65_536
_UNKNOWN = frozenset({400, 403, 404, 410})


@dataclass(frozen=True, slots=True)
class _Way:
    """Where a provider is asked, how the question is signed, and what the answer means."""

    api: str
    path: str
    headers: Callable[[str], Mapping[str, str]]
    read: Callable[[dict[str, Any]], Confirmation | None]


_WAYS = {
    "dropbox_sign": _Way(
        dropbox_sign.API, dropbox_sign.PATH, dropbox_sign.headers, dropbox_sign.read
    ),
    "penneo": _Way(penneo.API, penneo.PATH, penneo.headers, penneo.read),
    "scrive": _Way(scrive.API, scrive.PATH, scrive.headers, scrive.read),
}


class HttpConfirming:
    """The port over HTTPS; each thread has a session of its own."""

    def __init__(self, guard: Guard | None = None) -> None:
        self._guard = guard or Guard()
        self._mine = local()

    def confirm(self, access: Access, envelope_id: str) -> Confirmation | None:
        """What the provider says about an envelope; `Unavailable` where it does not answer."""
        way = _WAYS.get(access.provider)
        if way is None:
            return None
        url = (access.api or way.api).rstrip("/") + way.path.format(quote(envelope_id, safe=""))
        try:
            with self._session().get(url, headers=dict(way.headers(access.credentials))) as answer:
                members = self._members(answer)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise Unavailable(f"{urlsplit(url).hostname} does not answer") from error
        return None if members is None else way.read(members)

    def _session(self) -> GuardedSession:
        if not hasattr(self._mine, "session"):
            self._mine.session = GuardedSession(self._guard)
        session: GuardedSession = self._mine.session
        return session

    def _members(self, answer: requests.Response) -> dict[str, Any] | None:
        """The JSON object it answered; None where it knows no such envelope."""
        if answer.status_code in _UNKNOWN:
            return None
        if answer.status_code != requests.codes.ok:
            raise Unavailable(f"{urlsplit(answer.url).hostname} answered {answer.status_code}")
        body = bytearray()
        while part := answer.raw.read(_PART, decode_content=False):
            body += part
            if len(body) > self._guard.largest:
                raise Unavailable(f"{urlsplit(answer.url).hostname} answered too much")
        members = json.loads(body)
        return members if isinstance(members, dict) else None
