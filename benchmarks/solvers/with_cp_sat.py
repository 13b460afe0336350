"""CP-SAT of OR-tools with one worker: a Boolean for each option, integers where tables are."""

import ortools  # type: ignore[import-not-found] # in the peers' environment
from ortools.sat.python import cp_model  # type: ignore[import-not-found] # likewise

from benchmarks.solvers.models import Clause, Model, State, Sum, Table
from benchmarks.solvers.stopwatch import Stopwatch


class Solver:
    """A model that is kept; choices fix its Booleans for one call, which presolves it anew."""

    VERSION = f"ortools {ortools.__version__}"

    def __init__(self, model: Model, watch: Stopwatch) -> None:
        self._sizes, self._watch = model.sizes, watch
        with watch():
            self._model = cp_model.CpModel()
            self._chosen = [
                [self._model.new_bool_var("") for _ in range(size)] for size in self._sizes
            ]
            for one in self._chosen:
                self._model.add_exactly_one(one)
            self._integers: dict[int, cp_model.IntVar] = {}
            for rule in model.rules:
                self._add(rule)
            self._status({}, None)
        self._price = sum(
            self._chosen[at][place] * option.price
            for at, variable in enumerate(model.variables)
            for place, option in enumerate(variable.options)
            if option.price
        )

    def check(self, state: State, seconds: float) -> bool | None:
        with self._watch():
            status = self._status(state, seconds)
        return None if status == cp_model.UNKNOWN else status != cp_model.INFEASIBLE

    def solve(self, state: State, seconds: float) -> list[int] | None:
        with self._watch():
            status = self._status(state, seconds)
            if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
                return None
            return [
                next(option for option, each in enumerate(one) if self._solver.boolean_value(each))
                for one in self._chosen
            ]

    def optimize(self, state: State, seconds: float) -> int | None:
        """The least price, proven."""
        with self._watch():
            self._model.minimize(self._price)
            status = self._status(state, seconds)
            self._model.clear_objective()
        return round(self._solver.objective_value) if status == cp_model.OPTIMAL else None

    def _status(self, state: State, seconds: float | None) -> int:
        self._solver = cp_model.CpSolver()
        self._solver.parameters.num_workers = 1
        if seconds is not None:
            self._solver.parameters.max_time_in_seconds = seconds
        domains = [
            self._model.proto.variables[self._chosen[at][option].index].domain
            for at, option in state.items()
        ]
        for domain in domains:
            domain[0] = 1
        status: int = self._solver.solve(self._model)
        for domain in domains:
            domain[0] = 0
        return status

    def _add(self, rule: Clause | Table | Sum) -> None:
        chosen = self._chosen
        match rule:
            case Clause(parts):
                self._model.add_bool_or(
                    chosen[at][each] for at, options in parts for each in options
                )
            case Table(variables, rows):
                integers = [self._integer(at) for at in variables]
                self._model.add_allowed_assignments(integers, rows)
            case Sum():
                weights, bound = rule.from_zero()
                total = sum(chosen[at][each] * weight for at, each, weight in weights)
                self._model.add(total <= bound)

    def _integer(self, variable: int) -> cp_model.IntVar:
        """The variable as an integer; only tables need it."""
        if variable not in self._integers:
            made = self._model.new_int_var(0, self._sizes[variable] - 1, "")
            for option, each in enumerate(self._chosen[variable]):
                self._model.add(made == option).only_enforce_if(each)
            self._integers[variable] = made
        return self._integers[variable]
