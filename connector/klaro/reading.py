"""Reading what callers send: columns to sort by, and instants."""

import re
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from connector import context
from connector.errors import invalid_body
from connector.klaro.errors import bad_value
from connector.reading import Unreadable

_REPEATED = re.compile(r"sort(\[[0-9]{0,3}\])?")
_LATEST_SECOND = 253_402_300_799
_DAY = re.compile(r"(?:19|2[0-9])[0-9]{6}", re.ASCII)


def sorts(columns: frozenset[str]) -> tuple[tuple[str, bool], ...]:
    """The columns to sort by, each with whether it begins with the greatest.

    They stand in `sort`, separated by commas, or each in a `sort[]` of its own.
    """
    found = [
        (each.removeprefix("-"), each.startswith("-"))
        for name, value in _query()
        if _REPEATED.fullmatch(name)
        for each in value.split(",")
        if each
    ]
    names = [name for name, _ in found]
    if unknown := [name for name in names if name not in columns]:
        raise invalid_body(f"cannot sort by {unknown[0][:40]!r}", "/sort", "unknown_column")
    if len(set(names)) < len(names):
        raise invalid_body("names a column twice", "/sort", "given_twice")
    return tuple(found)


def instant(name: str, text: str | None) -> datetime | None:
    """An instant in seconds since 1970, or in ISO 8601; without a zone it is in UTC.

    Eight digits that begin with 1900 to 2999 are a day: as seconds they would be of autumn 1970,
    which nobody means.
    """
    if text is None:
        return None
    try:
        is_day = _DAY.fullmatch(text) is not None
        if text.isascii() and text.isdecimal() and not is_day and int(text) <= _LATEST_SECOND:
            return datetime.fromtimestamp(int(text), UTC)
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        error = Unreadable("not_an_instant", "is neither seconds since 1970 nor ISO 8601")
        raise bad_value(f"/{name}", error) from None


def seconds(moment: datetime) -> int:
    """Seconds since 1970."""
    return int(moment.timestamp())


def is_wanted(state: str | None) -> bool:
    """Whether state is asked for, in any case of letters."""
    return state is not None and state.lower() in {"true", "1", "yes"}


def _query() -> list[tuple[str, str]]:
    exchange = context.exchange()
    return [] if exchange is None else parse_qsl(exchange.query.decode("ascii"))
