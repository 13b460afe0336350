"""Conditions while choices are open: the truths they may have.

There are three: true, false, and unknown where an option that is no number is compared. Where
every domain is one option, what a condition tells is exact.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product

from tests.check_certificate.numbers import (
    Column,
    Domains,
    Linear,
    Loose,
    Number,
    Span,
    Term,
    linear,
    members,
    times,
    total,
)

FALSE, UNKNOWN, TRUE = 1, 2, 4
ANY = FALSE | UNKNOWN | TRUE
_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


@dataclass(frozen=True, slots=True)
class Condition:
    """Something true, false or unknown; `parts`, where there are any, have to hold all."""

    scope: frozenset[int]
    truths: Callable[[Domains], int]
    parts: tuple["Condition", ...] = ()
    against_zero: tuple[str, Term] | None = None
    indicator: Linear | None = None

    def may_hold(self, domains: Domains) -> bool:
        return bool(self.truths(domains) & TRUE)


def constant(*, holds: bool) -> Condition:
    """What holds whatever is chosen, or never."""
    return Condition(frozenset(), lambda _: TRUE if holds else FALSE)


def chosen(variable: int, options: int, of: int) -> Condition:
    """That a variable with `of` options has one of some."""

    def truths(domains: Domains) -> int:
        domain = domains[variable]
        return TRUE * bool(domain & options) | FALSE * bool(domain & ~options)

    column = Column(tuple(options >> at & 1 for at in range(of)))
    return Condition(frozenset((variable,)), truths, indicator=Linear(0, {variable: column}))


def negated(condition: Condition) -> Condition:
    """What holds where a condition is false; unknown stays unknown."""
    if condition.against_zero is not None:
        sign, term = condition.against_zero
        return _against_zero(_OPPOSITE[sign], term)
    return Condition(condition.scope, lambda domains: _TURNED[condition.truths(domains)])


def conjunction(parts: Sequence[Condition]) -> Condition:
    """All of several."""

    def truths(domains: Domains) -> int:
        found = TRUE
        for each in parts:
            found = _BOTH[found][each.truths(domains)]
            if found == FALSE:
                break
        return found

    return Condition(_scope(parts), truths, parts=tuple(parts))


def disjunction(parts: Sequence[Condition]) -> Condition:
    """Any of several."""
    none = conjunction([negated(each) for each in parts])
    return Condition(none.scope, lambda domains: _TURNED[none.truths(domains)])


def compared(sign: str, left: Term, right: Term) -> Condition:
    """Two numbers compared; unknown where either is none."""
    return _against_zero(sign, total((left, times(linear(-1), right))))


def count(conditions: Sequence[Condition]) -> Term:
    """How many conditions hold."""
    if all(each.indicator for each in conditions):
        return total([_holds(each) for each in conditions])

    def span(domains: Domains) -> Span:
        truths = [each.truths(domains) for each in conditions]
        return Span(sum(each == TRUE for each in truths), sum(bool(t & TRUE) for t in truths))

    return Term(_scope(conditions), span)


def choice(condition: Condition, then: Term, otherwise: Term) -> Term:
    """One term where a condition holds, another where it does not."""

    def span(domains: Domains) -> Span | None:
        truths = condition.truths(domains)
        reached = [then] * bool(truths & TRUE) + [otherwise] * (truths != TRUE)
        found = [each.span(domains) for each in reached]
        known = [each for each in found if each is not None]
        unknown = len(known) < len(found) or any(each.unknown for each in known)
        if not known:
            return None
        return Span(min(e.low for e in known), max(e.high for e in known), unknown)

    return Term(condition.scope | then.scope | otherwise.scope, span)


def _against_zero(sign: str, term: Term) -> Condition:
    def truths(domains: Domains) -> int:
        try:
            span = term.span(domains)
        except Loose:
            return ANY
        if span is None:
            return UNKNOWN
        return _TELLS[sign](span.low, span.high) | UNKNOWN * span.unknown

    return Condition(term.scope, truths, against_zero=(sign, term))


def _may(*, be: bool, not_be: bool) -> int:
    return TRUE * be | FALSE * not_be


_TELLS: dict[str, Callable[[Number, Number], int]] = {
    "=": lambda low, high: _may(be=low <= 0 <= high, not_be=low < 0 or high > 0),
    "!=": lambda low, high: _may(be=low < 0 or high > 0, not_be=low <= 0 <= high),
    "<": lambda low, high: _may(be=low < 0, not_be=high >= 0),
    "<=": lambda low, high: _may(be=low <= 0, not_be=high > 0),
    ">": lambda low, high: _may(be=high > 0, not_be=low <= 0),
    ">=": lambda low, high: _may(be=high >= 0, not_be=low < 0),
}
_TURNED = [
    bits & UNKNOWN | TRUE * bool(bits & FALSE) | FALSE * bool(bits & TRUE) for bits in range(8)
]
_BOTH = [
    [
        reduce(lambda bits, pair: bits | 1 << min(pair), product(members(a), members(b)), 0)
        for b in range(8)
    ]
    for a in range(8)
]


def _holds(condition: Condition) -> Term:
    found = condition.indicator or Linear(0, {})
    return linear(found.constant, found.columns)


def _scope(conditions: Sequence[Condition]) -> frozenset[int]:
    return frozenset().union(*(each.scope for each in conditions))
