"""Answers to the questions of configuration: may it be, what is left, and what would do.

Every build and every price in an answer was worked out again by plain evaluation.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.configuration.asking import Choices, Compiled, OutOfTime
from engine.configuration.build import broken, price_of, spoken_of
from engine.configuration.costs import Objective
from engine.configuration.faults import Fault, near
from engine.configuration.members import composed
from engine.configuration.model import Model
from engine.configuration.optimizing import best
from engine.configuration.ordering import first_build
from engine.configuration.propagating import left
from engine.configuration.questions import (
    Answer,
    Mode,
    OptionLeft,
    Question,
    RepairTold,
    Solution,
    Status,
    VariableLeft,
    Violation,
    WhatIf,
)
from engine.configuration.repairing import Repair, repairs
from engine.configuration.supposing import supposed


def choices_of(model: Model, assignment: Mapping[str, str]) -> Choices:
    """The choices by place. Invalid names what is not known."""
    found: Choices = {}
    for name, value in assignment.items():
        variable = _variable(model, name, f"assignment/{name}")
        option = model.variables[variable].place(composed(value))
        if option is None:
            known = [each.value for each in model.variables[variable].options]
            told = {"name": value[:100], "variable": name, "hint": near(value, known)}
            raise Fault("unknown_option", **told).within(f"assignment/{name}")  # type: ignore[arg-type]
        found[variable] = option
    return dict(sorted(found.items()))


def _variable(model: Model, name: str, where: str) -> int:
    variable = model.places.get(composed(name))
    if variable is None:
        hint = near(name, list(model.places))
        raise Fault("unknown_variable", name=name[:100], hint=hint).within(where)
    return variable


def _check_objective(model: Model, attribute: str | None) -> None:
    if attribute is None or attribute == "price":
        return
    known = {
        name for each in model.variables for option in each.options for name in option.attributes
    }
    if attribute not in known:
        hint = near(attribute, sorted(known))
        raise Fault("unknown_attribute", name=attribute[:100], hint=hint).within("objective")


def answer(compiled: Compiled, question: Question) -> Answer:
    """The answer, as far as the time allows; Invalid where the question names what is not there."""
    choices = choices_of(compiled.model, question.assignment)
    _check_objective(compiled.model, question.objective)
    for name in question.what_if:
        _variable(compiled.model, name, f"what_if/{name}")
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
    now: Decimal | None = None

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
            asked = variable.name in self.question.what_if
            options = tuple(
                OptionLeft(
                    each.value,
                    each.price,
                    place in available,
                    () if place in available else self._blocked(at, place),
                    (self._what_if(at, place),) if asked else None,
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

    def _what_if(self, variable: int, option: int) -> WhatIf | None:
        model = self.compiled.model
        found = supposed(self.compiled, self.choices, variable, option)
        if found is None:
            return None
        price = price_of(model, found.build)
        now = self._price_now()
        return WhatIf(self._changes(found.changes), price, None if now is None else price - now)

    def _price_now(self) -> Decimal | None:
        if not self.found.valid:
            return None
        if self.now is None:
            build = first_build(self.compiled, self.compiled.literals(self.choices))
            self.now = price_of(self.compiled.model, build)
        return self.now

    def _changes(self, changes: Iterable[tuple[int, int, int]]) -> tuple[tuple[str, str, str], ...]:
        variables = self.compiled.model.variables
        return tuple(
            (
                variables[at].name,
                variables[at].options[old].value,
                variables[at].options[new].value,
            )
            for at, old, new in changes
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
        changes = self._changes(repair.changes)
        return RepairTold(changes, _assignment(model, repair.build), repair.price)


def _assignment(model: Model, build: Sequence[int]) -> dict[str, str]:
    return {
        variable.name: variable.options[option].value
        for variable, option in zip(model.variables, build, strict=True)
    }
