"""A line's price as a condition of SAP: a rate for so many units, which comes to our net.

A rate has no more digits than the currency, so a finer price is told for 10, 100, 1,000 or
10,000 units. Where the price times the quantity does not round to what the line was sold for,
the condition is that net for the whole quantity.
"""

from dataclasses import dataclass
from decimal import Decimal

from adapters.erp.odata.amounts import fits, product, ratio, rounded
from engine.ports.erp import OrderedLine

_UNITS = tuple(Decimal(10) ** power for power in range(5))
_MOST_UNITS = 99_999
QUANTITY_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Condition:
    """`rate` for `units` units; `net` is what SAP makes of the line."""

    rate: Decimal
    units: Decimal
    net: Decimal


def condition(line: OrderedLine, digits: int) -> Condition:
    """The condition that comes to the line's net, or as near to it as there is one."""
    for units in _UNITS:
        rate = product(line.unit_price, units)
        if fits(rate, digits) and _net(rate, units, line, digits) == line.net:
            return Condition(rate, units, line.net)
    for scale in _UNITS:
        units, rate = product(abs(line.quantity), scale), product(line.net, scale)
        is_whole = units == units.to_integral_value() and 0 < units <= _MOST_UNITS
        if is_whole and fits(rate, digits):
            rate = rate if line.quantity > 0 else -rate
            return Condition(rate, units, _net(rate, units, line, digits))
    units = _UNITS[-1]
    price = ratio(line.net, line.quantity) if line.quantity else line.unit_price
    rate = rounded(product(price, units), digits)
    return Condition(rate, units, _net(rate, units, line, digits))


def _net(rate: Decimal, units: Decimal, line: OrderedLine, digits: int) -> Decimal:
    return rounded(ratio(product(rate, line.quantity), units), digits)
