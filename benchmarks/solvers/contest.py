"""What every work took everybody, state by state: ours first and then every peer."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

from benchmarks.solvers.lineup import (
    CHECK,
    CLINGO_BB,
    CLINGO_BETTER,
    CLINGO_USC,
    COMPILE,
    EXPLAIN,
    FEWEST,
    LOADED,
    OPTIMIZE,
    OURS,
    PROPAGATE,
    REPAIR,
    SESSION,
    SOLVE,
    WORKS,
    Contestant,
)
from benchmarks.solvers.models import Model, State
from benchmarks.solvers.processes import Process
from benchmarks.solvers.states import States
from benchmarks.solvers.stopwatch import CALL

_LOADS = 3
_LOADING = 6
"""A model may take so many times longer to load than an answer may take."""
_BUDGET = 2
"""Whoever spent the time of so many answers on a work, or was late, is not asked for it again."""
_LARGE = 800
"""Models of more variables are not asked for repairs and optima: everybody is late."""
Times = list[float | None]
Answer = Any
"""What a process said, as JSON; None where it was late."""


@dataclass(slots=True)
class Taken:
    """Milliseconds by work and solver, None for what was late, and answers that differ.

    Whoever is not asked any more has fewer.
    """

    model: Model
    times: dict[str, dict[str, Times]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    mismatches: list[str] = field(default_factory=list)


class Contest:
    """One model and all solvers."""

    def __init__(
        self, model: Model, running: Mapping[str, Process], cap: float, tell: Callable[[str], None]
    ) -> None:
        self._model, self._running, self._cap, self._tell = model, running, cap, tell
        self._taken = Taken(model)
        self._spent: defaultdict[tuple[str, str, str], float] = defaultdict(float)

    def run(self, file: Path, count: int, referee: Process) -> Taken:
        """Every work on `count` states; the referee knows which can be."""
        self._compile(file)
        referee.load(file, _LOADING * self._cap)
        states = States(self._model, lambda state: _is_possible(referee, state, self._cap))
        possible = states.possible(count + 1)
        impossible = states.impossible(count + 1)
        sessions = [state for _ in range(2) for state in states.session(count)]
        referee.end()
        self._work(CHECK, possible)
        left = self._work(PROPAGATE, possible)
        self._work(SESSION, sessions, warm_up=False)
        blocked = [
            states.blocked(state, each)
            for state, each in zip(possible, left, strict=True)
            if each is not None
        ]
        self._work(EXPLAIN, [each for each in blocked if each is not None])
        self._work(SOLVE, possible)
        if len(self._model.variables) <= _LARGE:
            self._work(REPAIR, impossible)
            self._work(FEWEST, impossible)
            self._work(OPTIMIZE, possible)
            self._better()
        self._taken.times = {
            work: {who: times for who, times in by.items() if times}
            for work, by in self._taken.times.items()
            if by[OURS]
        }
        return self._taken

    def _compile(self, file: Path) -> None:
        """From the document, or from the neutral form, to the first check."""
        self._tell(f"{self._model.name}: {COMPILE}")
        times = self._taken.times[COMPILE]
        for _ in range(_LOADS):
            for name, process in self._running.items():
                label = LOADED.get(name)
                before = times[label] if label else []
                if before and (before[0] is None or before[0] > self._cap * 1_000 / 2):
                    continue
                reply = process.load(file, _LOADING * self._cap)
                if label:
                    times[label].append(reply.parts[CALL] if reply.answer else None)

    def _work(self, work: str, states: Sequence[State], *, warm_up: bool = True) -> list[Answer]:
        """What ours answers. Everybody is asked about every state; the first only warms them up."""
        self._tell(f"{self._model.name}: {work}")
        told = []
        labels = [label for each in WORKS[work] for label in each.shares]
        self._taken.times[work] = defaultdict(list, {label: [] for label in labels})
        for place, state in enumerate(states):
            answers: dict[str, Answer] = {}
            for each in WORKS[work]:
                is_counted = place > 0 or not warm_up or len(states) == 1
                answers[f"{each.process} {each.method}"] = self._ask(
                    work, each, state, is_counted=is_counted
                )
            self._compare(work, state, answers)
            told.append(next(iter(answers.values())))
        return told

    def _ask(self, work: str, who: Contestant, state: State, *, is_counted: bool) -> Answer:
        """The answer; what it took is noted where it counts."""
        key = (work, who.process, who.method)
        budget = _BUDGET * self._cap * 1_000
        if self._spent[key] >= budget:
            return None
        reply = self._running[who.process].ask(who.method, state, self._cap)
        is_late = reply.answer is None
        self._spent[key] += budget if is_late else sum(reply.parts.values())
        for label, parts in who.shares.items() if is_counted or is_late else ():
            taken = None if is_late else sum(reply.parts[part] for part in parts)
            self._taken.times[work][label].append(taken)
        return reply.answer

    def _compare(self, work: str, state: State, answers: Mapping[str, Answer]) -> None:
        """Whoever answered answered the same; of builds, each is one."""
        told = {who: each for who, each in answers.items() if each is not None}
        if work == SOLVE:
            told = {who: self._is_build(state, each) for who, each in told.items()}
            told["the rules"] = True
        elif work == CHECK:
            told["the referee"] = True
        if len({repr(each) for each in told.values()}) > 1:
            written = ", ".join(f"{who}: {str(each)[:60]}" for who, each in told.items())
            self._taken.mismatches.append(f"{self._model.name}, {work}, {state}: {written}")

    def _is_build(self, state: State, build: list[int]) -> bool:
        keeps = all(build[at] == option for at, option in state.items())
        return keeps and self._model.is_valid(build)

    def _better(self) -> None:
        """The better of clingo's two ways, state by state."""
        times = self._taken.times[OPTIMIZE]
        times[CLINGO_BETTER] = [
            min((each for each in both if each is not None), default=None)
            for both in zip_longest(times[CLINGO_BB], times[CLINGO_USC])
        ]


def _is_possible(referee: Process, state: State, cap: float) -> bool:
    return bool(referee.ask(CHECK, state, cap).answer)
