"""Reading decimal numbers that come from outside.

`Decimal()` alone takes underscores, Arabic digits, NaN and exponents that cost
minutes to handle, so text from outside passes here first.
"""

import re
from decimal import Decimal

LIMIT = Decimal(10) ** 15
"""Amounts and quantities stay below this in size: what a double carries exactly to the cent."""

LARGEST = LIMIT - 1
"""The largest amount that a calculation gives: fifteen digits, which every double carries."""

_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?\Z", re.ASCII)
_LONGEST = 60


def decimal(text: str) -> Decimal:
    """The number `text` writes with ASCII digits and a point.

    ValueError when it is no number, or not smaller in size than `LIMIT`.
    """
    if len(text) > _LONGEST or not _PLAIN.match(text):
        raise ValueError(f"{text[:_LONGEST]!r} is no decimal number")
    number = Decimal(text)
    if not -LIMIT < number < LIMIT:
        raise ValueError(f"{text!r} is not below {LIMIT:f}")
    return number
