"""How often a tenant asks, counted over a window of one second that slides.

A window's count is that of the clock's current second, plus the share of the second before
that the window still covers.
"""

import time
from collections import OrderedDict
from math import ceil, floor
from threading import Lock

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

_MOST_KEYS = 10_000


class RequestRate:
    """Lets `per_second` requests of a tenant through in any second; 0 lets all through.

    Each process counts for itself.
    """

    def __init__(self, per_second: int) -> None:
        self._limit = RateLimitItemPerSecond(per_second) if per_second else None
        self._windows = SlidingWindowCounterRateLimiter(_Windows())

    def wait(self, tenant: str) -> int | None:
        """Count a request; seconds to wait when it was one too many, else None."""
        if self._limit is None or self._windows.hit(self._limit, tenant):
            return None
        window = self._windows.get_window_stats(self._limit, tenant)
        return max(1, ceil(window.reset_time - time.time()))


class _Windows(MemoryStorage):
    """Counts of this second and the one before, without the library's timer threads."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._counts: OrderedDict[str, tuple[int, int, int]] = OrderedDict()

    def acquire_sliding_window_entry(
        self, key: str, limit: int, expiry: int, amount: int = 1
    ) -> bool:
        """Count `amount` for `key`, unless that makes more than `limit`."""
        with self._lock:
            second, share, before, now = self._window(key, expiry)
            if before * share + now + amount > limit:
                return False
            self._counts[key] = (second, before, now + amount)
            self._counts.move_to_end(key)
            if len(self._counts) > _MOST_KEYS:
                self._counts.popitem(last=False)
            return True

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """The earlier count and how long it still counts, and the current ones."""
        with self._lock:
            _, share, before, now = self._window(key, expiry)
        return before, share * expiry, now, (1 + share) * expiry

    def _window(self, key: str, expiry: int) -> tuple[int, float, int, int]:
        instant = time.monotonic() / expiry
        second = floor(instant)
        counted, before, now = self._counts.get(key, (second, 0, 0))
        if counted == second - 1:
            before, now = now, 0
        elif counted != second:
            before, now = 0, 0
        return second, 1 - (instant - second), before, now
