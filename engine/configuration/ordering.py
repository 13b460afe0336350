"""The first build in order: the same for the same question, whatever was asked before.

Wishes come first, by priority, then the cheapest option of each variable, as they stand.
"""

from collections.abc import Sequence

from engine.configuration.asking import Compiled, WrongAnswer


def first_build(compiled: Compiled, assumed: Sequence[int] = ()) -> list[int]:
    """The first build with what is assumed, which can be. OutOfTime."""
    with compiled.solver.aside():
        ordering = _Ordering(compiled)
        ordering.fix(assumed)
        ordering.grant(compiled.wishes)
        ordering.choose()
        compiled.can_be(())
        return compiled.build()


class _Ordering:
    """Fixes one literal after the other, as far as there is a build with them."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled

    def fix(self, literals: Sequence[int]) -> None:
        """Every build has these from now on."""
        for literal in literals:
            self._compiled.solver.add([literal])

    def grant(self, wishes: Sequence[int]) -> None:
        """Fix every wish that can be granted, each after those before it."""
        while wishes:
            count = self._prefix(wishes)
            self.fix(wishes[:count])
            wishes = wishes[count + 1 :]

    def choose(self) -> None:
        """Fix the cheapest option of each variable that can be had, each after those before it."""
        literals = self._compiled.clauses.options
        orders = [
            [
                literals[at][place]
                for _, place in sorted((o.price, p) for p, o in enumerate(options))
            ]
            for at, options in enumerate(each.options for each in self._compiled.model.variables)
        ]
        at = 0
        while at < len(orders):
            wanted = [order[0] for order in orders[at:]]
            count = self._prefix(wanted)
            self.fix(wanted[:count])
            at += count
            if at < len(orders):
                self.fix([self._next(orders[at][1:])])
                at += 1

    def _next(self, literals: Sequence[int]) -> int:
        """The first of the options after the cheapest that can be had; one of them can."""
        for literal in literals[:-1]:
            if self._compiled.can_be([literal]):
                return literal
        if literals:
            return literals[-1]
        raise WrongAnswer("a variable that can have no option")

    def _prefix(self, wanted: Sequence[int]) -> int:
        """How many of what is wanted, from the first on, can be had together."""
        least, most, step = 0, len(wanted), 1
        while least < most:
            reach = min(least + step, most)
            tried = wanted[:reach]
            if self._compiled.can_be(tried):
                least, step = reach, step * 2
                continue
            core = set(self._compiled.solver.core())
            most = max((at for at, each in enumerate(tried) if each in core), default=least)
            step = max(1, (most - least) // 2)
        return least
