"""The best build: core by core from below, until what is asked for can be had.

Each unit that an option adds to the objective is a wish not to have it. Wishes that exclude each
other raise the bound by the least of their weights, and a new wish says that only one of them
is broken; then only two, and so on (OLL, as in Andres and others, ICLP 2012).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import lcm, prod

from engine.configuration import limits
from engine.configuration.asking import Compiled, OutOfTime, first_build
from engine.configuration.build import amount_of
from engine.configuration.evaluation import holds
from engine.configuration.faults import Fault
from engine.configuration.linear import variables_of
from engine.configuration.model import Kind, Rule
from engine.configuration.solver import Verdict

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Best:
    """A build, what it has of the objective, and the bound; proven where they are the same."""

    build: tuple[int, ...]
    value: Decimal
    bound: Decimal

    @property
    def is_proven(self) -> bool:
        return self.value == self.bound


@dataclass(frozen=True, slots=True)
class _Costs:
    """Whole weights of options by literal, and what turns a sum of them into an amount."""

    weights: dict[int, int]
    constant: Fraction
    scale: int


def best(compiled: Compiled, assumed: Sequence[int], attribute: str, *, most: bool) -> Best:
    """The build with the least (or the most) of an attribute; the first in order of several.

    Only where what is assumed can be. OutOfTime where not even one build could be found.
    """
    costs = _costs(compiled, attribute, most=most)
    turn = -1 if most else 1
    compiled.can_be(assumed)
    incumbent = compiled.build()
    bound = 0
    try:
        bound, extra = _lower(compiled, assumed, costs)
        build = first_build(compiled, [*assumed, *extra])
    except _Stopped as stopped:
        build, bound = incumbent, stopped.bound
    except OutOfTime:
        build = incumbent
    value = amount_of(compiled.model, build, attribute)
    told = Fraction(bound, costs.scale) + costs.constant
    return Best(tuple(build), value, _decimal(told * turn))


class _Stopped(Exception):
    def __init__(self, bound: int) -> None:
        super().__init__()
        self.bound = bound


def _lower(compiled: Compiled, assumed: Sequence[int], costs: _Costs) -> tuple[int, list[int]]:
    """The least cost, and assumptions under which every build has just that."""
    solver = compiled.solver
    wishes = {-literal: weight for literal, weight in costs.weights.items() if weight}
    counters: dict[int, tuple[list[int], int]] = {}
    bound = 0
    stratum = max(wishes.values(), default=0)
    while True:
        active = [wish for wish, weight in wishes.items() if weight >= stratum]
        verdict = solver.check([*assumed, *active])
        if verdict is Verdict.UNKNOWN:
            raise _Stopped(bound)
        if verdict is Verdict.YES:
            rest = [weight for weight in wishes.values() if weight < stratum]
            if not rest:
                return bound, active
            stratum = max(weight for weight in rest)
            continue
        core = [each for each in dict.fromkeys(solver.core()) if each in wishes]
        if not core:
            raise OutOfTime
        least = min(wishes[each] for each in core)
        bound += least
        _relax(compiled, wishes, counters, core, least)


def _relax(
    compiled: Compiled,
    wishes: dict[int, int],
    counters: dict[int, tuple[list[int], int]],
    core: list[int],
    least: int,
) -> None:
    """Take `least` off the wishes of a core, and wish that no more of them are broken."""
    for each in core:
        wishes[each] -= least
        if not wishes[each]:
            del wishes[each]
        if each in counters:
            group, count = counters[each]
            if count + 1 < len(group):
                _count(compiled, wishes, counters, group, count + 1, least)
    if len(core) > 1:
        _count(compiled, wishes, counters, [-each for each in core], 1, least)


def _count(  # noqa: PLR0913, PLR0917 (a counter is made of these)
    compiled: Compiled,
    wishes: dict[int, int],
    counters: dict[int, tuple[list[int], int]],
    group: list[int],
    count: int,
    weight: int,
) -> None:
    """Wish that at most `count` of `group` are true."""
    solver = compiled.solver
    mark = solver.new()
    solver.at_most([*((each, 1) for each in group), (mark, len(group) - count)], len(group))
    counters[mark] = (group, count)
    wishes[mark] = wishes.get(mark, 0) + weight


def _costs(compiled: Compiled, attribute: str, *, most: bool) -> _Costs:
    """What each option adds beyond its variable's least, in whole numbers."""
    model, turn = compiled.model, -1 if most else 1
    tables = [
        [
            Fraction(each.price if attribute == "price" else each.attributes.get(attribute, 0))
            * turn
            for each in variable.options
        ]
        for variable in model.variables
    ]
    rules = [rule for rule in model.rules if rule.kind is Kind.PRICE and attribute == "price"]
    added = [Fraction(rule.adds) * turn for rule in rules]
    scale = lcm(*(each.denominator for table in tables for each in table), *(
        each.denominator for each in added
    ))  # fmt: skip
    constant, weights = _ZERO, dict[int, int]()
    for variable, table in enumerate(tables):
        least = min(table)
        constant += least
        for option, each in enumerate(table):
            weight = int((each - least) * scale)
            if weight:
                _add(weights, compiled.literal(variable, option), weight)
    for rule, each in zip(rules, added, strict=True):
        if each:
            constant += min(each, _ZERO)
            _add(weights, _broken_wish(compiled, rule, wants=each < 0), int(abs(each) * scale))
    return _Costs(weights, constant, scale)


def _add(weights: dict[int, int], literal: int, weight: int) -> None:
    weights[literal] = weights.get(literal, 0) + weight


def _broken_wish(compiled: Compiled, rule: Rule, *, wants: bool) -> int:
    """A literal that has to be true where the rule's condition holds (wants: does not)."""
    if rule.condition is None:
        raise Fault("expression_missing", member="if").within(f"rules/{rule.place}")
    places = sorted(variables_of(rule.condition))
    sizes = [len(compiled.model.variables[at].options) for at in places]
    if prod(sizes) > limits.COMBINATIONS:
        fault = Fault("not_linear", most=limits.COMBINATIONS)
        raise fault.within(f"rules/{rule.place}")
    solver, mark = compiled.solver, compiled.solver.new()
    build = [0] * len(compiled.model.variables)
    for row in product(*(range(size) for size in sizes)):
        for at, option in zip(places, row, strict=True):
            build[at] = option
        if holds(rule.condition, build) is not wants:
            literals = [-compiled.literal(at, o) for at, o in zip(places, row, strict=True)]
            solver.add([*literals, mark])
    return mark


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
