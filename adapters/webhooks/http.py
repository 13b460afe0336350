"""Webhook deliveries over HTTPS, guarded like every other call.

Receivers are called at ports 443 and 8443 of public addresses; those of the exact list of test
targets over http. A redirect is a failure and is not followed. Each thread keeps connections
open, and each of them leads to an address that was checked when it was made.
"""

import socket
import ssl
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from threading import local

import requests
from urllib3.exceptions import HTTPError

from adapters.addresses import Closed
from adapters.http import Guard, GuardedSession
from engine.events import signature
from engine.kernel.errors import Unavailable
from engine.ports.webhooks import Delivered, Message, Trouble

_PORTS = frozenset({8443})
_HEAD = {
    "User-Agent": "Quotewright-Webhooks/1",
    "Content-Type": "application/json",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
}
_PART = 16_384
_ANSWER = 1_000
_SUCCESSES = range(200, 300)
_LONGEST_WISH = 19
_REDIRECTS = range(300, 400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds of one try: seconds in all and to connect, bytes that are read of an answer."""

    seconds: float = 15.0
    seconds_to_connect: float = 5.0
    largest: int = 65_536


class HttpReceivers:
    """The port over HTTPS; `targets` are `host:port` receivers on this machine, for tests."""

    def __init__(self, targets: Iterable[str] = (), limits: Limits | None = None) -> None:
        limits = limits or Limits()
        self._guard = Guard(
            seconds=limits.seconds,
            seconds_to_connect=limits.seconds_to_connect,
            largest=limits.largest,
            ports=_PORTS,
            plain=frozenset(_target(each) for each in targets),
        )
        self._mine = local()

    def deliver(self, message: Message) -> Delivered:
        """Try once; nothing a receiver does raises."""
        began = time.monotonic()
        delivered = self._tried(message)
        return replace(delivered, elapsed_ms=int((time.monotonic() - began) * 1_000))

    def _tried(self, message: Message) -> Delivered:
        head = signature.headers(
            message.delivery_id, message.timestamp, message.body, message.secrets
        )
        try:
            # The session would only merge its own headers in, for more than this call costs.
            asked = requests.Request("POST", message.url, _HEAD | head, data=message.body)
            answer = self._session().send(asked.prepare())
        except Exception as error:  # noqa: BLE001 (a receiver may provoke any; each is a failed try)
            return Delivered(error=_trouble(error))
        try:
            said = self._beginning(answer)
        finally:
            answer.close()
        status = answer.status_code
        return Delivered(
            status=status,
            error=_refusal(status),
            retry_after=_retry_after(answer.headers.get("Retry-After", ""), message.timestamp),
            answer=said,
        )

    def _session(self) -> GuardedSession:
        session: GuardedSession | None = getattr(self._mine, "session", None)
        if session is None:
            session = self._mine.session = GuardedSession(self._guard)
        return session

    def _beginning(self, answer: requests.Response) -> str:
        """How the answer begins; a connection is used again only where it ends in time."""
        body = bytearray()
        # The status was said; what goes wrong with the rest does not change it.
        with suppress(HTTPException, HTTPError, OSError, ValueError):
            while len(body) <= self._guard.largest:
                part = answer.raw.read(_PART, decode_content=False)
                if not part:
                    break
                body += part
        said = bytes(body[:_ANSWER]).decode("utf-8", "replace")
        return said.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _target(written: str) -> tuple[str, int]:
    host, _, port = written.strip().rpartition(":")
    return host.strip("[]"), int(port)


def _refusal(status: int) -> str:
    if status in _REDIRECTS:
        return Trouble.REDIRECT.value
    return "" if status in _SUCCESSES else Trouble.REFUSED.value


def _retry_after(wish: str, now: int) -> int | None:
    """The seconds of a Retry-After header, which may be a number or a day and a time."""
    wish = wish.strip()
    if wish.isascii() and wish.isdigit():
        return int(wish[:_LONGEST_WISH])
    try:
        return max(0, int(parsedate_to_datetime(wish).timestamp()) - now)
    except (ValueError, OverflowError):
        return None


_TROUBLES: tuple[tuple[type[BaseException], Trouble], ...] = (
    (Unavailable, Trouble.NOT_ALLOWED),
    (Closed, Trouble.NOT_ALLOWED),
    (socket.gaierror, Trouble.UNRESOLVED),
    (ssl.SSLError, Trouble.UNTRUSTED),
    (TimeoutError, Trouble.TIMEOUT),
    (ConnectionRefusedError, Trouble.UNREACHABLE),
    (ConnectionError, Trouble.CLOSED_EARLY),
    (HTTPException, Trouble.NOT_HTTP),
    (OSError, Trouble.UNREACHABLE),
)
"""Whichever matches first, from the bottom of an error upwards."""


def _trouble(error: BaseException) -> str:
    """What an error means, by what lies deepest in it: the libraries wrap it several times."""
    wrapped = [error]
    while deeper := wrapped[-1].__cause__ or wrapped[-1].__context__:
        wrapped.append(deeper)
    for each in reversed(wrapped):
        for kind, trouble in _TROUBLES:
            if isinstance(each, kind) and not isinstance(each, requests.RequestException):
                return trouble.value
    known = isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.MissingSchema)
    return (Trouble.NOT_ALLOWED if known else Trouble.NOT_HTTP).value
