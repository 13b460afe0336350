"""The one writer of JSON answers: exact digits, nothing pretty, no float in between.

`12.30` leaves as `12.30`. NaN cannot occur: no request can carry one in, and decimal
arithmetic raises where it would make one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Answer:
    """What leaves: a status, the content with its type, and extra headers (lower-case names)."""

    status: int
    content: bytes
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "application/json"


encode: Callable[[Any], bytes] = msgspec.json.Encoder(decimal_format="number").encode
"""A JSON value as bytes: dict, list, str, int, Decimal, bool or None."""
