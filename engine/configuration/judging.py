"""Plain evaluation of a model's rules, prepared for judging thousands of builds.

A build comes twice: as the option of each variable, and as a whole number with a bit for each
option. A rule that is a choice among options is such a number, a sum against a bound is one of
whole numbers, and what another rule of few variables says of some of their options is worked out
once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from math import lcm, prod
from operator import itemgetter, or_
from typing import Any

from engine.configuration import limits
from engine.configuration.build import Build, is_kept, spoken_of
from engine.configuration.model import Model, Rule
from engine.configuration.syntax import (
    And,
    Chosen,
    Compare,
    Condition,
    Constant,
    Not,
    Number,
    Or,
    Sum,
)

Bits = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class _Total:
    """A sum of whole numbers against a bound."""

    weights: tuple[tuple[int, tuple[int, ...]], ...]
    sign: str
    bound: int

    def holds(self, build: Build) -> bool:
        found = sum([each[build[variable]] for variable, each in self.weights])
        return found <= self.bound if self.sign == "<=" else found >= self.bound


@dataclass(slots=True)
class _Prepared:
    """Rules by what they were prepared to."""

    sets: list[tuple[int, Rule]] = field(default_factory=list)
    totals: list[tuple[_Total, Rule]] = field(default_factory=list)
    tabled: list[tuple[Callable[[Build], Any], dict[Any, bool], Rule]] = field(default_factory=list)
    others: list[Rule] = field(default_factory=list)

    def objection(self, build: Build, options: int) -> Rule | None:
        """The first rule that a build breaks."""
        for some, rule in self.sets:
            if not options & some:
                return rule
        for options_of, known, rule in self.tabled:
            row = options_of(build)
            kept = known.get(row)
            if kept is None:
                kept = known[row] = is_kept(rule, build)
            if not kept:
                return rule
        for total, rule in self.totals:
            if not total.holds(build):
                return rule
        return next((rule for rule in self.others if not is_kept(rule, build)), None)


class Judge:
    """The hard rules of a model."""

    def __init__(self, model: Model, bits: Bits) -> None:
        self._all = _Prepared()
        self._by_variable = [_Prepared() for _ in bits]
        for rule in model.rules:
            if not rule.is_hard:
                continue
            spoken = sorted(spoken_of(rule))
            several = [self._all, *(self._by_variable[at] for at in spoken)]
            condition = rule.condition
            whole = condition.parts if isinstance(condition, And) else (condition,)
            for part in (None,) if rule.columns else whole:
                _prepare(rule, part, spoken, bits, several)

    def objection(self, build: Build, options: int) -> Rule | None:
        """A rule that a build breaks, if there is one."""
        return self._all.objection(build, options)

    def allows(self, build: Build, options: int, variable: int) -> bool:
        """Whether a build that differs in one variable from one that keeps every rule does too."""
        return self._by_variable[variable].objection(build, options) is None


def _prepare(
    rule: Rule,
    part: Condition | None,
    spoken: Sequence[int],
    bits: Bits,
    several: Sequence[_Prepared],
) -> None:
    sets = None if part is None else _sets(part, bits, negated=False)
    total = _total(part)
    if sets is not None:
        for each in several:
            each.sets += [(one, rule) for one in sets]
    elif total is not None:
        for each in several:
            each.totals.append((total, rule))
    elif spoken and prod(len(bits[at]) for at in spoken) <= limits.COMBINATIONS:
        known: dict[Any, bool] = {}
        options_of = itemgetter(*spoken)
        for each in several:
            each.tabled.append((options_of, known, rule))
    else:
        for each in several:
            each.others.append(rule)


def _sets(condition: Condition, bits: Bits, *, negated: bool) -> list[int] | None:
    """Sets of options of which a build has one each where it is so; None for what is no such."""
    match condition:
        case Chosen(variable, options):
            some = [bit for at, bit in enumerate(bits[variable]) if (at in options) is not negated]
            return [sum(some)]
        case Not(part):
            return _sets(part, bits, negated=not negated)
        case And(parts) | Or(parts):
            several = [_sets(part, bits, negated=negated) for part in parts]
            known = [each for each in several if each is not None]
            if len(known) < len(several):
                return None
            if isinstance(condition, And) is not negated:
                return [one for each in known for one in each]
            if all(len(each) == 1 for each in known):
                return [reduce(or_, (one for [one] in known), 0)]
    return None


def _total(condition: Condition | None) -> _Total | None:
    """A linear sum of numbers that are all known, against a bound."""
    match condition:
        case Compare("<=" | ">=" as sign, Sum(parts), Constant(bound)):
            numbers = [each for each in parts if isinstance(each, Number)]
            values = [value for each in numbers for value in each.values]
            known = [value for value in values if value is not None]
            if len(numbers) < len(parts) or len(known) < len(values):
                return None
            scale = lcm(bound.denominator, *(value.denominator for value in known))
            weights = tuple(
                (each.variable, tuple(int((value or 0) * scale) for value in each.values))
                for each in numbers
            )
            return _Total(weights, sign, int(bound * scale))
    return None
