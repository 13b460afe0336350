"""Answers to the questions of configuration: may it be, what is left, and what would do.

Every build and every price in an answer was worked out again by plain evaluation.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from engine.configuration.asking import Choices, Compiled, OutOfTime
from engine.configuration.build import broken, price_of, spoken_of
from engine.configuration.costs import Objective
from engine.configuration.faults import Fault, near
from engine.configuration.model import Model
from engine.configuration.optimizing import best
from engine.configuration.ordering import first_build
from engine.configuration.propagating import left
from engine.configuration.repairing import Repair, repairs


class Mode(StrEnum):
    """What is asked."""

    VALIDATE = "validate"
    PROPAGATE = "propagate"
    SOLVE = "solve"
    OPTIMIZE = "optimize"
    REPAIR = "repair"
    ALL = "all"


class Status(StrEnum):
    """What came of it."""

    OK = "ok"
    UNSATISFIABLE = "unsatisfiable"
    """the rules exclude each other, whatever is chosen"""
    UNKNOWN = "unknown"
    """the time was spent first"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of a model: `assignment` are own choices, option by variable name.

    `objective` is an attribute or `price`, to be as little as possible, or with `most` as much;
    without one the cheapest build is best, where the best is asked for.
    """

    mode: Mode
    assignment: Mapping[str, str] = field(default_factory=dict)
    objective: str | None = None
    most: bool = False
    limit: int | None = None
    explain: bool = True


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that is broken or stands in the way, and the variables it concerns here."""

    rule: str
    message: str
    variables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OptionLeft:
    """An option of a variable: whether it may be taken, and what blocks it otherwise."""

    value: str
    price: Decimal
    available: bool
    blocked_by: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class VariableLeft:
    """A variable: its own choice, the option that is forced on it, and what is left."""

    name: str
    assigned: str | None
    forced: str | None
    options: tuple[OptionLeft, ...]


@dataclass(frozen=True, slots=True)
class Solution:
    """A complete build with its price."""

    assignment: dict[str, str]
    price: Decimal
    proven_optimal: bool = False
    bound: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RepairTold:
    """What to change, to a complete build with its price."""

    changes: tuple[tuple[str, str, str], ...]
    assignment: dict[str, str]
    price: Decimal


@dataclass(slots=True, kw_only=True)
class Answer:
    """What was found; what a mode does not ask for stays empty."""

    mode: Mode
    status: Status = Status.OK
    valid: bool = False
    complete: bool = False
    violations: tuple[Violation, ...] = ()
    variables: tuple[VariableLeft, ...] = ()
    solution: Solution | None = None
    repairs: tuple[RepairTold, ...] = ()
    solutions: tuple[Solution, ...] | None = None
    truncated: bool = False


def choices_of(model: Model, assignment: Mapping[str, str]) -> Choices:
    """The choices by place. Invalid names what is not known."""
    found: Choices = {}
    for name, value in assignment.items():
        variable = model.places.get(name)
        if variable is None:
            hint = near(name, list(model.places))
            raise Fault("unknown_variable", name=name[:100], hint=hint).within(f"assignment/{name}")
        option = model.variables[variable].place(value)
        if option is None:
            known = [each.value for each in model.variables[variable].options]
            told = {"name": value[:100], "variable": name, "hint": near(value, known)}
            raise Fault("unknown_option", **told).within(f"assignment/{name}")  # type: ignore[arg-type]
        found[variable] = option
    return dict(sorted(found.items()))


def answer(compiled: Compiled, question: Question) -> Answer:
    """The answer, as far as the time allows; Invalid where the question names what is not there."""
    choices = choices_of(compiled.model, question.assignment)
    found = Answer(mode=question.mode)
    found.complete = len(choices) == len(compiled.model.variables)
    try:
        _Answering(compiled, question, choices, found).run()
    except OutOfTime:
        found.status = Status.UNKNOWN
    return found


@dataclass(slots=True)
class _Answering:
    compiled: Compiled
    question: Question
    choices: Choices
    found: Answer

    def run(self) -> None:
        found, mode = self.found, self.question.mode
        whole = mode is Mode.ALL
        found.valid = self._validated()
        if found.status is Status.UNSATISFIABLE:
            return
        if mode is Mode.PROPAGATE or whole:
            found.variables = tuple(self._variables())
        if found.valid and (mode in {Mode.SOLVE, Mode.OPTIMIZE} or whole):
            found.solution = self._solution()
        if not found.valid and (mode is Mode.REPAIR or whole):
            found.repairs = tuple(map(self._told, repairs(self.compiled, self.choices)))
        if found.valid and whole and self.question.limit is not None:
            found.solutions, found.truncated = self._solutions(self.question.limit)

    def _validated(self) -> bool:
        """Whether the choices can be completed; what stands in the way otherwise."""
        model = self.compiled.model
        if self.found.complete:
            build = list(self.choices.values())
            self.found.violations = tuple(
                self._violation(model.rules.index(rule), range(len(build)))
                for rule in broken(model, build)
            )
            if not self.found.violations:
                return True
        if self.compiled.can_be(self.compiled.literals(self.choices)):
            return True
        if not self.compiled.can_be(()):
            self.found.status = Status.UNSATISFIABLE
            _, rules = self.compiled.conflict({})
            self.found.violations = tuple(self._violation(rule, ()) for rule in rules)
            return False
        if not self.found.violations:
            variables, rules = self.compiled.conflict(self.choices)
            self.found.violations = tuple(self._violation(rule, variables) for rule in rules)
        return False

    def _violation(self, rule: int, variables: Sequence[int]) -> Violation:
        model = self.compiled.model
        concerned = model.rules[rule]
        spoken = spoken_of(concerned)
        names = tuple(model.variables[at].name for at in variables if at in spoken)
        return Violation(concerned.id, concerned.message or concerned.id, names)

    def _variables(self) -> Iterator[VariableLeft]:
        model, options_left = self.compiled.model, left(self.compiled, self.choices).options
        for at, variable in enumerate(model.variables):
            chosen = self.choices.get(at)
            available = options_left[at]
            options = tuple(
                OptionLeft(
                    each.value,
                    each.price,
                    place in available,
                    () if place in available else self._blocked(at, place),
                )
                for place, each in enumerate(variable.options)
            )
            (only,) = available if len(available) == 1 else (None,)
            yield VariableLeft(
                variable.name,
                None if chosen is None else variable.options[chosen].value,
                None if only is None else variable.options[only].value,
                options,
            )

    def _blocked(self, variable: int, option: int) -> tuple[Violation, ...]:
        """The rules of a minimal conflict of the option with the other choices."""
        if not self.question.explain:
            return ()
        others = {at: each for at, each in self.choices.items() if at != variable}
        variables, rules = self.compiled.conflict({**others, variable: option})
        return tuple(self._violation(rule, variables) for rule in rules)

    def _solution(self) -> Solution:
        assumed = self.compiled.literals(self.choices)
        asked = self.question
        if asked.mode is not Mode.OPTIMIZE and asked.objective is None:
            return self._built(first_build(self.compiled, assumed))
        found = best(self.compiled, self.choices, Objective(asked.objective or "price", asked.most))
        build = self.compiled.borne_out(list(found.build))
        told = self._built(build)
        return Solution(told.assignment, told.price, found.is_proven, found.bound)

    def _solutions(self, limit: int) -> tuple[tuple[Solution, ...], bool]:
        """The first builds in order, up to `limit`, and whether there are more."""
        assumed, solver = self.compiled.literals(self.choices), self.compiled.solver
        found: list[Solution] = []
        with solver.aside():
            while self.compiled.can_be(assumed):
                if len(found) == limit:
                    return tuple(found), True
                build = first_build(self.compiled, assumed)
                found.append(self._built(build))
                solver.add([-self.compiled.literal(at, option) for at, option in enumerate(build)])
        return tuple(found), False

    def _built(self, build: Sequence[int]) -> Solution:
        model = self.compiled.model
        return Solution(_assignment(model, build), price_of(model, build))

    def _told(self, repair: Repair) -> RepairTold:
        model = self.compiled.model
        self.compiled.borne_out(list(repair.build))

        def value(at: int, option: int) -> str:
            return model.variables[at].options[option].value

        changes = tuple(
            (model.variables[at].name, value(at, old), value(at, new))
            for at, old, new in repair.changes
        )
        return RepairTold(changes, _assignment(model, repair.build), repair.price)


def _assignment(model: Model, build: Sequence[int]) -> dict[str, str]:
    return {
        variable.name: variable.options[option].value
        for variable, option in zip(model.variables, build, strict=True)
    }
