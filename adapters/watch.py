"""A watch over one system: how often it is asked, and when it is left alone.

It is asked so many times a second, and by so few at once that no account is locked by many
refusals at the same time. After five failures in a row it is left alone for a while, then one
call tries it; after three refusals in a row it is asked nothing more.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil

import requests

from engine.ports.outcomes import Busy, Denied, Postponed

AT_ONCE = 4
MOST_FAILURES = 5
MOST_REFUSALS = 3
REST_SECONDS = 30.0
_LONGEST_QUEUE = 5.0
_REFUSALS = frozenset({401, 403})
_BROKEN = range(500, 600)


@contextmanager
def in_turn(lock: threading.Lock) -> Iterator[None]:
    """Hold what one call at a time is made under. Postponed where another one is long in it."""
    if not lock.acquire(timeout=_LONGEST_QUEUE):
        raise Busy("another call that has to come first takes long", ceil(_LONGEST_QUEUE))
    try:
        yield
    finally:
        lock.release()


class Watch:
    """The watch over one system; threads share it. `per_second` None: as often as you like."""

    def __init__(
        self,
        per_second: float | None = None,
        at_once: int = AT_ONCE,
        timer: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._gap = 0.0 if not per_second else 1.0 / per_second
        self._timer = timer
        self._sleep = sleep
        self._slots = threading.BoundedSemaphore(at_once)
        self._lock = threading.Lock()
        self._next = timer()
        self._failures = 0
        self._refusals = 0
        self._closed_until = 0.0
        self._is_tried = False

    @contextmanager
    def call(self) -> Iterator[Callable[[requests.Response], None]]:
        """A call to the system; what it answered is said to what this gives.

        Raises Postponed where it is to be left alone, Denied where it lets nobody in.
        """
        if not self._slots.acquire(timeout=_LONGEST_QUEUE):
            raise Busy("many calls to it are under way", ceil(_LONGEST_QUEUE))
        try:
            self._enter()
            try:
                yield self._heard
            except Exception:
                self._failed()
                raise
        finally:
            self._slots.release()

    def forgive(self) -> None:
        """What was refused was no longer good, and is renewed: it says nothing of who asks."""
        with self._lock:
            self._refusals = 0

    def _enter(self) -> None:
        with self._lock:
            now = self._timer()
            if self._refusals >= MOST_REFUSALS:
                raise Denied(f"it refused {self._refusals} times in a row and is asked no more")
            if self._failures >= MOST_FAILURES:
                if now < self._closed_until or self._is_tried:
                    left = max(1, ceil(self._closed_until - now))
                    raise Postponed(f"left alone after {self._failures} failures in a row", left)
                self._is_tried = True
            wait = max(0.0, self._next - now)
            if wait > _LONGEST_QUEUE:
                raise Busy("it is asked as often as it may be", ceil(wait))
            self._next = max(now, self._next) + self._gap
        if wait:
            self._sleep(wait)

    def _heard(self, answer: requests.Response) -> None:
        if answer.status_code in _BROKEN:
            self._failed()
            return
        with self._lock:
            self._failures, self._is_tried = 0, False
            self._refusals = self._refusals + 1 if answer.status_code in _REFUSALS else 0

    def _failed(self) -> None:
        with self._lock:
            self._failures += 1
            self._is_tried = False
            if self._failures >= MOST_FAILURES:
                self._closed_until = self._timer() + REST_SECONDS
