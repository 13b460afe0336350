"""Commitments: what has to be paid whatever happens, and what of it is missing."""

from collections.abc import Sequence
from decimal import Decimal

_ZERO = Decimal(0)


def true_up(commitment: Decimal, charged: Sequence[Decimal]) -> Decimal:
    """What is missing to a commitment; never below zero."""
    return max(commitment - sum(charged, _ZERO), _ZERO)
