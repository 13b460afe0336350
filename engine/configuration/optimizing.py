"""The best build, looked for from both sides by turns, each time for longer.

From above, something cheaper than the cheapest build so far is asked for until there is none: that
is quick where little is free. From below, whatever an option adds to the objective is a wish not
to have it, and a bound says how much of the wishes has to be given up: that is quick where much
is free.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from math import prod

from engine.configuration import limits
from engine.configuration.asking import Choices, Compiled, OutOfTime, WrongAnswer
from engine.configuration.costs import Objective, costs_of, factors, settle
from engine.configuration.model import Rule
from engine.configuration.ordering import first_build
from engine.configuration.solver import Solver, Verdict
from engine.configuration.wishing import Wishes

_FIRST_TURN = 50
"""Milliseconds; every further turn takes so many times the one before:"""
_LONGER = 3
_FAVOUR = 3
"""The side that came to an end the last time begins, and takes so many times as long."""
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


Restrict = Callable[[Compiled], None]
"""Adds clauses to the solver that is asked."""


def best(compiled: Compiled, choices: Choices, objective: Objective) -> Best:
    """The build with the least (or the most) of the objective; the first in order of several.

    Only where the choices can be. OutOfTime where not even one build could be found.
    """

    def choose(one: Compiled) -> None:
        for literal in compiled.literals(choices):
            one.solver.add([literal])

    return best_of(compiled, objective, choose, choices)


def best_of(
    compiled: Compiled, objective: Objective, restrict: Restrict, taken: Collection[int]
) -> Best:
    """As `best`, among builds that are restricted by what `restrict` adds.

    `taken` are the variables that this concerns.
    """
    found: list[Best] = []
    beside = compiled.beside()
    for scenario in _scenarios(factors(compiled, objective)):
        with compiled.solver.aside(), beside.solver.aside():
            for each in (compiled, beside):
                for guard in each.solver.guards.values():
                    each.solver.add([guard])
                restrict(each)
                for rule, holds in scenario:
                    settle(each, rule, holds_=holds)
            if compiled.can_be(()):
                factor = prod((rule.times for rule, holds in scenario if holds), start=_ONE)
                bound = range(len(compiled.model.variables)) if scenario else taken
                found.append(_Search(compiled, beside, objective, factor, bound).best())
    turn = -1 if objective.most else 1
    least = min(each.value * turn for each in found)
    bounds = [each.bound * turn for each in found]
    build = min(each.build for each in found if each.value * turn == least)
    return Best(build, least * turn, min(bounds) * turn)


def _scenarios(rules: Sequence[Rule]) -> Iterator[list[tuple[Rule, bool]]]:
    """Every way in which the rules may hold or not."""
    for several in product((True, False), repeat=len(rules)):
        yield list(zip(rules, several, strict=True))


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
        weights = costs_of(beside, objective, factor).weights
        self._wishes = Wishes(beside.solver, {-each: weight for each, weight in weights.items()})
        self._free = [at for at in range(len(compiled.model.variables)) if at not in taken]
        compiled.can_be(())
        self._build = compiled.build()
        self._cost = self._cost_of(self._build)
        self._consider(self._build)

    def best(self) -> Best:
        """The best build, or the best that was found in time."""
        build = None
        try:
            build = self._closed()
            self._build = build
        except OutOfTime:
            pass
        value = self._objective.amount(self._compiled, self._build)
        bound = self._cost if build else self._wishes.bound
        return Best(tuple(self._build), value, self._costs.amount(bound))

    def _closed(self) -> list[int]:
        """The first build of the least cost. OutOfTime."""
        turn = _FIRST_TURN
        sides = [self._from_below, self._from_above]
        if self._compiled.closes_from_above:
            sides.reverse()
        while True:
            for side, longer in zip(sides, (_FAVOUR, 1), strict=True):
                build = side(turn * longer)
                if build is not None:
                    self._compiled.closes_from_above = side == self._from_above
                    return build
            turn *= _LONGER

    def _cost_of(self, build: Sequence[int]) -> int:
        return self._costs.cost(self._objective.amount(self._compiled, build))

    def _from_above(self, turn: int) -> list[int] | None:
        """The first build that has the least cost, where looking for less comes to an end."""
        solver, until = self._compiled.solver, self._compiled.left() - turn
        weights = list(self._costs.weights.items())
        total = sum(weight for _, weight in weights)
        if 2 * total > limits.LARGEST_WEIGHT:
            return None
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
            elif not wishes.refused():
                raise WrongAnswer("a build that is known cannot be")
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
