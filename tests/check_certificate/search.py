"""Depth-first search: constraints narrow the domains, then the one that fails most is split."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.check_certificate.constraints import Constraint
from tests.check_certificate.numbers import Domains, members


class Spent(Exception):
    """The budget ran out before there was an answer."""


@dataclass
class Budget:
    """How many nodes a search may visit."""

    nodes: int

    def spend(self) -> None:
        self.nodes -= 1
        if self.nodes < 0:
            raise Spent


def found(domains: Domains, constraints: Sequence[Constraint], budget: Budget) -> Domains | None:
    """Domains of which every choice keeps the constraints, or None where no build does."""
    decided: frozenset[int] = frozenset().union(*(each.decides for each in constraints))
    return next(builds(domains, constraints, decided, budget), None)


def builds(
    domains: Domains,
    constraints: Sequence[Constraint],
    decided: frozenset[int],
    budget: Budget,
) -> Iterator[Domains]:
    """Everything that keeps the constraints, one by one, with `decided` chosen."""
    watching: dict[int, list[Constraint]] = {at: [] for at in range(len(domains))}
    for each in constraints:
        for at in each.scope:
            watching[at].append(each)
    failures = Counter[int](dict.fromkeys(decided, 1))
    left: list[tuple[list[int], list[Constraint]]] = [([*domains], [*constraints])]
    while left:
        budget.spend()
        now, woken = left.pop()
        failed = _narrow(now, woken, watching)
        if failed is not None:
            failures.update(failed.scope & decided)
            continue
        several = [at for at in decided if now[at] & now[at] - 1]
        if not several:
            yield now
            continue
        split = min(several, key=lambda at: (now[at].bit_count() * 1_000 // failures[at], at))
        for option in reversed(members(now[split])):
            child = now.copy()
            child[split] = 1 << option
            left.append((child, watching[split]))


def _narrow(
    domains: list[int], woken: Sequence[Constraint], watching: dict[int, list[Constraint]]
) -> Constraint | None:
    """Narrow until nothing changes; the constraint that nothing is left for, if there is one."""
    waiting = dict.fromkeys(woken)
    while waiting:
        each = next(iter(waiting))
        del waiting[each]
        for at, keeps in each.narrowed(domains):
            kept = domains[at] & keeps
            if kept == domains[at]:
                continue
            domains[at] = kept
            if not kept:
                return each
            waiting.update(dict.fromkeys(watching[at]))
    return None
