"""The weighted forecast of open deals."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

_HUNDRED = Decimal(100)


class Rounds(Protocol):
    """Rounds amounts of one currency."""

    def money(self, amount: Decimal) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class Deal:
    """An amount and the probability (0..100) of winning it."""

    amount: Decimal
    probability: Decimal


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the deals come to, and what each weighs, rounded to the currency."""

    amount: Decimal
    weighted: tuple[Decimal, ...]


def forecast(deals: Sequence[Deal], rounding: Rounds) -> Forecast:
    """Amount times probability, deal by deal; the deals are in one currency."""
    amount = sum((deal.amount for deal in deals), Decimal(0))
    weighted = (rounding.money(deal.amount * deal.probability / _HUNDRED) for deal in deals)
    return Forecast(amount, tuple(weighted))
