"""Expressions as trees: conditions that hold or not, and terms that are numbers."""

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Truth:
    """Always, or never."""

    holds: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """`variable` (by its place) has one of `options` (by their places)."""

    variable: int
    options: frozenset[int]


@dataclass(frozen=True, slots=True)
class Not:
    """That a condition does not hold."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class And:
    """That every part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """That any part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Iff:
    """That both hold, or neither does."""

    left: "Condition"
    right: "Condition"


@dataclass(frozen=True, slots=True)
class Compare:
    """Two terms: `sign` is one of = != < <= > >=. Where a term is no number, it does not hold."""

    sign: str
    left: "Term"
    right: "Term"


@dataclass(frozen=True, slots=True)
class Constant:
    """A number as it was written."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Number:
    """What each option of a variable stands for; None where one stands for no number."""

    variable: int
    values: tuple[Fraction | None, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms added."""

    parts: tuple["Term", ...]


@dataclass(frozen=True, slots=True)
class Product:
    """Two terms multiplied."""

    left: "Term"
    right: "Term"


@dataclass(frozen=True, slots=True)
class Quotient:
    """One term over another; `at` is where the division stands."""

    left: "Term"
    right: "Term"
    at: int


@dataclass(frozen=True, slots=True)
class Extreme:
    """The least of several terms, or the greatest."""

    least: bool
    parts: tuple["Term", ...]


@dataclass(frozen=True, slots=True)
class Size:
    """A term without its sign."""

    part: "Term"


@dataclass(frozen=True, slots=True)
class Count:
    """How many conditions hold."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One term or another."""

    condition: "Condition"
    then: "Term"
    otherwise: "Term"


Condition: TypeAlias = Truth | Chosen | Not | And | Or | Iff | Compare
Term: TypeAlias = Constant | Number | Sum | Product | Quotient | Extreme | Size | Count | Choice
