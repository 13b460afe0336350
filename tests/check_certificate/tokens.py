"""Expressions cut into words: one regular expression, one alternative for each kind of word."""

import re
from typing import NamedTuple


class Unreadable(Exception):
    """The input is no certificate of an answer."""


class Token(NamedTuple):
    """A word of an expression: `number`, `text`, `name`, `end`, or a sign or keyword by itself."""

    kind: str
    text: str


_WORD = re.compile(
    r"""\s*+(?:
      (?P<number>[0-9]++(?:\.[0-9]++)?+(?![\w.]))
    | (?P<name>[^\W\d]\w*+)
    | (?P<escaped>\\(?P<mark>['"])(?P<inside>(?:(?!(?P=mark)|\\).|(?P=mark){2}|\\(?!(?P=mark)).)*+)
        \\?(?P=mark))
    | (?P<single>'(?:[^'\\]|\\.|'')*+')
    | (?P<double>"(?:[^"\\]|\\.|"")*+")
    | (?P<curly>‘(?:[^’‘'\\]|\\.)*+[’‘']|“(?:[^”“"\\]|\\.)*+[”“"])
    | (?P<sign><=>|<=|>=|==|!=|<>|=>|->|\|\||&&|[-=<>+*/(),!])
    | (?P<end>\Z))""",
    re.VERBOSE | re.DOTALL,
)
_KEYWORDS = frozenset(("and", "or", "not", "implies", "iff", "in", "true", "false"))
_SAME = {
    "&&": "and", "||": "or", "!": "not", "=>": "implies", "->": "implies", "<=>": "iff",
    "==": "=", "<>": "!=",
}  # fmt: skip


def tokens(source: str) -> list[Token]:
    """The words of an expression, `end` last."""
    found: list[Token] = []
    place = 0
    while not found or found[-1].kind != "end":
        match = _WORD.match(source, place)
        if match is None:
            raise Unreadable(f"{source!r} cannot be read at {place + 1}")
        found.append(_token(match))
        place = match.end()
    return found


def _token(match: re.Match[str]) -> Token:
    kind = str(match.lastgroup)
    word = match[kind]
    match kind:
        case "name":
            lower = word.lower()
            return Token(lower if lower in _KEYWORDS else "name", word)
        case "sign":
            return Token(_SAME.get(word, word), word)
        case "escaped":
            return Token("text", _unquoted(match["inside"], match["mark"]))
        case "single" | "double":
            return Token("text", _unquoted(word[1:-1], word[0]))
        case "curly":
            return Token("text", _unquoted(word[1:-1], None))
    return Token(kind, word)


def _unquoted(inside: str, mark: str | None) -> str:
    """Text without the backslashes and the doubled quotes that guard a character."""
    doubled = f"|{mark}{mark}" if mark else ""
    return re.sub(rf"\\(.){doubled}", lambda found: found[1] or mark or "", inside, flags=re.DOTALL)
