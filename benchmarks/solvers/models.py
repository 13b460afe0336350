"""Models that every solver is given, and the document that ours reads of them."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

State = dict[int, int]
"""Options by variable, both by their places."""
Build = Sequence[int]
"""The option of every variable."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; its price is in whole units."""

    text: str
    price: int = 0


@dataclass(frozen=True, slots=True)
class Variable:
    """Something of which exactly one option is chosen."""

    name: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """At least one of these holds: a variable is one of some options."""

    parts: tuple[tuple[int, tuple[int, ...]], ...]

    def holds(self, build: Build) -> bool:
        return any(build[variable] in options for variable, options in self.parts)


@dataclass(frozen=True, slots=True)
class Table:
    """The variables together are one of the rows."""

    variables: tuple[int, ...]
    rows: tuple[tuple[int, ...], ...]

    def holds(self, build: Build) -> bool:
        return tuple(build[each] for each in self.variables) in self.rows


@dataclass(frozen=True, slots=True)
class Sum:
    """The weights of the chosen options, by variable, come to at most `bound`."""

    weights: tuple[tuple[int, tuple[int, ...]], ...]
    bound: int

    def holds(self, build: Build) -> bool:
        return sum(weights[build[each]] for each, weights in self.weights) <= self.bound

    def from_zero(self) -> tuple[list[tuple[int, int, int]], int]:
        """The same with each variable's least weight taken off: (variable, option, weight)."""
        left = self.bound
        found = []
        for variable, weights in self.weights:
            least = min(weights)
            left -= least
            found += [
                (variable, option, weight - least)
                for option, weight in enumerate(weights)
                if weight > least
            ]
        return found, left


Rule = Clause | Table | Sum


@dataclass(frozen=True, slots=True)
class Model:
    """Variables and the rules of their builds."""

    name: str
    variables: tuple[Variable, ...]
    rules: tuple[Rule, ...]

    @property
    def sizes(self) -> list[int]:
        return [len(each.options) for each in self.variables]

    def price(self, build: Build) -> int:
        return sum(
            each.options[option].price for each, option in zip(self.variables, build, strict=True)
        )

    def is_valid(self, build: Build) -> bool:
        """Whether a whole build keeps every rule."""
        return all(rule.holds(build) for rule in self.rules)


def page_example() -> Model:
    """A conveyor: a heavy belt needs a drive of 3.0 kW or more."""
    drive = Variable("Drive", (Option("1.5 kW"), Option("3.0 kW", 500)))
    belt = Variable("Belt", (Option("Standard"), Option("Heavy", 300)))
    return Model("page example", (drive, belt), (Clause(((1, (0,)), (0, (1,)))),))


def write(model: Model, path: Path) -> None:
    """Write a model for another process."""
    rules: list[list[object]] = []
    for rule in model.rules:
        match rule:
            case Clause():
                rules.append(["clause", rule.parts])
            case Table():
                rules.append(["table", rule.variables, rule.rows])
            case Sum():
                rules.append(["sum", rule.weights, rule.bound])
    variables = [
        [each.name, [[option.text, option.price] for option in each.options]]
        for each in model.variables
    ]
    path.write_text(json.dumps([model.name, variables, rules]))


def read(path: Path) -> Model:
    """The model that was written."""
    name, variables, rules = json.loads(path.read_text())
    return Model(
        name,
        tuple(
            Variable(each, tuple(Option(text, price) for text, price in options))
            for each, options in variables
        ),
        tuple(_rule(kind, _tuples(parts)) for kind, *parts in rules),
    )


def _rule(kind: str, parts: Any) -> Rule:  # noqa: ANN401 (JSON of our own)
    kinds: dict[str, type[Rule]] = {"clause": Clause, "table": Table, "sum": Sum}
    return kinds[kind](*parts)


def _tuples(given: object) -> object:
    return tuple(map(_tuples, given)) if isinstance(given, list) else given


def document(model: Model) -> dict[str, object]:
    """The model as our own API takes it."""
    attributes: defaultdict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    rules = [_written(model, place, rule, attributes) for place, rule in enumerate(model.rules)]
    return {
        "variables": [
            {
                "name": variable.name,
                "values": [
                    {
                        "value": option.text,
                        "price": option.price,
                        "attributes": attributes[at, place],
                    }
                    for place, option in enumerate(variable.options)
                ],
            }
            for at, variable in enumerate(model.variables)
        ],
        "rules": rules,
    }


def _written(
    model: Model, place: int, rule: Rule, attributes: dict[tuple[int, int], dict[str, int]]
) -> dict[str, object]:
    """A rule of ours; the weights of a sum become an attribute, unless they are the prices."""

    def text(variable: int, option: int) -> str:
        return model.variables[variable].options[option].text

    match rule:
        case Clause(parts):
            said = " OR ".join(
                f"is({_quoted(model.variables[at].name)}"
                f"{''.join(f', {_quoted(text(at, each))}' for each in options)})"
                for at, options in parts
            )
            return {"kind": "ensure", "expression": said}
        case Table(variables, rows):
            names = [model.variables[at].name for at in variables]
            allowed = [
                [text(at, each) for at, each in zip(variables, row, strict=True)] for row in rows
            ]
            return {"kind": "table", "variables": names, "allow": allowed}
        case Sum(weights, bound):
            name = "price" if _is_price(model, rule) else f"weight {place}"
            for at, several in weights if name != "price" else ():
                for option, weight in enumerate(several):
                    attributes[at, option][name] = weight
            names = [model.variables[at].name for at, _ in weights]
            return {"kind": "limit", "attribute": name, "variables": names, "max": bound}


def _is_price(model: Model, rule: Sum) -> bool:
    return all(
        weights == tuple(each.price for each in model.variables[at].options)
        for at, weights in rule.weights
    )


def _quoted(text: str) -> str:
    """Text in quotes; a quote or a backslash inside stands after a backslash."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
