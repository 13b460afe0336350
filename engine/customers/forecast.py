"""The weighted forecast of open deals, one by one and by month."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
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


@dataclass(frozen=True, slots=True)
class Expected:
    """A deal in a currency (ISO code), and the day it is expected to close."""

    deal: Deal
    currency: str
    closes: date


@dataclass(frozen=True, slots=True)
class Month:
    """What the deals of one currency that close in a month (`2026-09`) come to."""

    currency: str
    close_month: str
    amount: Decimal
    weighted: Decimal


def forecast(deals: Sequence[Deal], rounding: Rounds) -> Forecast:
    """Amount times probability, deal by deal; the deals are in one currency."""
    amount = sum((deal.amount for deal in deals), Decimal(0))
    weighted = (rounding.money(deal.amount * deal.probability / _HUNDRED) for deal in deals)
    return Forecast(amount, tuple(weighted))


def pipeline(expected: Iterable[Expected], rounding: Callable[[str], Rounds]) -> list[Month]:
    """What may still be won, by month and currency; different currencies are never added.

    What cannot be won any more is no part of it. `rounding` is that of a currency.
    """
    possible = [each for each in expected if each.deal.probability]
    months: list[Month] = []
    for (month, currency), group in groupby(sorted(possible, key=_place), key=_place):
        found = forecast([each.deal for each in group], rounding(currency))
        months.append(Month(currency, month, found.amount, sum(found.weighted, Decimal(0))))
    return months


def _place(expected: Expected) -> tuple[str, str]:
    return expected.closes.isoformat()[:7], expected.currency
