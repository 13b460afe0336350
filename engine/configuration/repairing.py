"""Repairs: the fewest own choices to give up, and what to take instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from engine.configuration.asking import Choices, Compiled, OutOfTime
from engine.configuration.build import price_of
from engine.configuration.costs import Objective
from engine.configuration.optimizing import best

MOST = 3
_MOST_SETS = 12
"""Sets of the same size that are priced before the cheapest are told."""


@dataclass(frozen=True, slots=True)
class Repair:
    """Choices to change (variable, from, to), the whole build and its price."""

    changes: tuple[tuple[int, int, int], ...]
    build: tuple[int, ...]
    price: Decimal


def repairs(compiled: Compiled, choices: Choices) -> list[Repair]:
    """At most three: those that change least, then the cheapest. None where the rules conflict.

    OutOfTime where not even one was found.
    """
    found: list[Repair] = []
    cores: list[frozenset[int]] = []
    told: list[frozenset[int]] = []
    try:
        while len(found) < MOST:
            size = len(_least(cores, told) or ())
            several = _of_size(compiled, choices, cores, told, size)
            if not several:
                break
            found += sorted(several, key=lambda each: (len(each.changes), each.price, each.changes))
    except OutOfTime:
        if not found:
            raise
    found.sort(key=lambda each: (len(each.changes), each.price, each.changes))
    return found[:MOST]


def _of_size(
    compiled: Compiled,
    choices: Choices,
    cores: list[frozenset[int]],
    told: list[frozenset[int]],
    size: int,
) -> list[Repair]:
    """The repairs that give up as few choices as is possible now."""
    found: list[Repair] = []
    while len(found) < _MOST_SETS:
        dropped = _least(cores, told)
        if dropped is None or (found and len(dropped) > size):
            break
        kept = {at: option for at, option in choices.items() if at not in dropped}
        literals = {compiled.literal(at, option): at for at, option in kept.items()}
        if not compiled.can_be(list(literals)):
            core = frozenset(literals[each] for each in compiled.solver.core() if each in literals)
            if not core:
                break
            cores.append(core)
            continue
        size = len(dropped)
        told.append(dropped)
        found.append(_repair(compiled, choices, dropped, kept))
    return found


def _repair(compiled: Compiled, choices: Choices, dropped: Iterable[int], kept: Choices) -> Repair:
    build = best(compiled, kept, Objective()).build
    changes = tuple((at, choices[at], build[at]) for at in sorted(dropped))
    return Repair(changes, build, price_of(compiled.model, build))


def _least(cores: list[frozenset[int]], told: list[frozenset[int]]) -> frozenset[int] | None:
    """The first smallest set of choices that hits every core and holds no set told before."""
    named = sorted(set().union(*cores)) if cores else []
    for size in range(len(named) + 1):
        for each in combinations(named, size):
            dropped = frozenset(each)
            if all(dropped & core for core in cores) and not any(one <= dropped for one in told):
                return dropped
    return None
