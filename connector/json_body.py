"""The one reader of JSON request bodies.

It keeps what the sender wrote: decimals exactly, integers as integers; only NUL, which no
database keeps, is read as U+FFFD. It refuses what could mean two things to two readers (double
members, lone surrogates, NaN) and what could cost more to hold than to send (deep nesting,
numbers beyond every double). A body is *tame* when every number in it lies within ±TAME, so
that wider bounds need no further look.
"""

import json
import re
from decimal import Clamped, Context, Decimal, DecimalException, FloatOperation, Rounded
from typing import Any, NamedTuple

import msgspec

MAX_DEPTH = 64
MAX_DIGITS = 64
TAME = 10**14
_LARGEST_EXPONENT = 308
_SMALLEST_EXPONENT = -400
_WIDEST = 10**MAX_DIGITS

_ESCAPES = re.compile(rb"\\(?:(?P<nul>u0000)|.)", re.DOTALL)


class Malformed(Exception):
    """A body that is not the JSON object it has to be; `member` names the culprit if known."""

    def __init__(self, detail: str, member: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.member = member


class Body(NamedTuple):
    """A JSON object as it was sent: numbers are int or Decimal."""

    members: dict[str, Any]
    is_tame: bool


def parse(raw: bytes) -> dict[str, Any]:
    """The JSON object `raw` holds; raises Malformed where it holds none, or a dangerous one."""
    return read(raw).members


def read(raw: bytes) -> Body:
    """As `parse`, with what is worth knowing about the whole."""
    has_escapes = b"\\u00" in raw
    if has_escapes and b"\\u0000" in raw:
        raw = _ESCAPES.sub(_kept, raw)
    found = _decoded(raw)
    if type(found) is not dict:
        raise Malformed("the body must be a JSON object")
    furthest = _furthest(found)
    if _may_hide_a_member(raw, found, has_escapes=has_escapes):
        _refuse_double(raw)
    return Body(found, furthest < TAME)


_TOO_DEEP = f"the body is nested more than {MAX_DEPTH} levels deep"


# `clamp` with these numbers writes 1E+3 out as 1000; it would pad other decimals if Emax were
# any smaller.
_EXACT = Context(prec=MAX_DIGITS, Emax=MAX_DIGITS - 1, Emin=_SMALLEST_EXPONENT, clamp=1)
_EXACT.clear_traps()
for _signal in set(_EXACT.traps) - {Rounded, Clamped, FloatOperation}:
    _EXACT.traps[_signal] = True
_FAR = _EXACT.copy()
_FAR.Emax, _FAR.clamp = _LARGEST_EXPONENT, 0


def _far(text: str) -> Decimal:
    found = _FAR.create_decimal(text)
    return found if found.adjusted() >= MAX_DIGITS else _EXACT.create_decimal(text)


_decode = msgspec.json.Decoder(float_hook=_EXACT.create_decimal).decode
_decode_far = msgspec.json.Decoder(float_hook=_far).decode
_encode = msgspec.json.Encoder().encode


def _decoded(raw: bytes) -> Any:
    try:
        try:
            return _decode(raw)
        except DecimalException:  # rarely: numbers that nobody would write out
            return _decode_far(raw)
    except UnicodeDecodeError:
        raise Malformed("the body is not UTF-8") from None
    except msgspec.DecodeError as error:
        reason = str(error).removeprefix("JSON is malformed: ")
        raise Malformed(f"the body is not JSON: {reason}") from None
    except DecimalException:
        detail = f"a number has more than {MAX_DIGITS} digits or is beyond every double"
        raise Malformed(detail) from None
    except RecursionError:
        raise Malformed(_TOO_DEEP) from None


def _furthest(body: dict[str, Any]) -> int | Decimal:
    """How far from 0 the furthest number in `body` is."""
    integers: list[int] = [0]
    decimals: list[Decimal] = []
    level: list[Any] = [body]
    for _ in range(MAX_DEPTH):
        values: list[Any] = []
        for one in level:
            values += one.values() if type(one) is dict else one
        level = _containers(values, integers, decimals)
        if not level:
            ends = (max(integers), -min(integers))
            if max(ends) >= _WIDEST:
                raise Malformed(f"an integer has more than {MAX_DIGITS} digits")
            return max(*ends, max(decimals, default=0), -min(decimals, default=0))
    raise Malformed(_TOO_DEEP)


def _containers(values: list[Any], integers: list[int], decimals: list[Decimal]) -> list[Any]:
    """The objects and lists among `values`; its numbers are put with the others."""
    containers = []
    for value in values:
        kind = type(value)
        if kind is str or value is None:
            continue
        if kind is int:
            integers.append(value)
        elif kind is Decimal:
            decimals.append(value)
        elif kind is not bool:
            containers.append(value)
    return containers


def _may_hide_a_member(raw: bytes, body: dict[str, Any], *, has_escapes: bool) -> bool:
    """Whether `raw` has members that `body` has lost because others have the same name.

    Every member is written with one colon. Written again, `body` has as many colons as `raw`
    unless it lost one; only a colon written as an escape could make up for that.
    """
    return raw.count(b":") != _encode(body).count(b":") or (has_escapes and b"\\u003" in raw)


def _refuse_double(raw: bytes) -> None:
    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        for name, value in pairs:
            if name in seen:
                raise Malformed("a member is given twice", name)
            seen[name] = value
        return seen

    json.loads(raw, object_pairs_hook=members, parse_float=str, parse_int=str)


def _kept(escape: re.Match[bytes]) -> bytes:
    return b"\\ufffd" if escape["nul"] else escape[0]
