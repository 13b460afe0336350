"""Our solver, asked as the service asks it: by names, with a deadline."""

import time
from importlib.metadata import version

from benchmarks.solvers.models import Model, State, document
from benchmarks.solvers.stopwatch import Stopwatch
from engine.configuration.answering import answer
from engine.configuration.asking import Compiled, OutOfTime
from engine.configuration.definition import read
from engine.configuration.questions import Answer, Mode, Question, Solution, Status
from engine.configuration.wishing import fewest


class Solver:
    """A compiled model of ours."""

    VERSION = f"z3-solver {version('z3-solver')}"

    def __init__(self, model: Model, watch: Stopwatch) -> None:
        self._model, self._watch = model, watch
        given = document(model)
        with watch():
            self._compiled = Compiled(read(given))
            self._compiled.can_be(())

    def check(self, state: State, seconds: float) -> bool | None:
        found = self._ask(Mode.VALIDATE, state, seconds)
        return None if found is None else found.valid

    def propagate(self, state: State, seconds: float) -> list[list[int]] | None:
        found = self._ask(Mode.PROPAGATE, state, seconds)
        if found is None:
            return None
        return [
            [place for place, option in enumerate(each.options) if option.available]
            for each in found.variables
        ]

    def solve(self, state: State, seconds: float) -> list[int] | None:
        found = self._solution(Mode.SOLVE, state, seconds)
        if found is None:
            return None
        return [
            next(at for at, each in enumerate(variable.options) if each.text == value)
            for variable, value in zip(
                self._model.variables, found.assignment.values(), strict=True
            )
        ]

    def optimize(self, state: State, seconds: float) -> int | None:
        """The least price, if it is proven."""
        found = self._solution(Mode.OPTIMIZE, state, seconds)
        return int(found.price) if found is not None and found.proven_optimal else None

    def repair(self, state: State, seconds: float) -> int | None:
        """How many choices the first of three repairs changes."""
        found = self._ask(Mode.REPAIR, state, seconds)
        return None if found is None or not found.repairs else len(found.repairs[0].changes)

    def fewest(self, state: State, seconds: float) -> int | None:
        """How many choices have to be given up, without a price."""
        self._within(seconds)
        try:
            with self._watch():
                return fewest(self._compiled, self._compiled.literals(state))
        except OutOfTime:
            return None

    def explain(self, state: State, seconds: float) -> int | None:
        """How many rules and choices are in a minimal conflict of a state that cannot be."""
        self._within(seconds)
        try:
            with self._watch():
                choices, rules = self._compiled.conflict(state)
        except OutOfTime:
            return None
        return len(choices) + len(rules)

    def _solution(self, mode: Mode, state: State, seconds: float) -> Solution | None:
        found = self._ask(mode, state, seconds)
        return None if found is None else found.solution

    def _ask(self, mode: Mode, state: State, seconds: float) -> Answer | None:
        """The answer without explanations, unless the time was spent first."""
        variables = self._model.variables
        assignment = {
            variables[at].name: variables[at].options[option].text for at, option in state.items()
        }
        question = Question(mode=mode, assignment=assignment, explain=False)
        self._within(seconds)
        with self._watch():
            found = answer(self._compiled, question)
        return None if found.status is Status.UNKNOWN else found

    def _within(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        self._compiled.within(lambda: int((deadline - time.monotonic()) * 1_000))
