"""A configuration model: variables with their options, and rules about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from engine.configuration.syntax import And, Chosen, Condition, Not, Or
from engine.kernel.period import ALWAYS, Period

_ZERO = Decimal(0)
_ONE = Decimal(1)
HIDDEN = "n/a"
"""The option a variable has while it is hidden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One value a variable may have. `number` is what it stands for in arithmetic.

    `is_read` tells that the number was read from the text. `prices` are those of currencies in
    which it does not cost `price`.
    """

    value: str
    price: Decimal = _ZERO
    prices: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    number: Decimal | None = None
    is_read: bool = False
    attributes: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """Something that has to be chosen: exactly one of `options`."""

    name: str
    options: tuple[Option, ...]

    def place(self, value: str) -> int | None:
        """Where the option `value` stands; a number may be written with other zeros."""
        exact = next((at for at, each in enumerate(self.options) if each.value == value), None)
        number = _as_number(value)
        if exact is not None or number is None:
            return exact
        same = (at for at, each in enumerate(self.options) if _as_number(each.value) == number)
        return next(same, None)


def _as_number(text: str) -> Decimal | None:
    digits = text.removeprefix("-").replace(".", "", 1)
    return Decimal(text) if digits.isascii() and digits.isdigit() else None


class Kind(StrEnum):
    """What a rule does."""

    ENSURE = "ensure"
    REQUIRE = "require"
    EXCLUDE = "exclude"
    TABLE = "table"
    DEFAULT = "default"
    PREFER = "prefer"
    HIDE = "hide"
    PRICE = "price"
    SET = "set"
    QUANTITY = "quantity"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, at its `place` in the document.

    `condition` has to hold; of a soft rule it should. Where that of a PRICE rule holds, the sum of
    the options' prices is multiplied by `times`, and `adds` is added, or what `prices` says for a
    currency. `rows` are those of a TABLE over `columns`, by places, which binds where its
    condition holds. A HIDE rule wants `hidden` to be chosen `when` that holds; its condition comes
    with the other rules that hide the same.
    """

    id: str
    kind: Kind
    message: str
    place: int = 0
    condition: Condition | None = None
    priority: int = 0
    adds: Decimal = _ZERO
    prices: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    times: Decimal = _ONE
    columns: tuple[int, ...] = ()
    rows: frozenset[tuple[int, ...]] = frozenset()
    forbids: bool = False
    hidden: Chosen | None = None
    when: Condition | None = None
    validity: Period = ALWAYS

    @property
    def is_hard(self) -> bool:
        return self.kind not in {Kind.DEFAULT, Kind.PREFER, Kind.PRICE}


@dataclass(frozen=True, kw_only=True)
class Model:
    """Variables and rules, in the order they were given."""

    variables: tuple[Variable, ...]
    rules: tuple[Rule, ...] = ()

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each variable stands, by name."""
        return {each.name: at for at, each in enumerate(self.variables)}

    def on(self, day: date) -> "Model":
        """The model with the rules that hold on a day."""
        rules = tuple(rule for rule in self.rules if day in rule.validity)
        if len(rules) == len(self.rules):
            return self
        return Model(variables=self.variables, rules=hiding(rules, self.rules))


def hiding(rules: Sequence[Rule], known: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules, where those that hide the same variable add up.

    A variable that only others of the `known` rules hide is not hidden.
    """
    whens: dict[Chosen, list[Condition]] = {
        rule.hidden: [] for rule in known if rule.hidden is not None
    }
    for rule in rules:
        if rule.hidden is not None and rule.when is not None:
            whens[rule.hidden].append(rule.when)
    found: list[Rule] = []
    told: set[Chosen] = set()
    for rule in rules:
        hidden, when = rule.hidden, rule.when
        if hidden is None or when is None:
            found.append(rule)
            continue
        shown: Condition = Or((Not(when), hidden))
        if hidden not in told:
            told.add(hidden)
            shown = And((shown, Or((Not(hidden), *whens[hidden]))))
        found.append(replace(rule, condition=shown))
    for rule in known:
        if rule.hidden is not None and rule.hidden not in told:
            told.add(rule.hidden)
            never = Not(rule.hidden)
            found.append(replace(rule, condition=never, hidden=None, when=None, validity=ALWAYS))
    return tuple(found)
