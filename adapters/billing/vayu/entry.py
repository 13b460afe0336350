"""What lets us in at Vayu: access tokens, renewed before they end."""

import base64
import json
import time
from dataclasses import dataclass
from threading import Lock

from adapters.http import Guard
from adapters.rest import Rest, json_of
from engine.ports.outcomes import Declined, Denied

_USUAL_LIFE = 3600
_MARGIN = 300
"""Seconds before its end that a token is renewed."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token; `renew_at` is on the monotonic clock."""

    text: str
    renew_at: float


class Entry:
    """The access token of one connection, which its threads share."""

    def __init__(self, url: str, api_key: str, guard: Guard) -> None:
        self._rest = Rest(url, dict, guard)
        self._watch = guard.watch
        self._api_key = api_key
        self._lock = Lock()
        self._token: Token | None = None

    def token(self) -> Token:
        """One that will do for a while. Denied where our key is not taken."""
        with self._lock:
            if self._token is None or time.monotonic() >= self._token.renew_at:
                self._token = self._login()
            return self._token

    def another(self, refused: Token) -> Token:
        """One that is not the one that was refused."""
        with self._lock:
            if self._token is None or self._token is refused:
                self._token = None
                self._token = self._login()
                if self._watch is not None:
                    self._watch.forgive()
            return self._token

    def _login(self) -> Token:
        if not self._api_key:
            raise Denied("the connection has no api_key")
        body = json.dumps({"refreshToken": self._api_key}).encode()
        answer = self._rest.call("POST", "/login", body=body, writes=False)
        if not answer.is_ok:
            raise Denied(f"the login answered {answer.status}: {answer.excerpt}")
        said = json_of(answer, writes=False)
        text = said.get("accessToken") if isinstance(said, dict) else None
        if not isinstance(text, str) or not text.isascii() or not text.isprintable():
            raise Declined("the login answered no access token")
        return Token(text, time.monotonic() + _life(text))


def _life(token: str) -> int:
    """The seconds until it is renewed, by its own word; the machine's clock may be another."""
    said: object = None
    try:
        part = token.split(".")[1]
        said = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, IndexError, RecursionError):
        said = None
    life = _USUAL_LIFE
    if isinstance(said, dict) and {"exp", "iat"} <= said.keys():
        ends, begins = said["exp"], said["iat"]
        if type(ends) is int and type(begins) is int:
            life = min(max(ends - begins, 0), _USUAL_LIFE)
    return life - _MARGIN if life > 2 * _MARGIN else life // 2
