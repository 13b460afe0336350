"""Expressions cut into tokens, from left to right, in one pass and without regular expressions."""

from typing import NamedTuple

from engine.configuration.faults import Fault

LONGEST = 4_096
MOST_DIGITS = 18
_QUOTES = {"'": "'", '"': '"', "\u2018": "\u2019\u2018'", "\u201c": '\u201d\u201c"'}
_SIGNS = ("<=>", "<=", ">=", "==", "!=", "<>", "=>", "->", "||", "&&")
_SINGLE = "=<>+-*/(),!"
_WORDS = frozenset(("and", "or", "not", "implies", "iff", "in", "true", "false"))
_SAME = {
    "&&": "and", "||": "or", "!": "not", "=>": "implies", "->": "implies", "<=>": "iff",
    "==": "=", "<>": "!=",
}  # fmt: skip


class Token(NamedTuple):
    """A piece of an expression: its kind, its text, and where it begins (from 1).

    Kinds are `number`, `text`, `name`, `end`, and every sign and keyword by itself.
    """

    kind: str
    text: str
    at: int


def tokens(source: str) -> list[Token]:
    """The tokens of an expression, `end` last. Fault where a character begins none."""
    if len(source) > LONGEST:
        raise Fault("expression_too_long", most=LONGEST)
    found: list[Token] = []
    place = 0
    while place < len(source):
        char = source[place]
        if char.isspace():
            place += 1
            continue
        if char in _QUOTES or source.startswith(("\\'", '\\"'), place):
            token, place = _text(source, place)
        elif char.isascii() and char.isdigit():
            token, place = _number(source, place)
        elif char.isalpha() or char == "_":
            token, place = _word(source, place)
        else:
            token, place = _sign(source, place)
        found.append(token)
    found.append(Token("end", "", len(source) + 1))
    return found


def _text(source: str, begin: int) -> tuple[Token, int]:
    """Quoted text; a quote is written twice or after a backslash inside it.

    A backslash before the opening quote is a shell's, and stands before the closing one too.
    """
    escaped = source[begin] == "\\"
    place = begin + 1 + escaped
    ends = _QUOTES[source[place - 1]]
    parts: list[str] = []
    while place < len(source):
        char = source[place]
        if escaped and char == "\\" and source[place + 1 : place + 2] in tuple(ends):
            return Token("text", "".join(parts), begin + 1), place + 2
        if char == "\\" and place + 1 < len(source):
            parts.append(source[place + 1])
            place += 2
        elif char in ends and source[place + 1 : place + 2] == char and len(ends) == 1:
            parts.append(char)
            place += 2
        elif char in ends:
            return Token("text", "".join(parts), begin + 1), place + 1
        else:
            parts.append(char)
            place += 1
    raise Fault("text_not_closed", begin + 1)


def _number(source: str, begin: int) -> tuple[Token, int]:
    place, dots = begin, 0
    while place < len(source) and (_is_digit(source[place]) or (source[place] == "." and not dots)):
        dots += source[place] == "."
        place += 1
    text = source[begin:place]
    if len(text) - dots > MOST_DIGITS:
        raise Fault("number_too_long", begin + 1, most=MOST_DIGITS)
    if text.endswith(".") or (place < len(source) and _continues(source[place])):
        raise Fault("syntax_error", begin + 1, found=source[begin : place + 1])
    return Token("number", text, begin + 1), place


def _word(source: str, begin: int) -> tuple[Token, int]:
    place = begin
    while place < len(source) and _continues(source[place]):
        place += 1
    text = source[begin:place]
    lower = text.lower()
    return Token(lower if lower in _WORDS else "name", text, begin + 1), place


def _sign(source: str, begin: int) -> tuple[Token, int]:
    for sign in _SIGNS:
        if source.startswith(sign, begin):
            return Token(_SAME.get(sign, sign), sign, begin + 1), begin + len(sign)
    sign = source[begin]
    if sign not in _SINGLE:
        raise Fault("syntax_error", begin + 1, found=sign)
    return Token(_SAME.get(sign, sign), sign, begin + 1), begin + 1


def _is_digit(char: str) -> bool:
    return char.isascii() and char.isdigit()


def _continues(char: str) -> bool:
    return char.isalnum() or char == "_"
