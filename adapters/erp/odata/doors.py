"""How a service lets us in: with a name and password, or with a token that is renewed in time."""

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Protocol
from urllib.parse import urlencode

from adapters.http import Guard
from adapters.rest import Answer, Rest, json_of
from adapters.watch import in_turn
from engine.ports.outcomes import Declined, Denied, Postponed

_FORM = "application/x-www-form-urlencoded"
_REFUSED = frozenset({400, 401, 403})
_EARLY = 300
"""Seconds before its end that a token is renewed; sooner where it lives for a short time."""
_LONGEST_LIFE = 86_400
_LONGEST_TOKEN = 16_384


class Door(Protocol):
    """What a call has to carry to be let in."""

    def headers(self) -> Mapping[str, str]: ...

    def renew(self, used: Mapping[str, str]) -> bool:
        """Whether another try may fare better after a call with `used` was not let in."""
        ...


class Basic:
    """A name and a password, which are right or are not."""

    def __init__(self, user: str, password: str) -> None:
        self._headers = {"Authorization": _basic(user, password)}

    def headers(self) -> Mapping[str, str]:
        return self._headers

    def renew(self, used: Mapping[str, str]) -> bool:  # noqa: ARG002 (nothing can be renewed)
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who asks for tokens, and where. `in_header`: as a name and password, not in the form."""

    url: str
    id: str
    secret: str = field(repr=False)
    scope: str = ""
    in_header: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    text: str = field(repr=False)
    renewed_at: float
    """on the monotonic clock"""


class ClientCredentials:
    """Tokens of the OAuth 2 client credentials grant: one for all threads, asked for once."""

    def __init__(self, client: Client, guard: Guard) -> None:
        self._client = client
        self._rest = Rest(client.url, dict, guard, told=_told)
        self._lock = Lock()
        self._token: _Token | None = None

    def headers(self) -> Mapping[str, str]:
        with in_turn(self._lock):
            if self._token is None or time.monotonic() >= self._token.renewed_at:
                self._token = None
                self._token = self._asked()
            return {"Authorization": f"Bearer {self._token.text}"}

    def renew(self, used: Mapping[str, str]) -> bool:
        """A token that was not taken is dropped, unless another thread has renewed it since."""
        with in_turn(self._lock):
            if self._token and used.get("Authorization") == f"Bearer {self._token.text}":
                self._token = None
        return True

    def _asked(self) -> _Token:
        form = {"grant_type": "client_credentials"}
        head = {"Content-Type": _FORM}
        if self._client.in_header:
            head["Authorization"] = _basic(self._client.id, self._client.secret)
        else:
            form |= {"client_id": self._client.id, "client_secret": self._client.secret}
        if self._client.scope:
            form["scope"] = self._client.scope
        answer = self._rest.call(
            "POST", "", body=urlencode(form).encode(), headers=head, writes=False, passes=_REFUSED
        )
        if answer.status in _REFUSED:
            raise Denied(f"no token was given: {_told(answer)}")
        if not answer.is_ok:
            raise Declined(f"no token is given there: it answered {answer.status}")
        return _read(json_of(answer, writes=False))


def _read(said: Any) -> _Token:  # noqa: ANN401 (whatever the system says)
    text = said.get("access_token") if isinstance(said, dict) else None
    if not isinstance(text, str) or not text.isascii() or not text.isprintable():
        raise Postponed("what gives tokens answered without one")
    if not 0 < len(text) <= _LONGEST_TOKEN or " " in text:
        raise Postponed("what gives tokens answered no token")
    told = str(said.get("expires_in", ""))
    life = min(int(told[:9]), _LONGEST_LIFE) if told.isascii() and told.isdecimal() else _EARLY
    return _Token(text, time.monotonic() + life - min(_EARLY, life // 2))


def _told(answer: Answer) -> str:
    """Why there is no token; never what it was asked for with."""
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        said = None
    error = said.get("error") if isinstance(said, dict) else None
    return f"{answer.status} {error[:80]}" if isinstance(error, str) else str(answer.status)


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
