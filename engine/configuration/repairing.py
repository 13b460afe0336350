"""Repairs: the fewest own choices to give up, and what to take instead."""

from dataclasses import dataclass
from decimal import Decimal

from engine.configuration.asking import Choices, Compiled, OutOfTime
from engine.configuration.build import price_of
from engine.configuration.costs import Objective
from engine.configuration.optimizing import best_of
from engine.configuration.wishing import fewest

MOST = 3
_PRICE = Objective()


@dataclass(frozen=True, slots=True)
class Repair:
    """Choices to change (variable, from, to), the whole build and its price."""

    changes: tuple[tuple[int, int, int], ...]
    build: tuple[int, ...]
    price: Decimal


def repairs(compiled: Compiled, choices: Choices) -> list[Repair]:
    """At most three: those that change least, then the cheapest. None where the rules conflict.

    No repair gives up all that another one does. Each has an equal share of the time that is
    left; one that runs out of it is the cheapest found by then. OutOfTime where not even one was.
    """
    found: list[Repair] = []
    told: list[list[int]] = []
    try:
        for count in range(MOST, 0, -1):
            with compiled.limited(compiled.left() // count):
                repair = _next(compiled, choices, told)
            if repair is None:
                break
            found.append(repair)
            told.append([compiled.literal(at, old) for at, old, _ in repair.changes])
    except OutOfTime:
        if not found:
            raise
    return found


def _next(compiled: Compiled, choices: Choices, told: list[list[int]]) -> Repair | None:
    """The cheapest of the smallest repairs that keep one choice of each that was told."""
    literals = compiled.literals(choices)

    def but_told(one: Compiled) -> None:
        for kept in told:
            one.solver.add(kept)

    with compiled.solver.aside():
        but_told(compiled)
        size = fewest(compiled, literals)
    if size is None:
        return None

    def allow(one: Compiled) -> None:
        but_told(one)
        one.solver.at_most([(-literal, 1) for literal in literals], size)

    build = best_of(compiled, _PRICE, allow, choices).build
    changes = tuple((at, old, build[at]) for at, old in choices.items() if build[at] != old)
    return Repair(changes, build, price_of(compiled.model, build))
