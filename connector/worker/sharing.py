"""Sharing: how many slots of a worker each tenant and each of its targets may have.

A tenant gets at most half of them, and a target two thirds of what the others of its tenant
leave: whoever hangs holds up neither other tenants nor the other targets of its own. A system
gets no more than it is asked by at once, since what only waited for its turn would be put off.
"""

from collections import Counter
from collections.abc import Sequence

from engine.events.effect import Waiting

Place = tuple[str, str]
"""A tenant and a target of it."""

_TENANTS_SHARE = (1, 2)
_TARGETS_SHARE = (2, 3)
PUSHES = 4
"""So many pushes to one system are in hand: it is asked by as many calls at once."""


class Sharing:
    """What a worker has in hand, and what it may take beside that. One thread uses it."""

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._most = _part(slots, _TENANTS_SHARE)
        self._of_tenants: Counter[str] = Counter()
        self._of_targets: Counter[Place] = Counter()

    @property
    def total(self) -> int:
        """How many effects are in hand."""
        return self._of_tenants.total()

    @property
    def free(self) -> int:
        """How many more could be in hand."""
        return self._slots - self.total

    def takes(self, tenant: str) -> bool:
        """Whether a tenant may have one more in hand."""
        return self.free > 0 and self._of_tenants[tenant] < self._most

    def begin(self, place: Place) -> None:
        """One more is in hand."""
        self._of_tenants[place[0]] += 1
        self._of_targets[place] += 1

    def end(self, place: Place) -> None:
        """One that was in hand is done."""
        self._of_tenants -= Counter({place[0]: 1})  # what is left with none is forgotten
        self._of_targets -= Counter({place: 1})

    def room(self, waiting: Sequence[Waiting]) -> dict[Place, int]:
        """How many effects of each target to claim: as many of each tenant that waits.

        Whoever has the least in hand comes first, then who has waited longest.
        """
        targets: dict[str, list[Waiting]] = {}
        for each in waiting:
            targets.setdefault(each.tenant, []).append(each)
        room: dict[Place, int] = {}
        free = self.free
        for place, tenant in enumerate(sorted(targets, key=lambda each: self._of_tenants[each])):
            share = max(free // (len(targets) - place), 1)
            mine = min(share, self._most - self._of_tenants[tenant], free)
            given = self._shared(tenant, targets[tenant], mine)
            room |= given
            free -= sum(given.values())
        return room

    def _shared(self, tenant: str, targets: Sequence[Waiting], free: int) -> dict[Place, int]:
        """The same for the targets of one tenant, which may have `free` more together."""
        given: dict[Place, int] = {}
        waiting = sorted(targets, key=lambda each: self._of_targets[tenant, each.target])
        for number, each in enumerate(waiting):
            place = (tenant, each.target)
            has = self._of_targets[place]
            others = self._of_tenants[tenant] - has + sum(given.values())
            most = max(_part(self._most - others, _TARGETS_SHARE), 1)
            if each.is_system:
                most = min(most, PUSHES)
            mine = min(max(free // (len(waiting) - number), 1), most - has, free)
            if mine > 0:
                given[place] = mine
                free -= mine
        return given


def _part(whole: int, share: tuple[int, int]) -> int:
    return max(whole * share[0] // share[1], 1)
