"""The one reader of JSON request bodies.

It keeps what the sender wrote: decimals exactly, integers as integers. It refuses what could
mean two things to two readers (double members, lone surrogates, NaN) and what could cost more
to hold than to send (deep nesting, giant numbers).
"""

import json
import re
from decimal import Clamped, Context, DecimalException, FloatOperation, Rounded
from typing import NoReturn

MAX_DEPTH = 64
MAX_DIGITS = 64
SMALLEST_EXPONENT = -400

_ALL_BUT_STRUCTURE = bytes(c for c in range(256) if c not in b'{}[]"\\')
_SUSPECT_ESCAPES = (b"\\u0000", b"\\ud", b"\\uD")
_ESCAPES = re.compile(
    rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(?P<bad>u0000|u[dD][89a-fA-F]..)|.)", re.DOTALL
)
_CONTAINERS = frozenset((dict, list))


class Malformed(Exception):
    """A body that is not the JSON object it has to be; `member` names the culprit if known."""

    def __init__(self, detail: str, member: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.member = member


def parse(raw: bytes) -> dict[str, object]:
    """The JSON object `raw` holds: numbers are int or Decimal; raises Malformed otherwise."""
    try:
        body = _decode(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Malformed(f"the body is not UTF-8 (byte {error.start})") from None
    except json.JSONDecodeError as error:
        raise Malformed(f"the body is not JSON: {error.msg} (character {error.pos})") from None
    except DecimalException:
        raise Malformed(
            f"a number needs more than {MAX_DIGITS} digits or is too close to zero"
        ) from None
    except RecursionError:
        raise Malformed(_TOO_DEEP) from None
    if type(body) is not dict:
        raise Malformed("the body must be a JSON object")
    if not _is_surely_shallow(raw):
        _refuse_deep(body)
    if b"\\" in raw and b"\\u" in raw:  # one byte is found much faster than two
        _refuse_unstorable_text(raw)
    return body


_TOO_DEEP = f"the body is nested more than {MAX_DEPTH} levels deep"
# `clamp` writes 1E+3 out as 1000, so that no number needs more digits than it may have.
_EXACT = Context(prec=MAX_DIGITS, Emax=MAX_DIGITS - 1, Emin=SMALLEST_EXPONENT, clamp=1)
_EXACT.clear_traps()
for _trap in set(_EXACT.traps) - {Rounded, Clamped, FloatOperation}:
    _EXACT.traps[_trap] = True


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise Malformed("a member is given twice", name[:200])
            seen.add(name)
    return members


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise Malformed(f"an integer has more than {MAX_DIGITS} digits")
    return int(digits)


def _constant(name: str) -> NoReturn:
    raise Malformed(f"{name} is not a JSON number")


_decode = json.JSONDecoder(
    object_pairs_hook=_members,
    parse_float=_EXACT.create_decimal,
    parse_int=_integer,
    parse_constant=_constant,
).decode


def _is_surely_shallow(raw: bytes) -> bool:
    """Whether peeling innermost pairs empties the brackets of valid JSON in MAX_DEPTH rounds.

    Every step runs over bytes at once, so it is much cheaper than a walk. A bracket inside a
    string leaves quotes behind and an escape leaves its backslash: both answer False.
    """
    structure = raw.translate(None, _ALL_BUT_STRUCTURE).replace(b'""', b"")
    for _ in range(MAX_DEPTH):
        if not structure:
            return True
        structure = structure.replace(b"{}", b"").replace(b"[]", b"")
    return not structure


def _refuse_deep(body: object) -> None:
    level = [body]
    for _ in range(MAX_DEPTH):
        inner: list[object] = []
        for container in level:
            values = container.values() if isinstance(container, dict) else container
            inner += [value for value in values if type(value) in _CONTAINERS]  # type: ignore[attr-defined]
        if not inner:
            return
        level = inner
    raise Malformed(_TOO_DEEP)


def _refuse_unstorable_text(raw: bytes) -> None:
    if not any(suspect in raw for suspect in _SUSPECT_ESCAPES):
        return
    for escape in _ESCAPES.finditer(raw):
        if escape["bad"]:
            raise Malformed("a text holds half a character or the character NUL")
