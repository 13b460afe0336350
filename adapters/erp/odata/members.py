"""Members of entities, read without trusting them, and numbers and dates as they are written.

Version 2 writes decimals as texts and moments as milliseconds since 1970 (`/Date(…)/`).
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.kernel.numbers import LIMIT, decimal

Entity = Mapping[str, Any]

_TICKS = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{1,4})?\)/\Z")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LONGEST = 30
"""Digits after the point of a number that anything comes to."""


def word(entity: Entity, member: str) -> str:
    """A text; empty where there is none."""
    found = entity.get(member)
    return found if isinstance(found, str) else ""


def number(entity: Entity, member: str) -> Decimal | None:
    """A number, exactly as it is told; None where there is none."""
    found = entity.get(member)
    if isinstance(found, str):
        try:
            return decimal(found)
        except ValueError:
            return None
    if isinstance(found, bool) or not isinstance(found, Decimal | int):
        return None
    if not -LIMIT < found < LIMIT:
        return None
    exact = Decimal(found)
    return exact if exact == 0 or exact.adjusted() > -_LONGEST else None


def flag(entity: Entity, member: str) -> bool:
    """Whether it is said to be so."""
    return entity.get(member) is True


def moment(entity: Entity, member: str) -> datetime | None:
    """A moment of either version; None where there is none."""
    told = word(entity, member)
    ticks = _TICKS.match(told)
    try:
        if ticks:
            return _EPOCH + int(ticks[1]) * _MILLISECOND
        found = datetime.fromisoformat(told)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def ticks(day: date) -> str:
    """A day as version 2 writes it."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return f"/Date({(midnight - _EPOCH) // _MILLISECOND})/"


def children(entity: Entity, member: str) -> tuple[Entity, ...] | None:
    """What came along under a name; None where it did not come along."""
    found = entity.get(member)
    if isinstance(found, Mapping):
        found = found.get("results")
    if not isinstance(found, list):
        return None
    return tuple(each for each in found if isinstance(each, Mapping))


def plain(amount: Decimal) -> str:
    """A number in figures, without an exponent and without zeros that say nothing."""
    told = f"{amount:f}"
    return told.rstrip("0").rstrip(".") if "." in told else told


def figures(amount: Decimal) -> Decimal:
    """The same number, which is written in figures."""
    return Decimal(plain(amount))
