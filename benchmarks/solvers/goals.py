"""Medians, ratios, and what the ratios have to reach."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from benchmarks.solvers.contest import Taken, Times
from benchmarks.solvers.lineup import (
    CHECK,
    CLINGO,
    COMPILE,
    CP_SAT,
    FEWEST,
    OPTIMIZE,
    OURS,
    PROPAGATE,
    REPAIR,
    SESSION,
    SOLVE,
    Z3_INT,
    Z3_ONE_HOT,
    Z3_OPTIMIZE,
)

_SMALL = ("50x2", "200x1", "200x2")
_FEATURES = ("eshop", "berkeleydb", "busybox", "finserv")
_TO_200 = (*_SMALL, "eshop", "berkeleydb", "renault_medium", "megane")
_TENTH, _NINE_TENTHS = 0.1, 0.9


@dataclass(frozen=True, slots=True)
class Figure:
    """What a work took: median and ninth tenth in milliseconds, infinite where it was late."""

    median: float
    most: float


class Bound(StrEnum):
    """What a ratio says where somebody was late."""

    NONE = ""
    LEAST = "≥ "
    """the peer was late"""
    MOST = "≤ "
    """ours was late"""


@dataclass(frozen=True, slots=True)
class Ratio:
    """The peer's median divided by ours; not a number where both were late."""

    value: float
    bound: Bound = Bound.NONE

    def __str__(self) -> str:
        if math.isnan(self.value):
            return "?"
        return f"{self.bound}{self.value:{',.2f' if self.value >= _TENTH else '.2g'}}"


@dataclass(frozen=True, slots=True)
class Goal:
    """The least ratio to a peer; without models named, on every model."""

    work: str
    peer: str
    least: float
    models: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """A goal on a model, and what was measured there."""

    goal: Goal
    model: str
    ratio: Ratio

    @property
    def word(self) -> str:
        """`reached`, `MISSED`, or `open` where a bound does not tell."""
        is_enough = self.ratio.value >= self.goal.least
        if is_enough and self.ratio.bound is not Bound.MOST:
            return "reached"
        is_less = self.ratio.value < self.goal.least
        return "MISSED" if is_less and self.ratio.bound is not Bound.LEAST else "open"


GOALS = (
    Goal(CHECK, Z3_INT, 50, _TO_200),
    Goal(PROPAGATE, CLINGO, 2, ("200x2",)),
    Goal(PROPAGATE, CLINGO, 1 / 1.5, ("50x2",)),
    Goal(PROPAGATE, CLINGO, 1, _FEATURES),
    Goal(PROPAGATE, CLINGO, 1 / 2, ("megane",)),
    Goal(SESSION, CLINGO, 1, ("renault_medium",)),
    Goal(OPTIMIZE, Z3_OPTIMIZE, 10, ("50x2", "200x1")),
    Goal(OPTIMIZE, CP_SAT, 1, ("50x2", "200x1")),
    Goal(REPAIR, Z3_OPTIMIZE, 50, ("200x2",)),
    Goal(FEWEST, Z3_OPTIMIZE, 50, ("200x2",)),
    Goal(SOLVE, CP_SAT, 1 / 2),
    Goal(COMPILE, Z3_INT, 15, ("200x2",)),
    Goal(COMPILE, Z3_ONE_HOT, 15, ("200x2",)),
)


def figure(times: Times) -> Figure:
    """The figure of several times; None is a time that ran out."""
    ordered = sorted(math.inf if each is None else each for each in times)
    return Figure(statistics.median(ordered), ordered[math.ceil(len(ordered) * _NINE_TENTHS) - 1])


def ratio(mine: Times, theirs: Times, cap: float) -> Ratio:
    """How often our median goes into the peer's, over what both were asked.

    Whoever is late took at least `cap` milliseconds.
    """
    count = min(len(mine), len(theirs))
    ours, peer = figure(mine[:count]).median, figure(theirs[:count]).median
    if math.isinf(ours) and math.isinf(peer):
        return Ratio(math.nan)
    if math.isinf(ours):
        return Ratio(peer / cap, Bound.MOST)
    if math.isinf(peer):
        return Ratio(cap / ours, Bound.LEAST)
    return Ratio(peer / ours)


def verdicts(found: Sequence[Taken], cap: float) -> list[Verdict]:
    """What the times of all models come to."""
    told: list[Verdict] = []
    by_model = {taken.model.name: taken.times for taken in found}
    for goal in GOALS:
        for model in goal.models or by_model:
            by = by_model.get(model, {}).get(goal.work, {})
            if by.get(OURS) and by.get(goal.peer):
                told.append(Verdict(goal, model, ratio(by[OURS], by[goal.peer], cap)))
    return told
