"""Money: an exact decimal amount of one currency. It never rounds by itself."""

from dataclasses import dataclass
from decimal import Decimal

from engine.kernel.currency import Currency


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in major units of its currency (12.5 USD is twelve dollars fifty)."""

    amount: Decimal
    currency: Currency

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __mul__(self, factor: Decimal) -> "Money":
        return Money(self.amount * factor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount < other.amount

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency.code}"

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency.code} and {other.currency.code} do not mix")
