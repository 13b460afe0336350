"""The best build, looked for from both sides by turns, each time for longer.

From above, something cheaper than the cheapest build so far is asked for until there is none: that
is quick where little is free. From below, each unit that an option adds to the objective is a wish
not to have it; wishes that exclude each other raise the bound by the least of their weights, and a
new wish says that only one of them is broken, then only two, and so on (OLL, as in Andres and
others, ICLP 2012): that is quick where much is free.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from math import prod

from engine.configuration.asking import Choices, Compiled, OutOfTime
from engine.configuration.costs import Costs, Objective, costs_of, factors, settle
from engine.configuration.model import Rule
from engine.configuration.ordering import first_build
from engine.configuration.solver import Solver, Verdict

_FIRST_TURN = 40
"""Milliseconds; every further turn takes so many times the one before:"""
_LONGER = 3
_TRIMS = 3
_MANY = 20
"""Of so many weights, those of the heavier half of the wishes are looked at next."""
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Best:
    """A build, what it has of the objective, and the bound; proven where they are the same."""

    build: tuple[int, ...]
    value: Decimal
    bound: Decimal

    @property
    def is_proven(self) -> bool:
        return self.value == self.bound


def best(compiled: Compiled, choices: Choices, objective: Objective) -> Best:
    """The build with the least (or the most) of the objective; the first in order of several.

    Only where the choices can be. OutOfTime where not even one build could be found.
    """
    found: list[Best] = []
    beside = compiled.beside()
    for scenario in _scenarios(factors(compiled, objective)):
        with compiled.solver.aside(), beside.solver.aside():
            for each in (compiled, beside):
                _assume(each, choices, scenario)
            if compiled.can_be(()):
                factor = prod((rule.times for rule, holds in scenario if holds), start=_ONE)
                taken = range(len(compiled.model.variables)) if scenario else choices
                found.append(_Search(compiled, beside, objective, factor, taken).best())
    turn = -1 if objective.most else 1
    least = min(each.value * turn for each in found)
    bound = min(each.bound * turn for each in found)
    build = min(each.build for each in found if each.value * turn == least)
    return Best(build, least * turn, bound * turn)


def _scenarios(rules: Sequence[Rule]) -> Iterator[list[tuple[Rule, bool]]]:
    """Every way in which the rules may hold or not."""
    for several in product((True, False), repeat=len(rules)):
        yield list(zip(rules, several, strict=True))


def _assume(compiled: Compiled, choices: Choices, scenario: Sequence[tuple[Rule, bool]]) -> None:
    for literal in (*compiled.solver.guards.values(), *compiled.literals(choices)):
        compiled.solver.add([literal])
    for rule, holds in scenario:
        settle(compiled, rule, holds_=holds)


class _Search:
    """One search, with a solver for each side, so that neither carries what the other was told.

    The options of variables that are not `taken` are bound by the model's rules only.
    """

    def __init__(
        self,
        compiled: Compiled,
        beside: Compiled,
        objective: Objective,
        factor: Decimal,
        taken: Collection[int],
    ) -> None:
        self._compiled = compiled
        self._beside = beside
        self._objective = objective
        self._costs = costs_of(compiled, objective, factor)
        self._wishes = _Wishes(beside.solver, costs_of(beside, objective, factor))
        self._free = [at for at in range(len(compiled.model.variables)) if at not in taken]
        compiled.can_be(())
        self._build = compiled.build()
        self._cost = self._cost_of(self._build)
        self._consider(self._build)

    def best(self) -> Best:
        """The best build, or the best that was found in time."""
        turn, build = _FIRST_TURN, None
        try:
            while build is None:
                build = self._from_below(turn) or self._from_above(turn)
                turn *= _LONGER
            self._build = build
        except OutOfTime:
            pass
        value = self._objective.amount(self._compiled, self._build)
        bound = self._cost if build else self._wishes.bound
        return Best(tuple(self._build), value, self._costs.amount(bound))

    def _cost_of(self, build: Sequence[int]) -> int:
        return self._costs.cost(self._objective.amount(self._compiled, build))

    def _from_above(self, turn: int) -> list[int] | None:
        """The first build that has the least cost, where looking for less comes to an end."""
        solver, until = self._compiled.solver, self._compiled.left() - turn
        weights = list(self._costs.weights.items())
        total = sum(weight for _, weight in weights)
        with solver.aside():
            while True:
                mark = solver.new()
                solver.at_most([*weights, (mark, total - self._cost + 1)], total)
                verdict = self._check(solver, [mark], until)
                if verdict is Verdict.UNKNOWN:
                    return None
                if verdict is Verdict.NO:
                    break
                self._keep_better(self._compiled)
                solver.add([-mark])
        with solver.aside():
            solver.at_most(weights, self._cost)
            return first_build(self._compiled)

    def _from_below(self, turn: int) -> list[int] | None:
        """The first build that has the least cost, where the bound can be raised so far."""
        until, wishes = self._compiled.left() - turn, self._wishes
        while wishes.bound < self._cost:
            verdict = self._check(self._beside.solver, wishes.active(), until)
            if verdict is Verdict.UNKNOWN:
                return None
            if verdict is Verdict.YES:
                self._keep_better(self._beside)
                wishes.harden(self._cost)
                wishes.go_on()
            else:
                wishes.refused()
        return first_build(self._beside, wishes.rest())

    def _check(self, solver: Solver, assumed: Sequence[int], until: int) -> Verdict:
        """A check that ends when so much of the time is left. OutOfTime where none is."""
        left = self._compiled.left()
        if left <= 0:
            raise OutOfTime
        return solver.check(assumed, left - until)

    def _keep_better(self, compiled: Compiled) -> None:
        """Look at the build behind the last yes."""
        self._consider(compiled.build())

    def _consider(self, found: list[int]) -> None:
        # What is cheaper option by option may cost more by a rule that adds to the price.
        for build in (found, self._descended([*found])):
            cost = self._cost_of(build)
            if cost < self._cost:
                self._build, self._cost = build, cost

    def _descended(self, build: list[int]) -> list[int]:
        """A build with cheaper options, one after the other, as long as the rules are kept."""
        memory, judge, weights = self._compiled.memory, self._compiled.judge, self._costs.weights
        options, changed = memory.of(build), True
        while changed:
            changed = False
            for variable in self._free:
                literals, bits = self._compiled.clauses.options[variable], memory.bits[variable]
                mine = build[variable]
                own = weights.get(literals[mine], 0)
                several = [(weights.get(each, 0), at) for at, each in enumerate(literals)]
                for _, place in sorted(each for each in several if each[0] < own):
                    build[variable] = place
                    tried = options ^ bits[mine] ^ bits[place]
                    if judge.allows(build, tried, variable):
                        options, changed = tried, True
                        break
                    build[variable] = mine
        return build


class _Wishes:
    """Wishes with weights, the heavy ones first, and the bound that broken ones prove."""

    def __init__(self, solver: Solver, costs: Costs) -> None:
        self._solver = solver
        self._weights = {-literal: weight for literal, weight in costs.weights.items()}
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

    def refused(self) -> None:
        """After a no: raise the bound by a core, whose wishes weigh less from now on."""
        core = self._trimmed()
        least = min(self._weights[each] for each in core)
        self.bound += least
        for each in core:
            self._weights[each] -= least
            if not self._weights[each]:
                del self._weights[each]
        self._gathered.append((core, least))

    def _trimmed(self) -> list[int]:
        """The wishes of the last core, fewer of them where asking again brings that."""
        core = self._core()
        for _ in range(_TRIMS):
            if len(core) == 1 or self._solver.check(core) is not Verdict.NO:
                break
            smaller = self._core()
            if len(smaller) >= len(core):
                break
            core = smaller
        return core

    def _core(self) -> list[int]:
        core = [each for each in dict.fromkeys(self._solver.core()) if each in self._weights]
        if not core:
            raise OutOfTime
        return core

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
