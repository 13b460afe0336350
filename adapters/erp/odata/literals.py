"""Values as they stand in the addresses and filters of OData, so that they stay values.

A quote inside a text is doubled, and what stands in a path is percent-encoded, so that no value
can end the literal it stands in.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from engine.ports.outcomes import Declined

_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")


def text(value: str) -> str:
    """A text literal. Declined where it holds what no name or number of a document holds."""
    if any(ord(each) < ord(" ") for each in value):
        raise Declined(f"{value!r} holds control characters")
    return "'" + value.replace("'", "''") + "'"


def guid(value: str) -> str:
    """A GUID. Declined where it is none."""
    if not _GUID.match(value):
        raise Declined(f"{value[:80]!r} is no GUID")
    return value


def at(collection: str, key: str) -> str:
    """The path of one entity, by what its key is written as (`text(…)`, `guid(…)`)."""
    told = quote(key, safe="-=,'")
    return f"/{collection}({told})"


def keys(members: Mapping[str, str]) -> str:
    """A key of several texts."""
    return ",".join(f"{name}={text(value)}" for name, value in members.items())


def equals(member: str, value: str) -> str:
    """A filter on one text."""
    return f"{member} eq {text(value)}"


def both(*conditions: str) -> str:
    """All of these."""
    return " and ".join(conditions)


def one_of(member: str, values: Iterable[str]) -> str:
    """A filter on several texts, of which at least one is given."""
    return " or ".join(equals(member, each) for each in values)


def instant(moment: datetime) -> str:
    """A moment in universal time, as a literal of version 4, or within one of version 2."""
    told = moment.astimezone(UTC)
    return f"{told:%Y-%m-%dT%H:%M:%S}.{told.microsecond // 1000:03d}Z"
