"""Plain evaluation: what an expression says of a complete build, without any solver.

A build is the option's place of each variable. A term that is no number makes a comparison
unknown: it holds neither itself nor when it is negated.
"""

from collections.abc import Sequence
from fractions import Fraction

from engine.configuration.faults import Fault
from engine.configuration.syntax import (
    And,
    Choice,
    Chosen,
    Compare,
    Condition,
    Constant,
    Count,
    Extreme,
    Iff,
    Not,
    Number,
    Or,
    Product,
    Quotient,
    Size,
    Sum,
    Term,
    Truth,
)

Build = Sequence[int]


def holds(condition: Condition, build: Build) -> bool:
    """Whether a condition holds, for certain."""
    return truth(condition, build) is True


def truth(  # noqa: PLR0911 (one case each)
    condition: Condition, build: Build
) -> bool | None:
    """Whether it holds; None where that cannot be known."""
    match condition:
        case Truth(told):
            return told
        case Chosen(variable, options):
            return build[variable] in options
        case Not(part):
            found = truth(part, build)
            return None if found is None else not found
        case And(parts):
            return _least([truth(part, build) for part in parts])
        case Or(parts):
            found = _least([_turned(truth(part, build)) for part in parts])
            return _turned(found)
        case Iff(left, right):
            first, second = truth(left, build), truth(right, build)
            return None if first is None or second is None else first is second
        case Compare(sign, left, right):
            one, other = value(left, build), value(right, build)
            return None if one is None or other is None else compared(sign, one, other)


def value(  # noqa: C901, PLR0911 (one case each)
    term: Term, build: Build
) -> Fraction | None:
    """The number a term is; None where it is none. Fault where something is divided by 0."""
    match term:
        case Constant(told):
            return told
        case Number(variable, values):
            return values[build[variable]]
        case Count(parts):
            return Fraction(sum(holds(part, build) for part in parts))
        case Choice(condition, then, otherwise):
            return value(then if holds(condition, build) else otherwise, build)
        case Size(part):
            found = value(part, build)
            return None if found is None else abs(found)
        case Sum(parts) | Extreme(parts=parts):
            several = [value(part, build) for part in parts]
            known = [each for each in several if each is not None]
            return None if len(known) < len(several) else _joined(term, known)
        case Product(left, right):
            one, other = value(left, build), value(right, build)
            return None if one is None or other is None else one * other
        case Quotient(left, right, at):
            one, other = value(left, build), value(right, build)
            if other == 0:
                raise Fault("division_by_zero", at)
            return None if one is None or other is None else one / other


def compared(sign: str, one: Fraction, other: Fraction) -> bool:
    """Two numbers compared."""
    match sign:
        case "=":
            return one == other
        case "!=":
            return one != other
        case "<":
            return one < other
        case "<=":
            return one <= other
        case ">":
            return one > other
    return one >= other


def _joined(term: Term, known: list[Fraction]) -> Fraction:
    if isinstance(term, Extreme):
        return min(known) if term.least else max(known)
    return sum(known, Fraction(0))


def _least(found: list[bool | None]) -> bool | None:
    """No where any is no, unknown where any is unknown, else yes."""
    if False in found:
        return False
    return None if None in found else True


def _turned(found: bool | None) -> bool | None:  # noqa: FBT001 (a truth value is its argument)
    return None if found is None else not found
