"""An option that a configured line is built with."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ChosenOption:
    """An option a line is built with, and what it adds to the price of a unit.

    With `is_rule` it is none, but what a price rule of the configurator adds: `variable` is the
    rule's id then, and `value` what it says.
    """

    configurator: str
    version: int
    variable: str
    value: str
    price: Decimal
    is_rule: bool = False
