"""Questions to a compiled model: can it be, with what else, and which choices exclude each other.

Whatever is answered follows from the model alone, never from what was asked before: where there
is a choice, the first in order is taken, found by asking and not by what the solver happens to
have in mind.
"""

import contextlib
import copy
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from engine.configuration.clauses import NOBODY, Clauses, compiled, indicator
from engine.configuration.faults import Fault
from engine.configuration.implying import Implications
from engine.configuration.judging import Judge
from engine.configuration.model import Kind, Model, Rule
from engine.configuration.remembering import Memory
from engine.configuration.solver import Solver, Verdict
from engine.configuration.syntax import Truth

Choices = dict[int, int]
"""Options by variable, both by their places."""


class OutOfTime(Exception):
    """The time for a question is spent."""


class WrongAnswer(Exception):
    """A build that the rules themselves do not bear out: a defect of ours."""


class Compiled:
    """A model ready to be asked. It belongs to the thread that made it."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.clauses: Clauses = compiled(model)
        wishes = [
            rule
            for rule in model.rules
            if rule.kind in {Kind.DEFAULT, Kind.PREFER} and rule.condition is not None
        ]
        wishes.sort(key=lambda rule: (rule.kind is Kind.PREFER, -rule.priority))
        self.wishes = [_wish(self.clauses, model, rule) for rule in wishes]
        self.solver = Solver(self.clauses)
        self._guarded: Solver | None = None
        self.left: Callable[[], int] = lambda: 0
        self.closes_from_above = False
        """Which way a best build was proven last: only where to begin the next time."""
        self.memory = Memory(model)
        self.judge = Judge(model, self.memory.bits)

    @property
    def guarded(self) -> Solver:
        """The same clauses, with the rules' guards to be assumed."""
        if self._guarded is None:
            self._guarded = Solver(self.clauses, guarded=True)
        return self._guarded

    @cached_property
    def implications(self) -> Implications:
        """What follows from choices without any search."""
        return Implications(self.clauses)

    def beside(self) -> "Compiled":
        """The same model, asked on the solver with guards, all of which are to be assumed then."""
        other = copy.copy(self)
        other.solver = self.guarded
        other.solver.within(self.left)
        return other

    def within(self, left: Callable[[], int]) -> None:
        """Questions have the milliseconds that `left` tells; without any they raise OutOfTime."""
        self.solver.within(left)
        self.left = left

    @contextlib.contextmanager
    def limited(self, milliseconds: int) -> Iterator[None]:
        """Within the block, questions have at most so much of the time."""
        before = self.left
        end = before() - milliseconds
        self.within(lambda: before() - max(end, 0))
        try:
            yield
        finally:
            self.within(before)

    def literal(self, variable: int, option: int) -> int:
        return self.clauses.options[variable][option]

    def literals(self, choices: Choices) -> list[int]:
        """The literals of choices."""
        return [self.literal(variable, option) for variable, option in choices.items()]

    def can_be(self, assumed: Sequence[int]) -> bool:
        """Whether there is a complete build with what is assumed. OutOfTime."""
        verdict = self.solver.check(assumed)
        if verdict is Verdict.UNKNOWN:
            raise OutOfTime
        return verdict is Verdict.YES

    def build(self) -> list[int]:
        """The build behind the last yes, borne out by the rules."""
        return self.borne_out(self.solver.chosen())

    def borne_out(self, build: list[int]) -> list[int]:
        """The build, if it keeps every rule; WrongAnswer otherwise."""
        wrong = self.judge.objection(build, self.memory.of(build))
        if wrong is not None:
            raise WrongAnswer(wrong.id)
        return build

    def conflict(self, choices: Choices) -> tuple[list[int], list[int]]:
        """Choices (by variable) and rules (by place) that exclude each other, none to spare.

        Of several conflicts, that of the earliest rules and then of the earliest variables. Only
        for choices that cannot be. OutOfTime.
        """
        solver = self.guarded
        solver.within(self.left)
        literals = {self.literal(at, option): at for at, option in sorted(choices.items())}
        owners = {guard: owner for owner, guard in solver.guards.items()}
        wanted = [*sorted(owners, key=lambda guard: owners[guard]), *literals]
        if self._holds(solver, wanted):
            raise WrongAnswer("a conflict that is none")
        kept = self._least(solver, [], wanted, is_tried=True)
        return (
            sorted(literals[each] for each in kept if each in literals),
            sorted(owners[each] for each in kept if each in owners),
        )

    def _holds(self, solver: Solver, assumed: Sequence[int]) -> bool:
        verdict = solver.check(assumed)
        if verdict is Verdict.UNKNOWN:
            raise OutOfTime
        return verdict is Verdict.YES

    def _least(
        self, solver: Solver, given: list[int], rest: list[int], *, is_tried: bool
    ) -> list[int]:
        """What of `rest` excludes what is given, none to spare, the earliest preferred.

        By halves (QuickXplain, Junker, AAAI 2004): what comes out follows from the order alone.
        """
        if not is_tried and not self._holds(solver, given):
            return []
        if len(rest) == 1:
            return rest
        half = len(rest) // 2
        early, late = rest[:half], rest[half:]
        needed = self._least(solver, [*given, *early], late, is_tried=False)
        first = self._least(solver, [*given, *needed], early, is_tried=not needed)
        return [*first, *needed]


def _wish(clauses: Clauses, model: Model, rule: Rule) -> int:
    """A literal that is true only where a wish is granted."""
    try:
        return indicator(clauses, model, rule.condition or Truth(holds=True), NOBODY)
    except Fault as fault:
        raise fault.within(f"rules/{rule.place}") from None
