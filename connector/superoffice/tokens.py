"""Culture-neutral tokens in texts, such as `[I:123]`, `[M:9.90]` and `[D:12/25/2012]`."""

import re
from datetime import date

_TOKEN = re.compile(r"\[(I|F|M|D|DT|T|B):([^\[\]]*)\]\Z")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


def plain_text(value: str) -> str:
    """What a token holds: numbers as written, dates as ISO days; other text as it is.

    Days come month first with slashes, or day first with dots.
    """
    found = _TOKEN.match(value.strip())
    if found is None:
        return value
    kind, held = found.groups()
    return _day(held) if kind in {"D", "DT"} else held


def _day(held: str) -> str:
    slashed, dotted = _SLASHED.match(held), _DOTTED.match(held)
    try:
        if slashed:
            month, day, year = map(int, slashed.groups())
            return date(year, month, day).isoformat()
        if dotted:
            day, month, year = map(int, dotted.groups())
            return date(year, month, day).isoformat()
    except ValueError:
        return held
    return held
