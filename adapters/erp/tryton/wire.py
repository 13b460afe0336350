"""How Tryton writes amounts, days and moments in JSON, both ways."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from engine.kernel import numbers

Row = Mapping[str, Any]
encoded = msgspec.json.Encoder(decimal_format="number").encode
"""JSON text; a bare Decimal becomes a number, as quantities are."""


class OddAnswer(ValueError):
    """What it answered is not what it should be."""


def amount(value: Decimal) -> dict[str, str]:
    """An exact amount; a bare number would be taken for a binary fraction there."""
    return {"__class__": "Decimal", "decimal": format(value, "f")}


def day(value: date) -> dict[str, object]:
    """A day."""
    return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}


def moment(value: datetime) -> dict[str, object]:
    """A moment; Tryton reckons in UTC and names no zone."""
    at = value.astimezone(UTC)
    return {
        "__class__": "datetime",
        "year": at.year,
        "month": at.month,
        "day": at.day,
        "hour": at.hour,
        "minute": at.minute,
        "second": at.second,
        "microsecond": at.microsecond,
    }


def amount_of(value: object) -> Decimal:
    """An amount as Tryton wrote it; OddAnswer for anything that is no number."""
    if isinstance(value, Mapping) and value.get("__class__") == "Decimal":
        value = value.get("decimal")
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise OddAnswer("an amount is no number")
    try:
        return numbers.decimal(str(value))
    except ValueError:
        raise OddAnswer("an amount is no number that can be reckoned with") from None


def moment_of(value: object) -> datetime | None:
    """A moment as Tryton wrote it; None where it wrote none."""
    if value is None:
        return None
    try:
        at = row_of(value)
        return datetime(
            *(at["year"], at["month"], at["day"]),
            *(at["hour"], at["minute"], at["second"], at["microsecond"]),
            tzinfo=UTC,
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        raise OddAnswer("a moment is none") from None


def id_of(value: object) -> int | None:
    """The id of what a member points to: a number, or a row of which only the id matters."""
    found = value.get("id") if isinstance(value, Mapping) else value
    if found is None or (isinstance(found, int) and not isinstance(found, bool)):
        return found
    raise OddAnswer("an id is no number")


def text_of(value: object) -> str:
    """A text; empty where there is none."""
    return "" if value is None else str(value)


def rows_of(value: object) -> tuple[Row, ...]:
    """Rows in a member that lists them."""
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        raise OddAnswer("there is no list of rows")
    return tuple(value)


def row_of(value: object) -> Row:
    """The row in a member that holds one; nothing where there is none."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise OddAnswer("there is no row")
    return value
