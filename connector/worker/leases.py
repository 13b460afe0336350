"""Leases: the claims of pushes that take long are renewed as long as somebody works on them."""

import threading
import time
from dataclasses import dataclass

from engine.events.effect import Claimed

MOST_SECONDS = 600.0
"""No push takes so long: one that does is somebody else's then."""


@dataclass(slots=True)
class _Held:
    claimed: Claimed
    since: float
    renewed: float


class Leases:
    """What a worker is pushing; `seconds` is how long a claim holds. Threads share it."""

    def __init__(self, seconds: float) -> None:
        self._every = seconds / 3
        self._lock = threading.Lock()
        self._held: dict[tuple[str, str], _Held] = {}

    def begin(self, claimed: Claimed) -> None:
        """A push is under way."""
        now = time.monotonic()
        with self._lock:
            self._held[claimed.tenant, claimed.effect.id] = _Held(claimed, now, now)

    def end(self, claimed: Claimed) -> None:
        """It is over, whatever came of it."""
        with self._lock:
            held = self._held.get((claimed.tenant, claimed.effect.id))
            if held is not None and held.claimed is claimed:
                del self._held[claimed.tenant, claimed.effect.id]

    def due(self) -> list[Claimed]:
        """The claims to renew now."""
        now = time.monotonic()
        with self._lock:
            found = [
                each
                for each in self._held.values()
                if now - each.renewed >= self._every and now - each.since < MOST_SECONDS
            ]
            for each in found:
                each.renewed = now
        return [each.claimed for each in found]
