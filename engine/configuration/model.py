"""A configuration model: variables with their options, and rules about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from engine.configuration.syntax import Condition
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
        """Where the option `value` stands."""
        return next((at for at, each in enumerate(self.options) if each.value == value), None)


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
    condition holds.
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
        return (
            self if len(rules) == len(self.rules) else Model(variables=self.variables, rules=rules)
        )
