"""Webhooks: handing an event to whoever subscribed to it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

_SUCCESS = range(200, 300)
_GONE = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One delivery, as it is said now.

    `delivery_id` stays the same from try to try, `timestamp` (in seconds) is that of the try.
    `secrets` sign it, all of them: while a secret is exchanged there are two.
    """

    url: str
    delivery_id: str
    timestamp: int
    body: bytes
    secrets: tuple[str, ...] = field(repr=False)


class Trouble(StrEnum):
    """Why a try failed."""

    NOT_ALLOWED = "not_allowed"
    """the address must not be called: not https, another port, not public"""
    UNRESOLVED = "unresolved"
    UNREACHABLE = "unreachable"
    UNTRUSTED = "untrusted"
    """the certificate is not the name's, or nobody known signed it"""
    TIMEOUT = "timeout"
    CLOSED_EARLY = "closed_early"
    NOT_HTTP = "not_http"
    REDIRECT = "redirect"
    REFUSED = "refused"
    """the receiver answered another status than 2xx"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What came of one try.

    `status` is None where nobody answered. `error` is a `Trouble`, or empty where the receiver
    took the message. `retry_after` are the seconds the receiver asks to be left alone; `answer`
    is the beginning of what it said, at most 1,000 characters.
    """

    status: int | None = None
    error: str = ""
    elapsed_ms: int = 0
    retry_after: int | None = None
    answer: str = ""

    @property
    def is_accepted(self) -> bool:
        """Whether the receiver took the message: its status says so, whatever follows it."""
        return self.status in _SUCCESS

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants nothing more, ever."""
        return self.status == _GONE


class Receivers(Protocol):
    """Everybody who may be told something; any thread may ask."""

    def deliver(self, message: Message) -> Delivered:
        """Try once. Whatever the receiver does, this comes back, and does not raise."""
