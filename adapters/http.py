"""Calls to other systems over HTTPS, guarded against being led astray.

A *guarded session* speaks https only, checks every address a name resolves to, connects to
an address it checked, follows no redirect, takes no proxy, cookie or password from anywhere,
and gives up on an answer that is late or large, however it arrives.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from adapters import addresses
from adapters.connections import CheckedAdapter
from adapters.watch import Watch
from engine.kernel.errors import Unavailable

_HTTPS_PORT = 443
_PART = 65_536
_SHORTEST = 0.001
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Guard:
    """The limits of one session.

    `seconds` is the time for a whole call, name look-up to last byte, of which connecting may
    take `seconds_to_connect`; `largest` the bytes of an answer's body. `ports` are allowed
    beside 443. `inside` lists the exact (host, port) pairs that may be called although their
    address is not public or their port is another one, `plain` those that may be called so
    over http. A `watch` says when the system may be called. All calls are over by `until`, on
    the monotonic clock.
    """

    seconds: float = 5.0
    largest: int = 1_000_000
    inside: frozenset[tuple[str, int]] = frozenset()
    seconds_to_connect: float = math.inf
    ports: frozenset[int] = frozenset()
    plain: frozenset[tuple[str, int]] = frozenset()
    watch: Watch | None = None
    until: float = math.inf

    @property
    def left(self) -> float:
        """Seconds that a call which begins now may take."""
        return min(self.seconds, self.until - time.monotonic())

    def addresses(self, host: str, port: int, seconds: float) -> list[str]:
        """The addresses `host` may be called at; OSError when there are none."""
        is_listed = (host, port) in self.inside | self.plain
        find = addresses.resolve if is_listed else addresses.public_addresses
        return find(host, port, seconds)

    def check(self, url: str) -> None:
        """Raise `Unavailable` when this address must not be called."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _HTTPS_PORT
        if "@" in parts.netloc:
            raise Unavailable(f"the address of {host} carries a user name or password")
        if parts.scheme == "http" and (host, parts.port) in self.plain:
            return
        if parts.scheme != "https" or not host:
            raise Unavailable("only https addresses are called")
        if port not in {_HTTPS_PORT, *self.ports} and (host, port) not in self.inside:
            raise Unavailable(f"{host} is not called at port {port}")


class GuardedSession(requests.Session):
    """A session that keeps to its `Guard` whatever is asked of it."""

    def __init__(self, guard: Guard | None = None) -> None:
        super().__init__()
        self.guard = guard or Guard()
        self.trust_env = False
        self.headers.update({"Accept-Encoding": "identity", "Connection": "close"})
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.adapters.clear()
        adapter = CheckedAdapter(self.guard)
        for scheme in ("https://", "http://"):
            self.mount(scheme, adapter)

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # noqa: ANN401 (the library's signature)
        """Send `request` within the guard's limits; the body of the answer is left unread."""
        if self.guard.watch is None:
            return self._sent(request, kwargs)
        with self.guard.watch.call() as heard:
            answer = self._sent(request, kwargs)
            heard(answer)
        return answer

    def exchange(
        self, request: requests.PreparedRequest, read: Callable[[requests.Response], Read]
    ) -> Read:
        """What `read` makes of the answer to `request`; the call lasts until it has."""
        if self.guard.watch is None:
            with self._sent(request, {}) as answer:
                return read(answer)
        with self.guard.watch.call() as heard, self._sent(request, {}) as answer:
            found = read(answer)
            heard(answer)
            return found

    def _sent(self, request: requests.PreparedRequest, kwargs: dict[str, Any]) -> requests.Response:
        self.guard.check(request.url or "")
        kwargs |= {
            "allow_redirects": False,
            "stream": True,
            "timeout": max(self.guard.left, _SHORTEST),
        }
        kwargs["proxies"] = {}
        return super().send(request, **kwargs)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: an answer that points elsewhere is not followed, nor is its body read."""

    def read(self, url: str) -> bytes:
        """The body of what stands at `url`; raises `Unavailable` for whatever goes wrong."""
        try:
            with self.get(url) as answer:
                return self._body(answer)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise Unavailable(f"{_host(url)} does not answer: {_cause(error)}") from error

    def _body(self, answer: requests.Response) -> bytes:
        if answer.status_code != requests.codes.ok:
            raise Unavailable(f"{_host(answer.url)} answered {answer.status_code}")
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise Unavailable(f"{_host(answer.url)} packed its answer")
        body = bytearray()
        while part := answer.raw.read(_PART, decode_content=False):
            body += part
            if len(body) > self.guard.largest:
                limit = self.guard.largest
                raise Unavailable(f"{_host(answer.url)} answered more than {limit} bytes")
        return bytes(body)


def _host(url: str) -> str:
    return urlsplit(url).hostname or "the address"


def _cause(error: BaseException) -> BaseException:
    """What lies at the bottom of an error the libraries wrapped in others."""
    while deeper := error.__cause__ or error.__context__:
        error = deeper
    return error
