"""clingo: one atom for each option, rows of tables with their supports, sums as weights."""

from collections.abc import Iterable

import clingo  # type: ignore[import-not-found] # in the peers' environment

from benchmarks.solvers.models import Clause, Model, State, Sum, Table
from benchmarks.solvers.stopwatch import Stopwatch

_BRAVE = "brave"


class Solver:
    """Programs that are kept: one for questions, and one for each way to optimize."""

    VERSION = f"clingo {clingo.__version__}"

    def __init__(self, model: Model, watch: Stopwatch) -> None:
        self._model, self._watch = model, watch
        self._sizes = model.sizes
        with watch():
            self._plain = _Program(model, ())
            self._plain.is_possible({})
        self._best: dict[str, _Program] = {}

    def check(self, state: State, _seconds: float) -> bool:
        with self._watch():
            return self._plain.is_possible(state)

    def propagate(self, state: State, seconds: float) -> list[list[int]] | None:
        """Free variables by brave consequences; what may be taken instead of a choice, by checks.

        For as few options, checks take less than brave consequences.
        """
        with self._watch(_BRAVE):
            found = self._plain.consequences(state, seconds)
        if found is None:
            return None
        left: list[list[int]] = [[] for _ in self._model.variables]
        for variable, option in sorted(found):
            left[variable].append(option)
        with self._watch("own choices"):
            for variable, chosen in state.items():
                left[variable] += [
                    option
                    for option in range(self._sizes[variable])
                    if option != chosen and self._plain.is_possible({**state, variable: option})
                ]
        return [sorted(each) for each in left]

    def optimize_bb(self, state: State, seconds: float) -> int | None:
        return self._optimize("bb", state, seconds)

    def optimize_usc(self, state: State, seconds: float) -> int | None:
        return self._optimize("usc", state, seconds)

    def _optimize(self, strategy: str, state: State, seconds: float) -> int | None:
        if strategy not in self._best:
            self._best[strategy] = _Program(self._model, (f"--opt-strategy={strategy}",))
        program = self._best[strategy]
        with self._watch():
            return program.least(state, seconds)


class _Program:
    """A model as a ground program; with options it has the price as its objective."""

    def __init__(self, model: Model, options: Iterable[str]) -> None:
        self._model = model
        self._control = clingo.Control(["--warn=none", *options])
        self._atoms: list[list[int]] = []
        with self._control.backend() as self._backend:
            for variable in range(len(model.variables)):
                self._choose(variable)
            for rule in model.rules:
                match rule:
                    case Clause():
                        self._clause(rule)
                    case Table():
                        self._table(rule)
                    case Sum():
                        self._sum(rule)
            if options:
                self._backend.add_minimize(0, self._prices())

    def is_possible(self, state: State) -> bool:
        """Whether there is a build. Whoever has no time for it ends the process."""
        self._control.configuration.solve.enum_mode = "auto"
        self._control.configuration.solve.models = 1
        return bool(self._control.solve(self._assumed(state)).satisfiable)

    def consequences(self, state: State, seconds: float) -> set[tuple[int, int]] | None:
        """The options that are in some build."""
        self._control.configuration.solve.enum_mode = _BRAVE
        self._control.configuration.solve.models = 0
        with self._control.solve(self._assumed(state), async_=True) as handle:
            if not handle.wait(seconds):
                handle.cancel()
                return None
            shown = handle.last().symbols(shown=True) if handle.get().satisfiable else ()
            return {(each.arguments[0].number, each.arguments[1].number) for each in shown}

    def least(self, state: State, seconds: float) -> int | None:
        """The least price, proven."""
        with self._control.solve(self._assumed(state), async_=True) as handle:
            if not handle.wait(seconds):
                handle.cancel()
                return None
            (cost,) = handle.last().cost
            return int(cost)

    def _assumed(self, state: State) -> list[int]:
        return [self._atoms[variable][option] for variable, option in state.items()]

    def _choose(self, variable: int) -> None:
        """Exactly one option; with two, one is the absence of the other."""
        backend = self._backend
        atoms = [
            backend.add_atom(clingo.Function("o", [clingo.Number(variable), clingo.Number(option)]))
            for option in range(self._model.sizes[variable])
        ]
        self._atoms.append(atoms)
        if len(atoms) == 1:
            backend.add_rule(atoms)
        elif len(atoms) == 2:  # noqa: PLR2004 (this one or the other)
            backend.add_rule(atoms[:1], choice=True)
            backend.add_rule(atoms[1:], [-atoms[0]])
        else:
            backend.add_rule(atoms, choice=True)
            backend.add_rule([], [-each for each in atoms])
            backend.add_weight_rule([], 2, [(each, 1) for each in atoms])

    def _clause(self, rule: Clause) -> None:
        self._backend.add_rule(
            [], [-self._atoms[at][each] for at, options in rule.parts for each in options]
        )

    def _table(self, rule: Table) -> None:
        """An atom for each row, and for each option the rows that support it."""
        backend = self._backend
        supports: dict[int, list[int]] = {
            atom: [] for at in rule.variables for atom in self._atoms[at]
        }
        for row in rule.rows:
            mark = backend.add_atom()
            cells = [self._atoms[at][each] for at, each in zip(rule.variables, row, strict=True)]
            backend.add_rule([mark], cells)
            for cell in cells:
                supports[cell].append(mark)
        for atom, rows in supports.items():
            backend.add_rule([], [atom, *(-each for each in rows)])

    def _sum(self, rule: Sum) -> None:
        weights, bound = rule.from_zero()
        weighted = [(self._atoms[at][option], weight) for at, option, weight in weights]
        self._backend.add_weight_rule([], bound + 1, weighted)

    def _prices(self) -> list[tuple[int, int]]:
        return [
            (self._atoms[at][place], option.price)
            for at, variable in enumerate(self._model.variables)
            for place, option in enumerate(variable.options)
            if option.price
        ]
