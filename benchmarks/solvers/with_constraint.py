"""python-constraint2: its backtracking search for the first solution."""

import signal
from collections.abc import Callable
from importlib.metadata import version
from types import FrameType

from constraint import Problem  # type: ignore[import-not-found] # in the peers' environment

from benchmarks.solvers.models import Clause, Model, Rule, State, Sum, Table
from benchmarks.solvers.stopwatch import Stopwatch

_Test = Callable[..., bool]


class _OutOfTimeError(Exception):
    pass


class Solver:
    """Tests that are kept; a problem is made for every call, with a choice as a domain of one."""

    VERSION = f"python-constraint2 {version('python-constraint2')}"

    def __init__(self, model: Model, watch: Stopwatch) -> None:
        self._sizes, self._watch = model.sizes, watch
        with watch():
            self._tests = [_test(rule) for rule in model.rules]
        signal.signal(signal.SIGALRM, _stop)

    def check(self, state: State, seconds: float) -> bool | None:
        """Whether there is a first solution."""
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            with self._watch():
                found = self._problem(state).getSolution()
        except _OutOfTimeError:
            return None
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        return found is not None

    def _problem(self, state: State) -> Problem:
        problem = Problem()
        for variable, size in enumerate(self._sizes):
            only = [state[variable]] if variable in state else list(range(size))
            problem.addVariable(variable, only)
        for test, variables in self._tests:
            problem.addConstraint(test, variables)
        return problem


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise _OutOfTimeError


def _test(rule: Rule) -> tuple[_Test, list[int]]:
    """A test of values in the order of the variables."""
    match rule:
        case Clause(parts):
            several = [frozenset(options) for _, options in parts]
            variables = [at for at, _ in parts]
            return lambda *values: any(map(frozenset.__contains__, several, values)), variables
        case Table(columns, rows):
            allowed = frozenset(rows)
            return lambda *values: values in allowed, list(columns)
        case Sum(weights, bound):
            tables = [table for _, table in weights]
            total: _Test = lambda *values: sum(map(tuple.__getitem__, tables, values)) <= bound  # noqa: E731
            return total, [at for at, _ in weights]
