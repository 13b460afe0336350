"""z3.Optimize over a Boolean for each option, with soft constraints."""

from importlib.metadata import version

import z3

from benchmarks.solvers.models import Clause, Model, Rule, State, Sum, Table
from benchmarks.solvers.stopwatch import Stopwatch

_BUILD = "build"


class Solver:
    """Formulas that are kept; the optimizer is not incremental and is made for every call."""

    VERSION = f"z3-solver {version('z3-solver')}"

    def __init__(self, model: Model, watch: Stopwatch) -> None:
        self._model, self._watch = model, watch
        with watch():
            self._chosen = [
                [z3.Bool(f"v{at}_{option}") for option in range(size)]
                for at, size in enumerate(model.sizes)
            ]
            self._formulas = [z3.PbEq([(each, 1) for each in one], 1) for one in self._chosen]
            self._formulas += map(self._formula, model.rules)
            optimizer = z3.Optimize()
            optimizer.add(*self._formulas)
            optimizer.check()

    def optimize(self, state: State, seconds: float) -> int | None:
        """The least price."""
        wishes = [
            (z3.Not(self._chosen[at][place]), option.price)
            for at, variable in enumerate(self._model.variables)
            for place, option in enumerate(variable.options)
            if option.price
        ]
        hard = [self._chosen[at][option] for at, option in state.items()]
        found = self._best(hard, wishes, seconds)
        if found is None:
            return None
        build = [
            next(option for option, each in enumerate(one) if z3.is_true(found.eval(each)))
            for one in self._chosen
        ]
        return self._model.price(build)

    def repair(self, state: State, seconds: float) -> int | None:
        """How many choices have to be changed at least."""
        wanted = [self._chosen[at][option] for at, option in state.items()]
        found = self._best([], [(each, 1) for each in wanted], seconds)
        return None if found is None else sum(not z3.is_true(found.eval(each)) for each in wanted)

    def _best(
        self, hard: list[z3.BoolRef], wishes: list[tuple[z3.BoolRef, int]], seconds: float
    ) -> z3.ModelRef | None:
        with self._watch(_BUILD):
            optimizer = z3.Optimize()
            optimizer.set("timeout", int(seconds * 1_000))
            optimizer.add(*self._formulas, *hard)
            for wish, weight in wishes:
                optimizer.add_soft(wish, weight)
        with self._watch():
            verdict = optimizer.check()
        return optimizer.model() if verdict == z3.sat else None

    def _formula(self, rule: Rule) -> z3.BoolRef:
        chosen = self._chosen
        match rule:
            case Clause(parts):
                return z3.Or([chosen[at][each] for at, options in parts for each in options])
            case Table(variables, rows):
                return z3.Or(
                    [
                        z3.And([chosen[at][each] for at, each in zip(variables, row, strict=True)])
                        for row in rows
                    ]
                )
            case Sum():
                weights, bound = rule.from_zero()
                return z3.PbLe([(chosen[at][each], weight) for at, each, weight in weights], bound)
