"""Reading what callers send: exact numbers, days, and what to say when they are not."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from http import HTTPStatus

from connector.errors import Fault, Refused

MOST_DIGITS = 15
MOST_DECIMALS = 12
_ZERO = Decimal(0)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)


class Unreadable(ValueError):
    """A value that has the right type and cannot be meant; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def number(value: object) -> Decimal:
    """A JSON number or a decimal string as an exact decimal.

    Unreadable where it has more than 15 significant digits or 12 decimals.
    """
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        raise Unreadable("not_a_number", "is no number")
    read = Decimal(value) if isinstance(value, str | int) else value
    if not isinstance(read, Decimal) or not read.is_finite():
        raise Unreadable("not_a_number", "is no number")
    _, digits, exponent = read.normalize().as_tuple()
    if len(digits) > MOST_DIGITS or int(exponent) < -MOST_DECIMALS:
        raise Unreadable(
            "too_many_digits", f"has more than {MOST_DIGITS} digits or {MOST_DECIMALS} decimals"
        )
    return read


def optional_number(value: object) -> Decimal | None:
    """As `number`; null stays nothing."""
    return None if value is None else number(value)


def amount(value: object) -> Decimal:
    """As `number`; null is 0."""
    return _ZERO if value is None else number(value)


def text(value: object) -> str:
    """Text; null is none."""
    return "" if value is None else str(value)


def choices(value: object) -> tuple[tuple[str, str], ...]:
    """Options by variable, in the order of the names; a number or a truth is its text."""
    if not isinstance(value, dict):
        return ()
    return tuple(sorted((str(name), chosen(each)) for name, each in value.items()))


def chosen(value: object) -> str:
    """An option as text; a number or a truth is its text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def day(value: object) -> date | None:
    """A day as `2026-12-31`; null stays nothing."""
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise Unreadable("not_a_day", "is no day of the calendar") from None


def instant(value: object) -> datetime | None:
    """An instant of RFC 3339; null stays nothing."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(str(value))
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Unreadable("not_an_instant", "is no instant of RFC 3339")


def refuse(pointer: str, error: Unreadable) -> Refused:
    """The refusal of the member at `pointer`."""
    return Refused(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        f"{pointer}: {error.message}.",
        code=error.code,
        faults=[Fault(pointer, error.code, error.message)],
    )
