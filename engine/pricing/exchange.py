"""Exchange rates: what prices a product in a currency that no price list has for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.kernel.period import ALWAYS, Period
from engine.pricing.rule import RuleRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRate:
    """One unit of `source` costs `rate` units of `target` (ISO codes) while it holds."""

    id: str
    source: str
    target: str
    rate: Decimal
    name: str = ""
    version: int = 1
    validity: Period = ALWAYS

    @property
    def ref(self) -> RuleRef:
        return RuleRef(self.id, self.version, self.name or f"{self.source} to {self.target}")


def rate(rates: Iterable[ExchangeRate], source: str, target: str, on: date) -> ExchangeRate | None:
    """The rate that holds on `on`; the newest version where several do."""
    fitting = [
        each
        for each in rates
        if each.source == source and each.target == target and on in each.validity
    ]
    return max(fitting, key=lambda each: each.version, default=None)
