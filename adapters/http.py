"""Calls to other systems over HTTPS, guarded against being led astray.

A *guarded session* speaks https only, checks every address a name resolves to, connects to
an address it checked, follows no redirect, takes no proxy, cookie or password from anywhere,
and gives up on an answer that is late or large, however it arrives.
"""

import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.util.ssl_ import create_urllib3_context

from adapters import addresses
from engine.kernel.errors import Unavailable

_HTTPS_PORT = 443
_SHORTEST = 0.001
_PART = 65_536


@dataclass(frozen=True, slots=True)
class Guard:
    """The limits of one session.

    `seconds` is the time for a whole call, name look-up to last byte; `largest` the bytes of
    an answer's body. `inside` lists the exact (host, port) pairs that may be called although
    their address is not public or their port is not 443.
    """

    seconds: float = 5.0
    largest: int = 1_000_000
    inside: frozenset[tuple[str, int]] = frozenset()

    def addresses(self, host: str, port: int, seconds: float) -> list[str]:
        """The addresses `host` may be called at; OSError when there are none."""
        find = addresses.resolve if (host, port) in self.inside else addresses.public_addresses
        return find(host, port, seconds)

    def check(self, url: str) -> None:
        """Raise `Unavailable` when this address must not be called."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _HTTPS_PORT
        if parts.scheme != "https" or not host:
            raise Unavailable("only https addresses are called")
        if "@" in parts.netloc:
            raise Unavailable(f"the address of {host} carries a user name or password")
        if port != _HTTPS_PORT and (host, port) not in self.inside:
            raise Unavailable(f"{host} is to be called at port {port}, only 443 is allowed")


class GuardedSession(requests.Session):
    """A session that keeps to its `Guard` whatever is asked of it."""

    def __init__(self, guard: Guard | None = None) -> None:
        super().__init__()
        self.guard = guard or Guard()
        self.trust_env = False
        self.headers.update({"Accept-Encoding": "identity", "Connection": "close"})
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.adapters.clear()
        self.mount("https://", _Adapter(self.guard))

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # noqa: ANN401 (the library's signature)
        """Send `request` within the guard's limits; the body of the answer is left unread."""
        self.guard.check(request.url or "")
        kwargs |= {"allow_redirects": False, "stream": True, "timeout": self.guard.seconds}
        return super().send(request, **kwargs | {"proxies": {}})

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


class _TimedSocket(ssl.SSLSocket):
    """A socket that must have heard everything by `ends_at`, in seconds of the monotonic clock."""

    ends_at: float

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:  # noqa: ANN401 (the library's signature)
        self.settimeout(_left(self.ends_at))
        return super().recv_into(buffer, nbytes, flags)


class _Connection(HTTPSConnection):
    """A connection to an address that was checked; the certificate is still the name's."""

    def __init__(self, *args: Any, guard: Guard, **kwargs: Any) -> None:  # noqa: ANN401 (the library's signature)
        super().__init__(*args, **kwargs)
        self._guard = guard
        self._ends_at = 0.0

    def connect(self) -> None:
        self._ends_at = time.monotonic() + self._guard.seconds
        super().connect()
        if isinstance(self.sock, _TimedSocket):
            self.sock.ends_at = self._ends_at

    def _new_conn(self) -> socket.socket:
        port = self.port or _HTTPS_PORT
        try:
            found = self._guard.addresses(self.host, port, _left(self._ends_at))
            return self._first_open(found, port)
        except OSError as error:
            raise NewConnectionError(self, str(error) or type(error).__name__) from error

    def _first_open(self, found: Sequence[str], port: int) -> socket.socket:
        trouble: OSError = OSError("the name has no address")
        for address in found:
            try:
                opened = socket.create_connection((address, port), timeout=_left(self._ends_at))
            except OSError as error:
                trouble = error
                continue
            # What is left of the time now bounds the handshake.
            opened.settimeout(max(self._ends_at - time.monotonic(), _SHORTEST))
            return opened
        raise trouble


class _Pool(HTTPSConnectionPool):
    def __init__(self, *args: Any, guard: Guard, **kwargs: Any) -> None:  # noqa: ANN401 (the library's signature)
        super().__init__(*args, **kwargs)
        self.ConnectionCls = partial(_Connection, guard=guard)  # type: ignore[assignment]  # called like the class


class _Adapter(HTTPAdapter):
    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (the library's signature)
        context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
        context.sslsocket_class = _TimedSocket
        super().init_poolmanager(*args, ssl_context=context, **kwargs)
        pool = partial(_Pool, guard=self._guard)
        self.poolmanager.pool_classes_by_scheme = {"https": pool}


def _left(ends_at: float) -> float:
    left = ends_at - time.monotonic()
    if left <= 0:
        raise TimeoutError("the time for this call is over")
    return left


def _host(url: str) -> str:
    return urlsplit(url).hostname or "the address"


def _cause(error: BaseException) -> BaseException:
    """What lies at the bottom of an error the libraries wrapped in others."""
    while deeper := error.__cause__ or error.__context__:
        error = deeper
    return error
