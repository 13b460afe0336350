"""Questions about a model, and what is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


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
    without one the cheapest build is best, where the best is asked for. `what_if` names variables
    of which every option is supposed to be taken.
    """

    mode: Mode
    assignment: Mapping[str, str] = field(default_factory=dict)
    objective: str | None = None
    most: bool = False
    limit: int | None = None
    explain: bool = True
    what_if: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that is broken or stands in the way, and the variables it concerns here."""

    rule: str
    message: str
    variables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What follows from taking an option all the same: own choices to change, and the price.

    `difference` is that to the price of what `solve` answers now; None where nothing does.
    """

    changes: tuple[tuple[str, str, str], ...]
    price: Decimal
    difference: Decimal | None


@dataclass(frozen=True, slots=True)
class OptionLeft:
    """An option of a variable: whether it may be taken, and what blocks it otherwise.

    `what_if` is there where it was asked for, and None in it means that no build has the option.
    """

    value: str
    price: Decimal
    available: bool
    blocked_by: tuple[Violation, ...]
    what_if: tuple[WhatIf | None] | None = None


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
