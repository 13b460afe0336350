"""Sharing an amount over lines so that the parts add up: the largest remainder method."""

from collections.abc import Sequence
from decimal import Decimal

from engine.pricing.rounding import EXACT, floor

_ONE = Decimal(1)


def allocate(amount: Decimal, weights: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
    """Shares of `amount` in proportion to `weights`, in whole `unit`s, that sum to `amount`.

    Each share is its exact part rounded down or up by less than one unit; what rounding
    down leaves goes to the largest remainders, ties to the earlier line. Weights that sum
    to zero share equally. A part of `amount` below one unit goes to the first line that
    got something.
    """
    if not weights:
        return []
    whole = sum(weights)
    if not whole:
        weights, whole = [_ONE] * len(weights), Decimal(len(weights))
    exact = [EXACT.divide(EXACT.multiply(amount, weight), whole) for weight in weights]
    return settle(amount, exact, unit)


def settle(amount: Decimal, exact: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
    """The `exact` parts of about `amount` in whole `unit`s that sum to `amount`."""
    if not exact:
        return []
    floors = [floor(share, unit) for share in exact]
    units, dust = divmod(amount - sum(floors), unit)
    order = sorted(range(len(exact)), key=lambda i: (floors[i] - exact[i], i))
    rounds, rest = divmod(int(units), len(order))
    for place, i in enumerate(order):
        floors[i] += (rounds + (place < rest)) * unit
    if dust:
        floors[order[0]] += dust
    return floors
