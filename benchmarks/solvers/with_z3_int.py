"""z3py as its guide shows it: an integer for each variable, in a Solver()."""

from importlib.metadata import version

import z3

from benchmarks.solvers.models import Clause, Model, Rule, State, Sum, Table
from benchmarks.solvers.stopwatch import Stopwatch


class Solver:
    """A solver that is kept; choices come and go with push and pop."""

    VERSION = f"z3-solver {version('z3-solver')}"

    def __init__(self, model: Model, watch: Stopwatch) -> None:
        self._watch = watch
        with watch():
            self._solver = z3.Solver()
            self._integers = [z3.Int(f"v{at}") for at in range(len(model.variables))]
            for integer, size in zip(self._integers, model.sizes, strict=True):
                self._solver.add(integer >= 0, integer < size)
            self._solver.add(*map(self._formula, model.rules))
            self._solver.check()

    def check(self, state: State, seconds: float) -> bool | None:
        self._solver.set("timeout", int(seconds * 1_000))
        with self._watch():
            self._solver.push()
            self._solver.add(*(self._integers[at] == option for at, option in state.items()))
            found = self._solver.check()
            self._solver.pop()
        return None if found == z3.unknown else bool(found == z3.sat)

    def _formula(self, rule: Rule) -> z3.BoolRef:
        chosen = self._integers
        match rule:
            case Clause(parts):
                return z3.Or([chosen[at] == each for at, options in parts for each in options])
            case Table(variables, rows):
                return z3.Or(
                    [
                        z3.And(
                            [chosen[at] == each for at, each in zip(variables, row, strict=True)]
                        )
                        for row in rows
                    ]
                )
            case Sum():
                weights, bound = rule.from_zero()
                return (
                    z3.Sum([z3.If(chosen[at] == each, weight, 0) for at, each, weight in weights])
                    <= bound
                )
