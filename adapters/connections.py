"""Connections to addresses that were checked, which end when their time is over.

A call's time begins with the look-up of the name, or with its first byte where the connection
is used again, and ends with the last byte of the answer, however that arrives.
"""

import socket
import ssl
import time
from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol, Self

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError
from urllib3.util.ssl_ import create_urllib3_context

_SHORTEST = 0.001
_POOLS = 32
"""Hosts that connections are kept to; of another one the oldest's are closed."""


class Rules(Protocol):
    """Which addresses a name may be called at, and how long a call may take."""

    @property
    def left(self) -> float: ...

    @property
    def seconds_to_connect(self) -> float: ...

    def addresses(self, host: str, port: int, seconds: float) -> list[str]: ...


class CheckedAdapter(HTTPAdapter):
    """What a session sends requests through."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        super().__init__(pool_connections=_POOLS)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (the library's signature)
        context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
        context.sslsocket_class = _TimedTls
        super().init_poolmanager(*args, ssl_context=context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "https": partial(_TlsPool, rules=self._rules),
            "http": partial(_Pool, rules=self._rules),
        }


class _Timed:
    """A socket that must have said and heard everything by `ends_at`, on the monotonic clock."""

    ends_at: float

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:  # noqa: ANN401 (the library's signature)
        self.settimeout(_left(self.ends_at))  # type: ignore[attr-defined]  # a socket is mixed in
        heard: int = super().recv_into(buffer, nbytes or 0, flags)  # type: ignore[misc]  # as above
        return heard

    def sendall(self, data: Any, flags: int = 0) -> None:  # noqa: ANN401 (the library's signature)
        self.settimeout(_left(self.ends_at))  # type: ignore[attr-defined]  # as above
        super().sendall(data, flags)  # type: ignore[misc]  # as above

    def send(self, data: Any, flags: int = 0) -> int:  # noqa: ANN401 (the library's signature)
        self.settimeout(_left(self.ends_at))  # type: ignore[attr-defined]  # as above
        said: int = super().send(data, flags)  # type: ignore[misc]  # as above
        return said


class _TimedTls(_Timed, ssl.SSLSocket):
    pass


class _TimedPlain(_Timed, socket.socket):
    @classmethod
    def of(cls, opened: socket.socket) -> Self:
        return cls(opened.family, opened.type, opened.proto, opened.detach())


class _Checked(HTTPConnection):
    """A connection to an address that was checked."""

    rules: Rules
    _connected_by = 0.0
    _ends_at = 0.0
    _is_new = True

    def connect(self) -> None:
        now, left = time.monotonic(), self.rules.left
        self._ends_at = now + left
        self._connected_by = now + min(left, self.rules.seconds_to_connect)
        self._is_new = True
        super().connect()
        self._hold()

    def request(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (the library's signature)
        if self.sock is not None and not self._is_new:
            self._ends_at = time.monotonic() + self.rules.left
            self._hold()
        super().request(*args, **kwargs)
        self._is_new = False

    def _hold(self) -> None:
        if isinstance(self.sock, _Timed):
            self.sock.ends_at = self._ends_at

    def _new_conn(self) -> socket.socket:
        port = int(self.port)
        try:
            found = self.rules.addresses(self.host, port, _left(self._connected_by))
            return self._first_open(found, port)
        except OSError as error:
            raise NewConnectionError(self, str(error) or type(error).__name__) from error

    def _first_open(self, found: Sequence[str], port: int) -> socket.socket:
        trouble: OSError = OSError("the name has no address")
        for address in found:
            try:
                opened = socket.create_connection(
                    (address, port), timeout=_left(self._connected_by)
                )
            except OSError as error:
                trouble = error
                continue
            # Head and body leave one after the other; the second must not wait for an answer.
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # What is left of the time now bounds the handshake.
            opened.settimeout(max(self._connected_by - time.monotonic(), _SHORTEST))
            return opened
        raise trouble


class _Connection(_Checked):
    def __init__(self, *args: Any, rules: Rules, **kwargs: Any) -> None:  # noqa: ANN401 (the library's signature)
        super().__init__(*args, **kwargs)
        self.rules = rules

    def _new_conn(self) -> socket.socket:
        return _TimedPlain.of(super()._new_conn())


class _TlsConnection(_Checked, HTTPSConnection):
    """The certificate must be the name's, whatever address it was found at."""

    def __init__(self, *args: Any, rules: Rules, **kwargs: Any) -> None:  # noqa: ANN401 (the library's signature)
        super().__init__(*args, **kwargs)
        self.rules = rules


class _Pool(HTTPConnectionPool):
    def __init__(self, *args: Any, rules: Rules, **kwargs: Any) -> None:  # noqa: ANN401 (the library's signature)
        super().__init__(*args, **kwargs)
        self.ConnectionCls = partial(_Connection, rules=rules)  # type: ignore[assignment]  # called like the class


class _TlsPool(HTTPSConnectionPool):
    def __init__(self, *args: Any, rules: Rules, **kwargs: Any) -> None:  # noqa: ANN401 (the library's signature)
        super().__init__(*args, **kwargs)
        self.ConnectionCls = partial(_TlsConnection, rules=rules)  # type: ignore[assignment]  # called like the class


def _left(ends_at: float) -> float:
    left = ends_at - time.monotonic()
    if left <= 0:
        raise TimeoutError("the time for this call is over")
    return left
