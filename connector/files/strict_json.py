"""JSON files read strictly: one meaning for every member, every number exact.

A number that the engine cannot hold becomes a broken cell, so that only its row is lost.
"""

import json
from decimal import Decimal
from typing import NoReturn

from connector.files import limits
from engine.catalog.intake import Broken, Cell
from engine.kernel import numbers
from engine.kernel.errors import Invalid

_DEPTH = 32


def read(content: bytes, name: str) -> Cell:
    """What the JSON in `content` says; Invalid, naming the file, when it is no strict JSON."""
    try:
        text = limits.checked(content).decode("utf-8-sig")
        return _cell(_DECODER.decode(text), _DEPTH)
    except UnicodeDecodeError as error:
        raise Invalid(f"{name} is not UTF-8 (byte {error.start})") from None
    except json.JSONDecodeError as error:
        raise Invalid(
            f"{name} is no JSON: {error.msg} (line {error.lineno}, column {error.colno})"
        ) from None
    except (RecursionError, _TooDeep):
        raise Invalid(f"{name} is nested more than {_DEPTH} levels deep") from None
    except _Ambiguous as error:
        raise Invalid(f"{name}: {error}") from None


class _Ambiguous(Exception):
    """The file says something that two readers would understand differently."""


class _TooDeep(Exception):
    """Deeper than any catalogue."""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise _Ambiguous(f"the member {twice[:100]!r} is given twice")
    return members


def _number(digits: str) -> Decimal | Broken:
    try:
        return numbers.decimal(digits)
    except ValueError:
        return Broken(digits[:40])


def _constant(name: str) -> NoReturn:
    raise _Ambiguous(f"{name} is no number")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=_number,
    parse_int=_number,
    parse_constant=_constant,
)


def _cell(value: object, depth: int) -> Cell:
    if depth == 0:
        raise _TooDeep
    if isinstance(value, dict):
        return {name: _cell(member, depth - 1) for name, member in value.items()}
    if isinstance(value, list):
        return tuple(_cell(item, depth - 1) for item in value)
    if value is None or isinstance(value, str | bool | Decimal | Broken):
        return value
    raise TypeError(f"{type(value).__name__} never comes out of JSON")
