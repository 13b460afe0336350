"""Reading the inputs of a case: exact numbers, days, and how it says to round."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from engine.catalog.settings import RoundingMode
from engine.kernel.currency import currency
from engine.pricing.rounding import Rounding

Json = Mapping[str, Any]
Seen = dict[str, Any]

_MODES = {
    "HALF_UP": RoundingMode.HALF_UP,
    "HALF_EVEN": RoundingMode.HALF_EVEN,
    "HALF_DOWN": RoundingMode.HALF_DOWN,
}


class Case:
    """The inputs of one case, asked by name."""

    def __init__(self, inputs: Json, policy: Json) -> None:
        self._inputs = inputs
        self.policy = policy

    def __contains__(self, name: str) -> bool:
        return self._inputs.get(name) is not None

    def raw(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 (any JSON value)
        """A member as it stands."""
        value = self._inputs.get(name)
        return default if value is None else value

    def number(self, name: str, default: str | None = None) -> Decimal:
        """A member as an exact number; KeyError where it is missing and has no default."""
        value = self._inputs.get(name)
        if value is None:
            if default is None:
                raise KeyError(name)
            return Decimal(default)
        return number(value)

    def numbers(self, name: str) -> list[Decimal]:
        """A list of exact numbers."""
        return [number(each) for each in self.raw(name, [])]

    def whole(self, name: str, default: int | None = None) -> int:
        """A member as an integer."""
        return int(self.number(name, None if default is None else str(default)))

    def day(self, name: str) -> date:
        """A member as a day."""
        return date.fromisoformat(self._inputs[name])

    def end(self, inclusive: str = "end_inclusive", exclusive: str = "end") -> date:
        """The first day that no longer belongs, however the case writes it."""
        if inclusive in self:
            return self.day(inclusive) + timedelta(days=1)
        return self.day(exclusive)

    def rounding(self, digits: int = 2) -> Rounding:
        """How the case rounds money: its policy's mode and unit, or its currency's digits."""
        if self.policy.get("unit") == "minor":
            digits = 0
        if "currency" in self:
            digits = currency(self.raw("currency")).digits
        if "decimals" in self:
            digits = self.whole("decimals")
        return Rounding(digits, _MODES[self.policy.get("rounding", "HALF_UP")])


def number(value: object) -> Decimal:
    """An exact number, from a number or its text."""
    return Decimal(str(value))


def triples(rows: Sequence[Sequence[object]]) -> list[tuple[Decimal, Decimal, Decimal]]:
    """Rows of three numbers."""
    return [(number(first), number(last), number(value)) for first, last, value in rows]
