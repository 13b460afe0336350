"""Members of a document that came from outside, held to their types."""

import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.configuration.faults import Fault

MOST_DIGITS = 18
Document = Mapping[str, Any]


def document(given: object, member: str) -> Document:
    """An object. Fault where it is none."""
    if not isinstance(given, Mapping):
        raise Fault("wrong_type", member=member, wanted="an object")
    return given


def items(given: object, member: str) -> Sequence[object]:
    """A list; none is an empty one. Fault where it is something else."""
    if given is None:
        return ()
    if not isinstance(given, list | tuple):
        raise Fault("wrong_type", member=member, wanted="a list")
    return given


def whole(given: object, member: str) -> int:
    """A whole number; none is 0. Fault where it is something else, or beyond a million."""
    if given is None:
        return 0
    if isinstance(given, Decimal) and given == given.to_integral_value():
        given = int(given)
    if not isinstance(given, int) or isinstance(given, bool) or abs(given) > 1_000_000:  # noqa: PLR2004
        raise Fault("wrong_type", member=member, wanted="a whole number")
    return given


def composed(text: str) -> str:
    """A text in the form in which names are compared (NFC)."""
    return unicodedata.normalize("NFC", text)


def number(given: object) -> Decimal:
    """An exact number, as a JSON number or a decimal string. Fault where it is none."""
    if isinstance(given, bool) or not isinstance(given, int | str | Decimal):
        raise Fault("not_a_number", found=str(given)[:40])
    if isinstance(given, str) and ("_" in given or not given.isascii()):
        raise Fault("not_a_number", found=given[:40])
    try:
        found = Decimal(given)
    except InvalidOperation:
        raise Fault("not_a_number", found=str(given)[:40]) from None
    if not found.is_finite():
        raise Fault("not_a_number", found=str(given)[:40])
    if len(found.as_tuple().digits) > MOST_DIGITS or abs(found.adjusted()) > MOST_DIGITS:
        raise Fault("number_too_long", most=MOST_DIGITS)
    return found
