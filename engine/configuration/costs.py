"""What builds cost in whole numbers: an objective as weights of options and of price rules."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import lcm

from engine.configuration.asking import Compiled
from engine.configuration.build import amount_of
from engine.configuration.evaluation import holds
from engine.configuration.faults import Fault
from engine.configuration.linear import variables_of
from engine.configuration.model import Kind, Rule
from engine.configuration.syntax import Condition

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Objective:
    """What is to be as little (with `most`, as much) as possible: `price` or an attribute."""

    attribute: str = "price"
    most: bool = False

    def amount(self, compiled: Compiled, build: Sequence[int]) -> Decimal:
        """What a build has of it: a price in the model's currency, or the attribute's unit."""
        return amount_of(compiled.model, build, self.attribute)


@dataclass(frozen=True, slots=True)
class Costs:
    """Weights above 0 by literal; a build's cost is the sum of those of its true literals.

    The amount is the cost by `scale`, plus `constant`, turned where the most is wanted.
    """

    weights: dict[int, int]
    constant: Fraction
    scale: int
    turn: int

    def cost(self, amount: Decimal) -> int:
        """The cost of a build with an amount."""
        return int((Fraction(amount) * self.turn - self.constant) * self.scale)

    def amount(self, cost: int) -> Decimal:
        """The amount of a build with a cost."""
        told = (Fraction(cost, self.scale) + self.constant) * self.turn
        return Decimal(told.numerator) / Decimal(told.denominator)


def costs_of(compiled: Compiled, objective: Objective, factor: Decimal) -> Costs:
    """The costs, the sum of the options' prices times `factor`.

    Clauses that price rules need are added to the solver.
    """
    model, turn = compiled.model, -1 if objective.most else 1
    is_price = objective.attribute == "price"
    times = Fraction(factor) * turn if is_price else Fraction(turn)
    tables = [
        [
            Fraction(each.price if is_price else each.attributes.get(objective.attribute, 0))
            * times
            for each in variable.options
        ]
        for variable in model.variables
    ]
    rules = [rule for rule in model.rules if rule.kind is Kind.PRICE and is_price and rule.adds]
    added = [Fraction(rule.adds) * turn for rule in rules]
    scale = lcm(*(each.denominator for each in (*added, *(e for table in tables for e in table))))
    constant, weights = _ZERO, dict[int, int]()

    def weigh(literal: int, cost: Fraction) -> None:
        if cost:
            weights[literal] = weights.get(literal, 0) + int(cost * scale)

    for literals, table in zip(compiled.clauses.options, tables, strict=True):
        least = min(table)
        constant += least
        for literal, each in zip(literals, table, strict=True):
            weigh(literal, each - least)
    for rule, each in zip(rules, added, strict=True):
        constant += min(each, _ZERO)
        weigh(_mark(compiled, rule, holds_=each > 0), abs(each))
    return Costs(weights, constant, scale, turn)


def factors(compiled: Compiled, objective: Objective) -> list[Rule]:
    """The rules that multiply the price: few, as the model was read so."""
    if objective.attribute != "price":
        return []
    return [rule for rule in compiled.model.rules if rule.kind is Kind.PRICE and rule.times != 1]


def settle(compiled: Compiled, rule: Rule, *, holds_: bool) -> None:
    """From now on the rule's condition holds, or does not."""
    for literals in _refused(compiled, rule, holds_=holds_):
        compiled.solver.add(literals)


def _mark(compiled: Compiled, rule: Rule, *, holds_: bool) -> int:
    """A new literal that is true wherever the rule's condition holds, or does not."""
    mark = compiled.solver.new()
    for literals in _refused(compiled, rule, holds_=not holds_):
        compiled.solver.add([*literals, mark])
    return mark


def _refused(compiled: Compiled, rule: Rule, *, holds_: bool) -> Iterator[list[int]]:
    """A clause for each row of options with which the condition does not hold, or does."""
    condition = _condition(rule)
    places = sorted(variables_of(condition))
    sizes = [len(compiled.model.variables[at].options) for at in places]
    build = [0] * len(compiled.model.variables)
    for row in product(*(range(size) for size in sizes)):
        for at, option in zip(places, row, strict=True):
            build[at] = option
        if holds(condition, build) is not holds_:
            yield [-compiled.literal(at, o) for at, o in zip(places, row, strict=True)]


def _condition(rule: Rule) -> Condition:
    if rule.condition is None:
        raise Fault("expression_missing", member="if").within(f"rules/{rule.place}")
    return rule.condition
