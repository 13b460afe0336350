"""Turns: how many requests may wait for other systems, so that all others find a thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from connector.errors import too_many

_COME_AGAIN = 5


class Turns:
    """At most `most` at once in this process, one of each tenant. Nobody queues."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._tenants: set[str] = set()

    @contextmanager
    def taken(self, tenant: str) -> Iterator[None]:
        """A turn of the tenant's. Refused with 429 where it has one, or there are no more."""
        with self._lock:
            if tenant in self._tenants or len(self._tenants) >= self._most:
                raise too_many(_COME_AGAIN)
            self._tenants.add(tenant)
        try:
            yield
        finally:
            with self._lock:
                self._tenants.discard(tenant)
