"""Wishes with weights: the least that has to be given up, core by core (OLL).

Wishes that exclude each other raise the bound by the least of their weights, and a new wish says
that only one of them is broken, then only two, and so on (Andres and others, ICLP 2012). Heavy
wishes come first, and cores are gathered until there are none before they are counted.
"""

from collections.abc import Mapping

from engine.configuration.asking import Compiled
from engine.configuration.solver import Solver, Verdict

_TRIMS = 3
_MANY = 20
"""Of so many weights, those of the heavier half of the wishes are looked at next."""


def fewest(compiled: Compiled, wanted: list[int]) -> int | None:
    """How many literals have to be given up; None where that does not help. OutOfTime."""
    with compiled.solver.aside():
        wishes = Wishes(compiled.solver, dict.fromkeys(wanted, 1))
        while True:
            if compiled.can_be(wishes.active()):
                if wishes.is_settled:
                    return wishes.bound
                wishes.go_on()
            elif not wishes.refused():
                return None


class Wishes:
    """Wishes with weights, the heavy ones first, and the bound that broken ones prove."""

    def __init__(self, solver: Solver, weights: Mapping[int, int]) -> None:
        self._solver = solver
        self._weights = dict(weights)
        self._counters: dict[int, tuple[list[int], int]] = {}
        self._gathered: list[tuple[list[int], int]] = []
        self._stratum = max(self._weights.values(), default=0)
        self.bound = 0

    def active(self) -> list[int]:
        """The wishes to be granted next."""
        return [wish for wish, weight in self._weights.items() if weight >= self._stratum]

    def rest(self) -> list[int]:
        """Every wish that is left: together they cost nothing beyond the bound."""
        self._count_gathered()
        return list(self._weights)

    def harden(self, cost: int) -> None:
        """Insist on wishes that cost more than a build that is known."""
        for wish, weight in list(self._weights.items()):
            if self.bound + weight > cost:
                self._solver.add([wish])
                del self._weights[wish]

    def go_on(self) -> None:
        """After a yes: count what was gathered, else look at lighter wishes."""
        if not self._gathered:
            below = (each for each in self._weights.values() if each < self._stratum)
            lighter = sorted(below, reverse=True)
            most = len(lighter) // 2 if len(lighter) > _MANY else -1
            self._stratum = lighter[most] if lighter else 0
        self._count_gathered()

    def _count_gathered(self) -> None:
        gathered, self._gathered = self._gathered, []
        for core, least in gathered:
            self._relax(core, least)

    @property
    def is_settled(self) -> bool:
        """Whether a yes means that the bound is the least cost."""
        lightest = min(self._weights.values(), default=self._stratum)
        return not self._gathered and lightest >= self._stratum

    def refused(self) -> bool:
        """After a no: raise the bound by a core, whose wishes weigh less from now on.

        Whether wishes were to blame at all.
        """
        core = self._trimmed()
        if not core:
            return False
        least = min(self._weights[each] for each in core)
        self.bound += least
        for each in core:
            self._weights[each] -= least
            if not self._weights[each]:
                del self._weights[each]
        self._gathered.append((core, least))
        return True

    def _trimmed(self) -> list[int]:
        """The wishes of the last core, fewer of them where asking again brings that."""
        core = self._core()
        for _ in range(_TRIMS):
            if len(core) <= 1 or self._solver.check(core) is not Verdict.NO:
                break
            smaller = self._core()
            if len(smaller) >= len(core):
                break
            core = smaller
        return core

    def _core(self) -> list[int]:
        return [each for each in dict.fromkeys(self._solver.core()) if each in self._weights]

    def _relax(self, core: list[int], least: int) -> None:
        """Wish that no more of a core are broken than have to be."""
        for each in core:
            if each in self._counters:
                group, count = self._counters[each]
                if count + 1 < len(group):
                    self._count(group, count + 1, least)
        if len(core) > 1:
            self._count([-each for each in core], 1, least)

    def _count(self, group: list[int], count: int, weight: int) -> None:
        """Wish that at most `count` of `group` are true."""
        mark = self._solver.new()
        slack = len(group) - count
        self._solver.at_most([*((each, 1) for each in group), (mark, slack)], len(group))
        self._counters[mark] = (group, count)
        self._weights[mark] = weight
