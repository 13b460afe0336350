"""What builds cost, and that they cost less than something."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.check_certificate.constraints import CONTRADICTION, Left
from tests.check_certificate.numbers import Domains, Linear, Number, Span, product_of
from tests.check_certificate.truths import TRUE, Condition


@dataclass(frozen=True)
class Price:
    """Amounts of the options; what rules multiply their sum with, and what they add after that.

    `turn` is -1 where the greatest is wanted.
    """

    amounts: Linear
    factors: Sequence[tuple[Condition, Number]] = ()
    adds: Sequence[tuple[Condition, Number]] = ()
    turn: int = 1

    @property
    def rules(self) -> list[Condition]:
        return [condition for condition, _ in (*self.factors, *self.adds)]

    def span(self, domains: Domains) -> Span:
        """From the best to the worst that it may be, turned."""
        sums = self.amounts.span(domains) or Span(0, 0)
        low, high = product_of(sums, self.factor(domains))[:2]
        for condition, amount in self.adds:
            added = _either(condition.truths(domains), amount, 0)
            low, high = low + added.low, high + added.high
        return Span(low, high) if self.turn > 0 else Span(-high, -low)

    def factor(self, domains: Domains) -> Span:
        found = Span(1, 1)
        for condition, factor in self.factors:
            found = product_of(found, _either(condition.truths(domains), factor, 1))
        return found


@dataclass(frozen=True, eq=False)
class Better:
    """A price is less than `bound`, turned; variables that only cost need not be decided."""

    price: Price
    bound: Number
    scope: frozenset[int] = field(init=False)
    decides: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        spoken: frozenset[int] = frozenset().union(*(each.scope for each in self.price.rules))
        object.__setattr__(self, "decides", spoken)
        object.__setattr__(self, "scope", spoken | set(self.price.amounts.columns))

    def narrowed(self, domains: Domains) -> Left:
        low = self.price.span(domains).low
        if low >= self.bound:
            return CONTRADICTION
        factor = self.price.factor(domains)
        if factor.low != factor.high:
            return ()
        return self._affordable(domains, self.bound - low, factor.low * self.price.turn)

    def _affordable(
        self, domains: Domains, slack: Number, each: Number
    ) -> Iterator[tuple[int, int]]:
        for at, column in self.price.amounts.columns.items():
            span = column.span(domains[at])
            if span is None or max(each, -each) * (span.high - span.low) < slack:
                continue
            costs = [(option, cost * each) for option, cost in column.known(domains[at])]
            least = min(cost for _, cost in costs)
            yield at, sum(1 << option for option, cost in costs if cost - least < slack)


def _either(truths: int, then: Number, otherwise: Number) -> Span:
    """One number where something holds, another where it does not."""
    reached = [then] * bool(truths & TRUE) + [otherwise] * (truths != TRUE)
    return Span(min(reached), max(reached))
