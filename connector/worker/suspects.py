"""Suspects: what may have ended those that had it, carried out one at a time, by tenant in turn.

Of each tenant one is claimed ahead, of all a few: what waits too long has lapsed.
"""

import threading
from collections.abc import Sequence
from datetime import datetime

from connector.worker.sharing import Place, Sharing
from engine.events.effect import Claimed, Suspected

FEW = 4
"""So many wait at most, whoever's they are."""


class Suspects:
    """The suspects a worker has claimed and not begun; they count as in hand. One thread uses it.

    Whoever was served longest ago comes first, and whoever was never served before all of them,
    the least tried first: if one ends this worker, that counts against no other.
    """

    def __init__(self, in_hand: Sharing) -> None:
        self._in_hand = in_hand
        self._waiting: list[Claimed] = []
        self._served: dict[str, int] = {}
        self._count = 0
        self._under_way = threading.Lock()

    def room(self, suspected: Sequence[Suspected]) -> dict[Place, int]:
        """Which to claim: one of each tenant that none waits of."""
        tenants = {each.tenant for each in self._waiting}
        room: dict[Place, int] = {}
        free = min(FEW - len(self._waiting), self._in_hand.free)
        for each in sorted(suspected, key=lambda each: self._turn(each.tenant, each.tries)):
            if len(room) < free and each.tenant not in tenants and self._in_hand.takes(each.tenant):
                tenants.add(each.tenant)
                room[each.tenant, each.target] = 1
        return room

    def wait(self, claimed: Sequence[Claimed]) -> None:
        """These are claimed, and wait for their turn."""
        for each in claimed:
            self._in_hand.begin(_place(each))
        self._waiting += claimed

    def forget_lapsed(self, now: datetime) -> None:
        """Somebody may claim anew what has waited too long."""
        for each in [each for each in self._waiting if each.effect.due_at <= now]:
            self._take(each)

    def next(self) -> Claimed | None:
        """Whose turn it is, if none is under way; whoever gets it says when it is `over`."""
        if not self._waiting or not self._under_way.acquire(blocking=False):
            return None
        chosen = min(
            self._waiting,
            key=lambda each: (self._turn(each.tenant, each.effect.tries), each.effect.id),
        )
        self._take(chosen)
        self._count += 1
        self._served[chosen.tenant] = self._count
        return chosen

    def over(self) -> None:
        """None is under way any more. Any thread may say so."""
        self._under_way.release()

    def _turn(self, tenant: str, tries: int) -> tuple[int, int]:
        return self._served.get(tenant, 0), tries

    def _take(self, claimed: Claimed) -> None:
        self._waiting.remove(claimed)
        self._in_hand.end(_place(claimed))


def _place(claimed: Claimed) -> Place:
    return claimed.tenant, claimed.effect.target
