"""Turns: what takes long is done by few at a time, and few wait for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from engine.kernel.errors import Unavailable


class Turns:
    """At most `at_once` threads have a turn, and at most `waiting` wait for one, some `seconds`."""

    def __init__(self, at_once: int, waiting: int, seconds: int) -> None:
        self._seconds = seconds
        self._inside = BoundedSemaphore(at_once + waiting)
        self._turns = BoundedSemaphore(at_once)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A turn of one's own; Unavailable where too many have come before."""
        if not self._inside.acquire(blocking=False):
            raise Unavailable("others have their turn, and others wait for it")
        try:
            if not self._turns.acquire(timeout=self._seconds):
                raise Unavailable("others have their turn")
            try:
                yield
            finally:
                self._turns.release()
        finally:
            self._inside.release()
