"""Constraints: each takes the options from open domains that it cannot leave there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Protocol, Self, TypeAlias

from tests.check_certificate.numbers import (
    Column,
    Domains,
    Linear,
    Number,
    linear,
    members,
    times,
)
from tests.check_certificate.truths import Condition

Left: TypeAlias = Iterable[tuple[int, int]]
"""Variables, and the options they may keep."""
CONTRADICTION = ((0, 0),)
_MOST_ROWS = 2_000
_NARROW_OPEN = 2
"""An expression tries every option of its variables once no more of them are open."""


class Constraint(Protocol):
    """Something that has to hold of the variables in `scope`; `decides` have to be chosen."""

    @property
    def scope(self) -> frozenset[int]: ...

    @property
    def decides(self) -> frozenset[int]: ...

    def narrowed(self, domains: Domains) -> Left: ...


@dataclass(frozen=True, eq=False)
class Ruled:
    """Decides all that it speaks of."""

    scope: frozenset[int]

    @property
    def decides(self) -> frozenset[int]:
        return self.scope


@dataclass(frozen=True, eq=False)
class Rows(Ruled):
    """Rows as bits: for each column and option, those rows that have it there."""

    every: int
    holding: Mapping[int, Sequence[int]]

    @classmethod
    def of(cls, columns: Sequence[int], rows: Iterable[Sequence[int]], sizes: Domains) -> Self:
        """Rows of cells, each a set of options."""
        holding = {column: [0] * sizes[column].bit_length() for column in columns}
        bit = 1
        for row in rows:
            for column, cell in zip(columns, row, strict=True):
                for option in members(cell):
                    holding[column][option] |= bit
            bit <<= 1
        return cls(frozenset(columns), bit - 1, holding)


class Allowed(Rows):
    """One of the rows is chosen."""

    def narrowed(self, domains: Domains) -> Left:
        left = self.possible(domains)
        if not left:
            return CONTRADICTION
        return [
            (column, sum(1 << at for at in members(domains[column]) if rows[at] & left))
            for column, rows in self.holding.items()
        ]

    def possible(self, domains: Domains) -> int:
        """The rows that may still be chosen."""
        left = self.every
        for column, rows in self.holding.items():
            found = 0
            for option in members(domains[column]):
                found |= rows[option]
            left &= found
        return left


class Forbidden(Rows):
    """None of the rows is chosen."""

    def narrowed(self, domains: Domains) -> Left:
        certain = {}
        for column, rows in self.holding.items():
            certain[column] = self.every
            for option in members(domains[column]):
                certain[column] &= rows[option]
        for column, rows in self.holding.items():
            others = self.every
            for other, found in certain.items():
                others &= self.every if other == column else found
            yield column, sum(1 << at for at in members(domains[column]) if not rows[at] & others)


@dataclass(frozen=True, eq=False)
class AtMost(Ruled):
    """A sum is no more than 0 (`strict`: less)."""

    sum: Linear
    strict: bool = False

    def narrowed(self, domains: Domains) -> Left:
        spans = {at: column.span(domains[at]) for at, column in self.sum.columns.items()}
        if any(span is None for span in spans.values()):
            return CONTRADICTION
        known = {at: span for at, span in spans.items() if span is not None}
        slack = -self.sum.constant - sum(span.low for span in known.values())
        return [
            (
                at,
                _affordable(
                    self.sum.columns[at], domains[at], span.low + slack, strict=self.strict
                ),
            )
            for at, span in known.items()
            if span.unknown or span.high - span.low >= slack
        ]


@dataclass(frozen=True, eq=False)
class Holds(Ruled):
    """A condition holds."""

    condition: Condition

    def narrowed(self, domains: Domains) -> Left:
        if not self.condition.may_hold(domains):
            yield from CONTRADICTION
            return
        several = [at for at in self.scope if domains[at] & domains[at] - 1]
        if len(several) > _NARROW_OPEN:
            return
        trial = [*domains]
        for at in several:
            left = 0
            for option in members(domains[at]):
                trial[at] = 1 << option
                left |= trial[at] * self.condition.may_hold(trial)
            trial[at] = domains[at]
            yield at, left


def constraints(condition: Condition, sizes: Domains) -> list[Constraint]:
    """What a condition says, as constraints; `sizes` are the domains of all options."""
    if condition.parts:
        return [one for each in condition.parts for one in constraints(each, sizes)]
    columns = sorted(condition.scope)
    if prod(sizes[at].bit_length() for at in columns) <= _MOST_ROWS:
        return [Allowed.of(columns, _rows(condition, columns, sizes), sizes)]
    return [*_sums(condition), Holds(condition.scope, condition)]


def _sums(condition: Condition) -> Iterator[Constraint]:
    sign, term = condition.against_zero or ("!=", linear(0))
    if term.linear is None:
        return
    if sign in {"<", "<=", "="}:
        yield AtMost(term.scope, term.linear, sign == "<")
    turned = times(linear(-1), term).linear
    if sign in {">", ">=", "="} and turned is not None:
        yield AtMost(term.scope, turned, sign == ">")


def _rows(
    condition: Condition, columns: Sequence[int], sizes: Domains
) -> Iterator[tuple[int, ...]]:
    """The combinations of options with which a condition holds."""
    trial = [*sizes]
    for row in product(*([1 << at for at in members(sizes[column])] for column in columns)):
        for column, cell in zip(columns, row, strict=True):
            trial[column] = cell
        if condition.may_hold(trial):
            yield row


def _affordable(column: Column, domain: int, most: Number, *, strict: bool) -> int:
    return sum(
        1 << option
        for option, value in column.known(domain)
        if value < most or (value == most and not strict)
    )
