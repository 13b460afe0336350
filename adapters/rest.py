"""JSON calls to one system, each of which ends in an answer or in a named outcome.

What matters of a failed call is whether it may have been carried out. A call that only reads,
or that never left, may be made again (`Postponed`); one that writes and whose answer was lost,
came late, broke off or was of another kind may only go on through a look-up (`Uncertain`).
"""

import json
import ssl
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from threading import local
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError, NewConnectionError

from adapters.http import Guard, GuardedSession
from engine.kernel.clock import SystemClock
from engine.kernel.errors import Unavailable
from engine.ports.outcomes import Declined, Denied, Postponed, PushError, Uncertain

_PART = 65_536
_LONGEST_WISH = 9
_EXCERPT = 300
_REFUSED_ENTRY = frozenset({401, 403})
_TOO_MANY = 429
_OK = range(200, 300)
_MOVED = range(300, 400)
_BROKEN = range(500, 600)
USUAL = Guard(seconds=25.0, seconds_to_connect=5.0, largest=4_000_000)
"""A call has to end before the lease of the worker that makes it."""
Headers = Callable[[], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a system answered; numbers in its JSON are read exactly."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_ok(self) -> bool:
        return self.status in _OK

    @property
    def excerpt(self) -> str:
        """How it begins, for people; without anything that is not text."""
        text = self.body[: _EXCERPT * 4].decode("utf-8", "replace")
        return "".join(each if each.isprintable() else " " for each in text)[:_EXCERPT].strip()

    def json(self) -> Any:  # noqa: ANN401 (whatever the system says)
        """What it says; ValueError where that is no JSON."""
        return json.loads(self.body, parse_float=Decimal, parse_constant=_no_number)


class Rest:
    """A system below one address.

    `headers` are asked for at each call, so that what lets us in may be renewed. Cookies are
    kept where `keeps_cookies`, each thread its own. `told` is what people are shown of an answer
    that refuses; how it begins where nothing else is said.
    """

    def __init__(
        self,
        url: str,
        headers: Headers,
        guard: Guard = USUAL,
        *,
        keeps_cookies: bool = False,
        told: Callable[[Answer], str] | None = None,
    ) -> None:
        self._url = url.rstrip("/")
        self._told = told or _beginning
        self._headers = headers
        self._guard = guard
        self._keeps_cookies = keeps_cookies
        self._mine = local()

    def get(self, path: str, params: Mapping[str, str] | None = None, **headers: str) -> Answer:
        """Ask for something."""
        return self.call("GET", path, params=params, headers=headers, writes=False)

    def call(  # noqa: PLR0913 (a call is made of these)
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        writes: bool = True,
        passes: Collection[int] = (),
    ) -> Answer:
        """The answer with a status below 300, or between 400 and 499 but for 401, 403 and 429.

        Raises an outcome for everything else. `writes` says whether making the call twice could
        do something twice. An answer whose status is in `passes` is the caller's to judge.
        """
        lost: type[Uncertain | Postponed] = Uncertain if writes else Postponed
        head = {"Accept": "application/json", "Accept-Encoding": "identity", **self._headers()}
        if body is not None:
            head["Content-Type"] = "application/json"
        head.update(headers or {})
        asked = requests.Request(
            method, f"{self._url}{path}", head, data=body, params=dict(params or {})
        )
        session = self._session()
        try:
            found = session.exchange(session.prepare_request(asked), self._answered)
        except PushError:
            raise
        except Unavailable as error:
            raise Declined(f"it must not be called: {error.detail}") from error
        except Exception as error:  # a peer may provoke any
            self._mine.session = None
            raise _failed(error, lost, self._host) from error
        return found if found.status in passes else self._judged(found, lost)

    @property
    def _host(self) -> str:
        return urlsplit(self._url).hostname or "the address"

    def _judged(self, found: Answer, lost: type[Uncertain | Postponed]) -> Answer:
        status, host = found.status, self._host
        if status in _REFUSED_ENTRY:
            raise Denied(f"{host} answered {status}: {self._told(found)}")
        if status == _TOO_MANY:
            raise Postponed(f"{host} answered 429", _retry_after(found))
        if status in _BROKEN:
            raise lost(f"{host} answered {status}: {self._told(found)}")
        if status in _MOVED or status < _OK.start:
            raise Declined(f"{host} answered {status}: it is not where it is said to be")
        return found

    def _answered(self, answer: requests.Response) -> Answer:
        return Answer(answer.status_code, dict(answer.headers), self._body(answer))

    def _body(self, answer: requests.Response) -> bytes:
        body = bytearray()
        while part := answer.raw.read(_PART, decode_content=False):
            body += part
            if len(body) > self._guard.largest:
                body.clear()  # an error may be kept for a while, and all of this with it
                raise OSError(f"answered more than {self._guard.largest} bytes")
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise OSError("packed its answer")
        return bytes(body)

    def _session(self) -> GuardedSession:
        session: GuardedSession | None = getattr(self._mine, "session", None)
        if session is None:
            session = self._mine.session = GuardedSession(self._guard)
            session.headers.pop("Connection", None)
            if self._keeps_cookies:
                session.cookies.set_policy(DefaultCookiePolicy())
        return session


def _beginning(answer: Answer) -> str:
    return answer.excerpt


def json_of(answer: Answer, *, writes: bool, host: str = "it") -> Any:  # noqa: ANN401 (as above)
    """What an answer says; the outcome of one that is no JSON is that of a lost one."""
    try:
        return answer.json()
    except (ValueError, RecursionError):
        lost = Uncertain if writes else Postponed
        raise lost(f"{host} answered no JSON: {answer.excerpt}") from None


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _failed(
    error: BaseException, lost: type[Uncertain | Postponed], host: str
) -> Uncertain | Postponed:
    """What a call that broke comes to: nothing was sent where no connection was made."""
    chain = [error]
    while deeper := chain[-1].__cause__ or chain[-1].__context__:
        chain.append(deeper)
    never_left = any(
        isinstance(each, NewConnectionError | ssl.SSLCertVerificationError) for each in chain
    )
    known = [each for each in chain if isinstance(each, OSError | HTTPError | HTTPException)]
    cause = (known or chain)[-1]
    why = f"{host} does not answer: {str(cause)[:_EXCERPT] or type(cause).__name__}"
    return Postponed(why) if never_left else lost(why)


def _retry_after(found: Answer) -> int | None:
    """The seconds it asks to be left alone."""
    wish = {name.lower(): value for name, value in found.headers.items()}.get("retry-after", "")
    wish = wish.strip()
    if wish.isascii() and wish.isdigit():
        return int(wish[:_LONGEST_WISH])
    try:
        return max(0, int((parsedate_to_datetime(wish) - SystemClock().now()).total_seconds()))
    except (ValueError, OverflowError, TypeError):
        return None
