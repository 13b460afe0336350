"""Comparisons of numbers become sets of options, rows of a table, or weighted sums of options."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import lcm, prod

from engine.configuration import limits
from engine.configuration.evaluation import compared, holds, truth, value
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

_OTHER = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class AtMost:
    """The weights of the chosen options come to at most `bound`: whole numbers."""

    weights: tuple[tuple[int, tuple[int, ...]], ...]
    bound: int


@dataclass(frozen=True, slots=True)
class Rows:
    """The options of some variables are one of these rows."""

    variables: tuple[int, ...]
    rows: frozenset[tuple[int, ...]]


Meaning = Truth | Chosen | Rows | AtMost | And | Or


@dataclass(frozen=True, slots=True)
class Linear:
    """A constant, and what each option of some variables adds; None where it is no number."""

    constant: Fraction
    tables: dict[int, tuple[Fraction | None, ...]]


def variables_of(part: Condition | Term) -> frozenset[int]:
    """The variables an expression speaks of."""
    if isinstance(part, Chosen | Number):
        return frozenset((part.variable,))
    found: frozenset[int] = frozenset()
    for each in parts_of(part):
        found |= variables_of(each)
    return found


def tried(part: Condition | Term, sizes: Sequence[int]) -> None:
    """Evaluate every comparison that divides, with every row of options it speaks of.

    Fault where one divides by 0, or where the rows are too many.
    """
    if isinstance(part, Compare) and _divides(part):
        places = sorted(variables_of(part))
        if prod(sizes[at] for at in places) > limits.COMBINATIONS:
            raise Fault("not_linear", most=limits.COMBINATIONS)
        build = [0] * len(sizes)
        for row in product(*(range(sizes[at]) for at in places)):
            for at, option in zip(places, row, strict=True):
                build[at] = option
            truth(part, build)
        return
    for each in parts_of(part):
        tried(each, sizes)


def _divides(part: Condition | Term) -> bool:
    return isinstance(part, Quotient) or any(_divides(each) for each in parts_of(part))


def parts_of(part: Condition | Term) -> Sequence[Condition | Term]:
    """The expressions an expression is made of."""
    match part:
        case And(parts) | Or(parts) | Sum(parts) | Count(parts) | Extreme(parts=parts):
            return parts
        case Not(one) | Size(one):
            return (one,)
        case Compare(left=left, right=right) | Product(left, right) | Iff(left, right):
            return (left, right)
        case Quotient(left=left, right=right):
            return (left, right)
        case Choice(condition, then, otherwise):
            return (condition, then, otherwise)
    return ()


class Meanings:
    """Comparisons over variables with so many options each."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self._sizes = tuple(sizes)

    def of(self, comparison: Compare, *, negated: bool) -> list[Meaning]:
        """What has to hold, all of it, for a comparison to hold, or not to."""
        sign = _OTHER[comparison.sign] if negated else comparison.sign
        places = sorted(variables_of(comparison.left) | variables_of(comparison.right))
        if not places:
            return [Truth(self._told(comparison, sign, {}))]
        if len(places) == 1:
            (place,) = places
            return [Chosen(place, self._options(comparison, sign, place))]
        size = prod(self._sizes[place] for place in places)
        linear = self._linear(Sum((comparison.left, Product(_MINUS, comparison.right))))
        if linear is not None and (len(places) > 2 or size > limits.COMBINATIONS):  # noqa: PLR2004
            return _weighted(linear, sign)
        if size > limits.COMBINATIONS:
            raise Fault("not_linear", most=limits.COMBINATIONS)
        return [Rows(tuple(places), frozenset(self._rows(comparison, sign, places)))]

    def _options(self, comparison: Compare, sign: str, place: int) -> frozenset[int]:
        return frozenset(
            option
            for option in range(self._sizes[place])
            if self._told(comparison, sign, {place: option})
        )

    def _rows(self, comparison: Compare, sign: str, places: list[int]) -> Iterator[tuple[int, ...]]:
        for row in product(*(range(self._sizes[place]) for place in places)):
            if self._told(comparison, sign, dict(zip(places, row, strict=True))):
                yield row

    def _told(self, comparison: Compare, sign: str, chosen: dict[int, int]) -> bool:
        build = self._build(chosen)
        one, other = value(comparison.left, build), value(comparison.right, build)
        return one is not None and other is not None and compared(sign, one, other)

    def _build(self, chosen: dict[int, int]) -> list[int]:
        build = [0] * len(self._sizes)
        for place, option in chosen.items():
            build[place] = option
        return build

    def _linear(self, term: Term) -> Linear | None:  # noqa: PLR0911 (one case each)
        """The term as a sum over variables, where it is one."""
        places = variables_of(term)
        if not places:
            found = value(term, self._build({}))
            return None if found is None else Linear(found, {})
        if len(places) == 1:
            (place,) = places
            values = (value(term, self._build({place: at})) for at in range(self._sizes[place]))
            return Linear(_ZERO, {place: tuple(values)})
        match term:
            case Sum(parts):
                return _added([self._linear(part) for part in parts])
            case Count(parts):
                return _added([self._counted(part) for part in parts])
            case Product(left, right):
                return self._scaled(left, right)
            case Quotient(left, right, at):
                return self._divided(left, right, at)
        return None

    def _counted(self, part: Condition) -> Linear | None:
        places = variables_of(part)
        if not places:
            return Linear(Fraction(holds(part, self._build({}))), {})
        if len(places) > 1:
            return None
        (place,) = places
        told = (holds(part, self._build({place: at})) for at in range(self._sizes[place]))
        return Linear(_ZERO, {place: tuple(Fraction(each) for each in told)})

    def _scaled(self, left: Term, right: Term) -> Linear | None:
        if not variables_of(left):
            left, right = right, left
        if variables_of(right):
            return None
        return _times(self._linear(left), value(right, self._build({})))

    def _divided(self, left: Term, right: Term, at: int) -> Linear | None:
        if variables_of(right):
            return None
        divisor = value(right, self._build({}))
        if divisor == 0:
            raise Fault("division_by_zero", at)
        return _times(self._linear(left), None if divisor is None else 1 / divisor)


_MINUS = Constant(Fraction(-1))


def _times(linear: Linear | None, by: Fraction | None) -> Linear | None:
    if linear is None or by is None:
        return None
    tables = {
        place: tuple(None if each is None else each * by for each in table)
        for place, table in linear.tables.items()
    }
    return Linear(linear.constant * by, tables)


def _added(several: Sequence[Linear | None]) -> Linear | None:
    constant, tables = _ZERO, dict[int, tuple[Fraction | None, ...]]()
    for each in several:
        if each is None:
            return None
        constant += each.constant
        for place, table in each.tables.items():
            known = tables.get(place)
            tables[place] = table if known is None else _both(known, table)
    return Linear(constant, tables)


def _both(
    one: tuple[Fraction | None, ...], other: tuple[Fraction | None, ...]
) -> tuple[Fraction | None, ...]:
    return tuple(None if a is None or b is None else a + b for a, b in zip(one, other, strict=True))


def _weighted(linear: Linear, sign: str) -> list[Meaning]:
    """`linear` compared with 0, in whole numbers; options that are no number are out."""
    numbers: list[Meaning] = [
        Chosen(place, frozenset(at for at, each in enumerate(table) if each is not None))
        for place, table in linear.tables.items()
        if None in table
    ]
    if sign == "=":
        return [*numbers, _bounded(linear, 1, strict=False), _bounded(linear, -1, strict=False)]
    if sign == "!=":
        either = Or((_bounded(linear, 1, strict=True), _bounded(linear, -1, strict=True)))  # type: ignore[arg-type]
        return [*numbers, either]
    turned = 1 if sign in {"<", "<="} else -1
    return [*numbers, _bounded(linear, turned, strict=sign in {"<", ">"})]


def _bounded(linear: Linear, turned: int, *, strict: bool) -> AtMost:
    """`linear` is at most 0 (turned: at least), or strictly less."""
    values = [each for table in linear.tables.values() for each in table if each is not None]
    scale = lcm(linear.constant.denominator, *(each.denominator for each in values)) * turned
    weights = tuple(
        (place, tuple(0 if each is None else int(each * scale) for each in table))
        for place, table in sorted(linear.tables.items())
    )
    return AtMost(weights, -int(linear.constant * scale) - strict)
