"""A line's price as Business Central keeps it: a unit price with five digits, and a discount.

Where the price times the quantity does not round to what the line was sold for, the price is the
next one that comes to no less, and what is too much of it is the line's discount amount.
"""

from dataclasses import dataclass
from decimal import Decimal

from adapters.erp.odata.amounts import fits, lowered, product, raised, ratio, rounded
from engine.ports.erp import OrderedLine

PRICE_DIGITS = QUANTITY_DIGITS = 5
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Price:
    """The price of a unit, and what is off the whole line."""

    unit: Decimal
    discount: Decimal


def price(line: OrderedLine, digits: int) -> Price:
    """The price that comes to the line's net exactly."""
    if fits(line.unit_price, PRICE_DIGITS) and _gross(line.unit_price, line, digits) == line.net:
        return Price(line.unit_price, _NOTHING)
    if not line.quantity:
        return Price(line.unit_price, _NOTHING)
    exact = ratio(line.net, line.quantity)
    unit = (raised if line.quantity > 0 else lowered)(exact, PRICE_DIGITS)
    return Price(unit, _gross(unit, line, digits) - line.net)


def comes_to(line: OrderedLine, digits: int) -> Decimal:
    """What the line comes to there, without tax."""
    found = price(line, digits)
    return _gross(found.unit, line, digits) - found.discount


def _gross(unit: Decimal, line: OrderedLine, digits: int) -> Decimal:
    return rounded(product(unit, line.quantity), digits)
