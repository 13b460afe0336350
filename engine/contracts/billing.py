"""What a contract bills and when: invoices that add up to its value, and commitments."""

from collections.abc import Sequence
from decimal import Decimal

from engine.pricing.rounding import EXACT, Rounding

_ZERO = Decimal(0)


def contract_value(monthly: Decimal, months: int, rounding: Rounding) -> Decimal:
    """The value of the whole term."""
    return rounding.money(EXACT.multiply(monthly, Decimal(months)))


def invoices(monthly: Decimal, months: int, every: int, rounding: Rounding) -> list[Decimal]:
    """One invoice for every `every` months, the last for what is left.

    Each is what has come due by its end less what was billed before, so that they add up to
    the contract's value to the last minor unit.
    """
    bills: list[Decimal] = []
    billed = _ZERO
    for begins in range(0, months, every):
        due = contract_value(monthly, min(begins + every, months), rounding)
        bills.append(due - billed)
        billed = due
    return bills


def true_up(commitment: Decimal, charged: Sequence[Decimal]) -> Decimal:
    """What is missing to a commitment; never below zero."""
    return max(commitment - sum(charged, _ZERO), _ZERO)
