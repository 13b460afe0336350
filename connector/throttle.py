"""Failed sign-ins, counted per tenant and address so that nobody guesses at leisure.

Counting changes the answer to a failure only: who presents the right secret is served
however many others failed, and failures from one address say nothing about another.
"""

from collections import OrderedDict
from math import ceil
from threading import Lock

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from engine.kernel.clock import Clock

_MOST_KEYS = 10_000


class FailedSignIns:
    """How often sign-in failed in the last minute, per tenant as claimed and address.

    `per_minute` failures are answered as failures, further ones with a request to wait;
    0 counts nothing.
    """

    def __init__(self, clock: Clock, per_minute: int) -> None:
        self._clock = clock
        self._per_minute = per_minute
        # One more than allowed is remembered, so that "too many" can be told from "all".
        self._limit = RateLimitItemPerMinute(per_minute + 1)
        self._limiter = MovingWindowRateLimiter(_RecentFailures(clock))

    def wait(self, tenant: str, address: str, *, count: bool) -> int | None:
        """Seconds to wait after a failure, or None while there were not too many.

        `count` is False for a failure that was counted before.
        """
        if self._per_minute == 0:
            return None
        if count:
            self._limiter.hit(self._limit, tenant, address)
        window = self._limiter.get_window_stats(self._limit, tenant, address)
        if window.remaining > 0:
            return None
        return max(1, ceil(window.reset_time - self._clock.now().timestamp()))


class _RecentFailures(MemoryStorage):
    """The instants of recent failures on the hub's own clock; the least recent keys go first."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._lock = Lock()
        self._instants: OrderedDict[str, list[float]] = OrderedDict()

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Note a failure for `key`, unless `limit` of them are noted already."""
        with self._lock:
            instants = self._recent(key, expiry)
            if len(instants) + amount > limit:
                return False
            instants.extend([self._clock.now().timestamp()] * amount)
            self._instants[key] = instants
            self._instants.move_to_end(key)
            if len(self._instants) > _MOST_KEYS:
                self._instants.popitem(last=False)
            return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002 (the library's signature)
        """The instant of the oldest failure that still counts, and how many count."""
        with self._lock:
            instants = self._recent(key, expiry)
            return (instants or [self._clock.now().timestamp()])[0], len(instants)

    def _recent(self, key: str, expiry: int) -> list[float]:
        begins = self._clock.now().timestamp() - expiry
        return [instant for instant in self._instants.get(key, ()) if instant > begins]
