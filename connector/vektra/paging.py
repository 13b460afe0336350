"""The one way to list: a page of what there is, and a cursor to what follows."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from engine.kernel.errors import Invalid
from engine.kernel.finding import Finding, Severity

T = TypeVar("T")
Json = dict[str, Any]

USUAL = 50
MOST = 200
_LONGEST = 400


def page(
    items: Sequence[T],
    key: Callable[[T], str],
    write: Callable[[T], Json],
    limit: int = USUAL,
    cursor: str | None = None,
) -> Json:
    """At most `limit` of the items that follow the one `cursor` names.

    A cursor that names none of them is refused: it was made up, or is somebody else's.
    """
    first = 0 if cursor is None else _after(items, key, cursor)
    shown = items[first : first + limit]
    more = first + limit < len(items)
    next_cursor = _cursor(key(shown[-1])) if more and shown else None
    return {"data": [write(each) for each in shown], "next_cursor": next_cursor}


def window(
    items: Sequence[T], key: Callable[[T], str], write: Callable[[T], Json], limit: int
) -> Json:
    """The page of items that were looked up one more than `limit`."""
    shown = items[:limit]
    next_cursor = _cursor(key(shown[-1])) if len(items) > limit else None
    return {"data": [write(each) for each in shown], "next_cursor": next_cursor}


def named(cursor: str | None) -> str | None:
    """The key a cursor names; what nobody made names nothing there is."""
    return None if cursor is None else (_named(cursor) or "")


def _after(items: Sequence[T], key: Callable[[T], str], cursor: str) -> int:
    named = _named(cursor)
    for place, each in enumerate(items):
        if key(each) == named:
            return place + 1
    raise Invalid("no such page", [Finding(Severity.ERROR, "unknown_cursor", where="cursor")])


def _cursor(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def _named(cursor: str) -> str | None:
    try:
        padded = cursor[:_LONGEST] + "=" * (-len(cursor[:_LONGEST]) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
