"""One answer with the model it is about: what builds there are, and which of them are known."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TypeAlias

from tests.check_certificate import model as models
from tests.check_certificate.constraints import Constraint
from tests.check_certificate.model import Model
from tests.check_certificate.numbers import Domains, Number
from tests.check_certificate.search import Budget, builds, found
from tests.check_certificate.vocabulary import Json, exact

Choices: TypeAlias = Mapping[int, int]
"""Domains of one option, by the variable's place."""


class Wrong(Exception):
    """The answer claims what is not so."""


Claim: TypeAlias = tuple[str, Callable[[Budget], None]]
"""What is claimed, and what raises Wrong unless it is so."""


@dataclass(frozen=True)
class Case:
    """An answer, its model, and the choices that it is an answer to."""

    model: Model
    answer: Json
    certificate: Json
    choices: Choices
    known: list[Domains] = field(default_factory=list)

    @classmethod
    def of(cls, answer: Json) -> "Case":
        certificate = answer["certificate"]
        model = models.read(certificate)
        choices = {}
        for name, value in (certificate.get("assignment") or {}).items():
            at = model.vocabulary.place(name)
            choices[at] = model.variables[at].only(value)
        return cls(model, answer, certificate, choices)

    @cached_property
    def status(self) -> str:
        return str(self.answer["status"])

    @cached_property
    def valid(self) -> bool:
        return bool(self.answer["valid"])

    @cached_property
    def complete(self) -> bool:
        return len(self.choices) == len(self.model.variables)

    def names(self, places: Iterable[int]) -> list[str]:
        return [self.model.variables[at].name for at in sorted(places)]

    def domains(self, choices: Choices) -> list[int]:
        """The options left by choices alone."""
        return [choices.get(at, every) for at, every in enumerate(self.model.sizes)]

    def build(self, assignment: Mapping[str, str]) -> Domains:
        """A complete build that is told."""
        variables = self.model.variables
        if set(assignment) != {each.name for each in variables}:
            raise Wrong("it does not have just the variables of the model")
        unknown = [each.name for each in variables if assignment[each.name] not in each.places]
        if unknown:
            raise Wrong(f"it has an option of {unknown[0]} that there is not")
        return [each.only(assignment[each.name]) for each in variables]

    def kept(self, told: Json, choices: Choices) -> Domains:
        """A complete build that is told with its price, with choices it has to have."""
        build = self.build(told["assignment"])
        broken = self.model.broken(build)
        if broken:
            raise Wrong(f"it breaks {', '.join(broken)}")
        self.known.append(build)
        price = self.model.price.span(build).low
        if exact(told["price"]) != price:
            raise Wrong(f"its price is {shown(price)}")
        lost = self.names(at for at, domain in choices.items() if build[at] != domain)
        if lost:
            raise Wrong(f"it has not the option chosen of {', '.join(lost)}")
        return build

    def exists(
        self,
        choices: Choices,
        budget: Budget,
        *,
        rules: Sequence[str] | None = None,
        within: Sequence[Constraint] = (),
    ) -> Domains | None:
        """The domains of a build with the choices that keeps rules (all, where none are named)."""
        if not within:
            for build in self.known:
                if all(build[at] == domain for at, domain in choices.items()):
                    return build
        named = self.model.rules if rules is None else rules
        constraints = [each for name in named for each in self.model.rules[name].constraints]
        answer = found(self.domains(choices), [*constraints, *within], budget)
        if answer is not None and rules is None:
            self.known.append([domain & -domain for domain in answer])
        return answer

    def every(self, budget: Budget) -> Iterable[Domains]:
        """Every build that extends the choices."""
        rules = self.model.rules.values()
        constraints = [each for rule in rules for each in rule.constraints]
        everything = frozenset(range(len(self.model.sizes)))
        return builds(self.domains(self.choices), constraints, everything, budget)


def shown(number: Number) -> str:
    """A number as people write it."""
    return f"{Decimal(number.numerator) / number.denominator:f}"
