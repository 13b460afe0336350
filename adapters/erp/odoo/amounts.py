"""What a line comes to in Odoo, which keeps so many digits of a price and rounds by itself.

Odoo multiplies quantity and price and rounds half a cent away from zero, line by line or, in
companies that round globally, the sum of all lines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_UP, Context, Decimal

from engine.ports.erp import OrderedLine

_EXACT = Context(prec=60, Emax=MAX_EMAX, Emin=MIN_EMIN)
_NOISE = Decimal("1e-6")
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """Digits after the point that are kept of prices, quantities and amounts."""

    price: int
    quantity: int
    money: int
    by_line: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """A line as it stands in Odoo; `raw` is what it comes to before anything is rounded."""

    quantity: Decimal
    price: Decimal
    raw: Decimal
    amount: Decimal


def nearest(amount: Decimal, digits: int) -> Decimal:
    """`amount` as Odoo rounds it."""
    return amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, _EXACT) + _ZERO


def settled(amount: Decimal, digits: int) -> Decimal:
    """An amount that came as a binary fraction, without what that has added to it."""
    near = nearest(amount, digits)
    return near if abs(near - amount) < _NOISE else amount


def priced(line: OrderedLine, precision: Precision) -> Priced:
    """The line at the price it was sold at, or else at the one that comes to its net."""
    quantity = nearest(line.quantity, precision.quantity)
    found = _at(line.unit_price, quantity, precision)
    if found.amount == line.net or not quantity:
        return found
    return _at(_EXACT.divide(line.net, quantity), quantity, precision)


def differences(
    lines: Sequence[OrderedLine], there: Sequence[Priced], precision: Precision
) -> Mapping[Decimal | None, Decimal]:
    """What has to be added for the order to come to its net, by tax rate."""
    missing: dict[Decimal | None, Decimal] = {}
    for line, each in zip(lines, there, strict=True):
        amount = each.amount if precision.by_line else each.raw
        missing[line.tax_rate] = missing.get(line.tax_rate, _ZERO) + line.net - amount
    whole = {rate: nearest(each, precision.money) for rate, each in missing.items()}
    if not precision.by_line:
        raw = sum((each.raw for each in there), _ZERO) + sum(whole.values(), _ZERO)
        net = sum((line.net for line in lines), _ZERO)
        first = next(iter(whole), None)
        whole[first] = whole.get(first, _ZERO) + net - nearest(raw, precision.money)
    return {rate: each for rate, each in whole.items() if each}


def _at(price: Decimal, quantity: Decimal, precision: Precision) -> Priced:
    kept = nearest(price, precision.price)
    raw = _EXACT.multiply(kept, quantity)
    return Priced(quantity=quantity, price=kept, raw=raw, amount=nearest(raw, precision.money))
