"""Numbers while choices are open: the spans they may be in.

A domain is the set of options that a variable may still have, as bits. A term tells the span of
the numbers it may be; where every domain is one option, that is exact.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import chain
from typing import NamedTuple, TypeAlias

Number: TypeAlias = int | Fraction
Domains: TypeAlias = Sequence[int]
_ONE = Fraction(1)


@lru_cache(maxsize=1 << 16)
def members(bits: int) -> tuple[int, ...]:
    """The places of the bits that are set."""
    return tuple(at for at in range(bits.bit_length()) if bits >> at & 1)


class Loose(Exception):
    """Nothing can be told of a number before more is chosen."""


class Span(NamedTuple):
    """The numbers from `low` to `high`; `unknown` where it may be no number as well."""

    low: Number
    high: Number
    unknown: bool = False


@dataclass(frozen=True, eq=False)
class Column:
    """What each option of a variable counts; None where it is no number."""

    values: tuple[Number | None, ...]
    _spans: dict[int, Span | None] = field(default_factory=dict)

    def span(self, domain: int) -> Span | None:
        if domain not in self._spans:
            known = [value for _, value in self.known(domain)]
            partly = len(known) < domain.bit_count()
            self._spans[domain] = Span(min(known), max(known), partly) if known else None
        return self._spans[domain]

    def known(self, domain: int) -> list[tuple[int, Number]]:
        """The options of a domain that are numbers, with them."""
        values = ((option, self.values[option]) for option in members(domain))
        return [(option, value) for option, value in values if value is not None]


@dataclass(frozen=True, slots=True)
class Linear:
    """A constant and a column for each of several variables, added up."""

    constant: Number
    columns: Mapping[int, Column]

    def span(self, domains: Domains) -> Span | None:
        low = high = self.constant
        unknown = False
        for variable, column in self.columns.items():
            found = column.span(domains[variable])
            if found is None:
                return None
            low += found.low
            high += found.high
            unknown |= found.unknown
        return Span(low, high, unknown)


@dataclass(frozen=True, slots=True)
class Term:
    """A number that depends on the variables in `scope`; None where it is surely none."""

    scope: frozenset[int]
    span: Callable[[Domains], Span | None]
    linear: Linear | None = None


def linear(constant: Number, columns: Mapping[int, Column] | None = None) -> Term:
    """A constant, and columns added to it."""
    found = Linear(constant, columns or {})
    return Term(frozenset(found.columns), found.span, found)


def total(terms: Sequence[Term]) -> Term:
    """Terms added up."""
    lines = [each.linear for each in terms if each.linear is not None]
    if len(lines) == len(terms):
        columns: dict[int, Column] = {}
        for variable, column in chain.from_iterable(each.columns.items() for each in lines):
            old = columns.get(variable)
            columns[variable] = column if old is None else _column_sum(old, column)
        return linear(sum(each.constant for each in lines), columns)
    return Term(_scope(terms), _spanning(terms, _added))


def times(left: Term, right: Term) -> Term:
    """A product."""
    for one, other in ((left, right), (right, left)):
        if one.linear is not None and not one.linear.columns and other.linear is not None:
            return _scaled(other.linear, one.linear.constant)
    return Term(left.scope | right.scope, _spanning((left, right), _multiplied))


def over(left: Term, right: Term) -> Term:
    """A quotient; what is divided by 0 is no number."""
    return Term(left.scope | right.scope, _spanning((left, right), _divided))


def extreme(terms: Sequence[Term], pick: Callable[[Iterable[Number]], Number]) -> Term:
    """The least or the greatest of terms."""
    return Term(
        _scope(terms),
        _spanning(terms, lambda s: Span(pick(e.low for e in s), pick(e.high for e in s))),
    )


def size(term: Term) -> Term:
    """A number without its sign."""
    return extreme((term, times(linear(-1), term)), max)


def _column_sum(one: Column, other: Column) -> Column:
    pairs = zip(one.values, other.values, strict=True)
    return Column(tuple(None if a is None or b is None else a + b for a, b in pairs))


def _scaled(given: Linear, factor: Number) -> Term:
    columns = {
        variable: Column(tuple(None if each is None else each * factor for each in column.values))
        for variable, column in given.columns.items()
    }
    return linear(given.constant * factor, columns)


def _spanning(
    terms: Sequence[Term], join: Callable[[Sequence[Span]], Span | None]
) -> Callable[[Domains], Span | None]:
    """The span of terms joined: no number where any is none."""

    def span(domains: Domains) -> Span | None:
        found = [each.span(domains) for each in terms]
        known = [each for each in found if each is not None]
        joined = join(known) if len(known) == len(found) else None
        unknown = any(each.unknown for each in known)
        return None if joined is None else Span(joined.low, joined.high, unknown)

    return span


def _added(spans: Sequence[Span]) -> Span:
    return Span(sum(each.low for each in spans), sum(each.high for each in spans))


def _multiplied(spans: Sequence[Span]) -> Span:
    return product_of(*spans)


def product_of(one: Span, other: Span) -> Span:
    """The span of a product."""
    corners = [a * b for a in one[:2] for b in other[:2]]
    return Span(min(corners), max(corners))


def _divided(spans: Sequence[Span]) -> Span | None:
    above, below = spans
    if below.low == below.high == 0:
        return None
    if below.low <= 0 <= below.high:
        raise Loose
    return product_of(above, Span(_ONE / below.high, _ONE / below.low))


def _scope(terms: Sequence[Term]) -> frozenset[int]:
    return frozenset().union(*(each.scope for each in terms))
