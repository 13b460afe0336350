"""Prefixed, time-ordered ids such as `ord_01JD3K…`: ULIDs in Crockford's base 32.

Made by the engine, never by the database, so that an event can name what it created.
"""

import secrets
from threading import Lock
from typing import Protocol

from engine.kernel.clock import Clock

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Ids(Protocol):
    """A source of new ids."""

    def new(self, prefix: str) -> str: ...


class TimeOrderedIds:
    """48 bits of milliseconds, 80 random bits: ids sort by the time they were made.

    Those of one process sort so within a millisecond too: each is a random step further.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0
        self._lock = Lock()

    def new(self, prefix: str) -> str:
        number = int(self._clock.now().timestamp() * 1000) << 80 | secrets.randbits(80)
        with self._lock:
            if number >> 80 <= self._last >> 80:
                number = self._last + 1 + secrets.randbits(64)
            self._last = number
        digits = (_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
        return f"{prefix}_{''.join(digits)}"


class SequentialIds:
    """Predictable ids for tests: `ord_1`, then `ord_2`."""

    def __init__(self) -> None:
        self._last = 0

    def new(self, prefix: str) -> str:
        self._last += 1
        return f"{prefix}_{self._last}"
