"""Numbers, days and escapes as spreadsheets write them."""

import re
from datetime import date, datetime, timedelta
from decimal import Context, Decimal

from engine.catalog.intake import Broken, Cell

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?\Z", re.ASCII)
_DIGITS = re.compile(r"\d+\Z", re.ASCII)
_INDEX_DIGITS = 9
_SHOWN = Context(prec=15)
_DECIMALS = 12
_LONGEST = 400
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_", re.ASCII)
_OUTSIDE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_DAY_LETTERS = frozenset("dmyhsDMYHS")
_BUILT_IN_DAYS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_SECONDS_A_DAY = 86_400
_LAST_SERIAL = 2_958_465
_LEAP_BUG = 60
_FROM_1900 = datetime(1899, 12, 30)  # noqa: DTZ001 (a cell has no zone)
_FROM_1904 = datetime(1904, 1, 1)  # noqa: DTZ001


def number(text: str) -> Cell:
    """The number a cell holds: the 15 digits people see of it, at most 12 decimals."""
    if len(text) > _LONGEST or not _NUMBER.match(text):
        return Broken(repr(text[:40]))
    found = _SHOWN.create_decimal(text)
    exponent = found.as_tuple().exponent
    return round(found, _DECIMALS) if isinstance(exponent, int) and exponent < -_DECIMALS else found


def moment(serial: Decimal, *, from_1904: bool) -> Cell:
    """The day (or instant, where there is a time) that `serial` counts to; else `serial`.

    Counting from 1900 includes a 29 February that never was.
    """
    if not 0 <= serial <= _LAST_SERIAL:
        return serial
    seconds = round(serial * _SECONDS_A_DAY)
    day, second = divmod(seconds, _SECONDS_A_DAY)
    if from_1904:
        found = _FROM_1904 + timedelta(days=min(day, _LAST_SERIAL - 1_462), seconds=second)
    else:
        found = _FROM_1900 + timedelta(days=day + (day < _LEAP_BUG), seconds=second)
    return found if second else date(found.year, found.month, found.day)


def is_day_format(identifier: int, code: str | None) -> bool:
    """Whether a number format shows days or times: a built-in one, or by its `code`."""
    if code is None:
        return identifier in _BUILT_IN_DAYS
    shown = _OUTSIDE.sub("", code)
    return shown.lower() != "general" and not _DAY_LETTERS.isdisjoint(shown)


def whole(text: str, default: int) -> int:
    """The whole number of at most 9 digits that `text` writes, else `default`."""
    return int(text) if len(text) <= _INDEX_DIGITS and _DIGITS.match(text) else default


def unescaped(text: str) -> str:
    """Text with the characters that a workbook spells `_x000D_`."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
