"""Expressions become trees: a parser by precedence, bounded in depth and size.

    condition := iff;  iff := implied { IFF implied };  implied := any [ IMPLIES implied ]
    any := all { OR all };  all := not { AND not };  not := NOT not | comparison
    comparison := sum [ sign sum | [NOT] IN (text, ...) ]
    sum := product { + - product };  product := unary { * / unary };  unary := - unary | atom
    atom := number | text | TRUE | FALSE | ( condition ) | function ( ... ) | variable

Names of functions and keywords are read in any case. Names of variables and options are exact.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, TypeVar

from engine.configuration import functions
from engine.configuration.faults import Fault
from engine.configuration.functions import Names, Part, Text, Which
from engine.configuration.lexer import Token, tokens
from engine.configuration.members import composed
from engine.configuration.syntax import (
    And,
    Compare,
    Condition,
    Constant,
    Iff,
    Not,
    Or,
    Product,
    Quotient,
    Sum,
    Term,
    Truth,
)

DEEPEST = 64
MOST_NODES = 500
_COMPARISONS = frozenset(("=", "!=", "<", "<=", ">", ">="))
_MINUS = Constant(Fraction(-1))
T = TypeVar("T")


class _Operator(NamedTuple):
    binds: int
    build: Callable[[Condition, Condition], Condition]
    to_right: bool = False


_JOINED: dict[str, _Operator] = {
    "iff": _Operator(1, Iff),
    "implies": _Operator(2, lambda a, b: Or((Not(a), b)), to_right=True),
    "or": _Operator(3, lambda a, b: Or((a, b))),
    "and": _Operator(4, lambda a, b: And((a, b))),
}


def condition(source: str, names: Names) -> Condition:
    """The condition an expression states. Fault where it states none."""
    return _Parser(tokens(composed(source)), names).whole()


@dataclass(slots=True)
class _Parser:
    given: list[Token]
    names: Names
    at: int = 0
    depth: int = 0
    nodes: int = 0

    def whole(self) -> Condition:
        found = self._condition(self._joined(0))
        if self._next.kind != "end":
            raise self._unexpected()
        return found

    @property
    def _next(self) -> Token:
        return self.given[self.at]

    def _take(self) -> Token:
        token = self.given[self.at]
        self.at += 1
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise Fault("expression_too_large", token.at, most=MOST_NODES)
        return token

    def _unexpected(self) -> Fault:
        token = self._next
        return Fault("syntax_error", token.at, found=token.text or "the end")

    def _expect(self, kind: str) -> None:
        if self._next.kind != kind:
            raise self._unexpected()
        self._take()

    def _deeper(self, parse: Callable[[], T]) -> T:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Fault("expression_too_deep", self._next.at, most=DEEPEST)
        found = parse()
        self.depth -= 1
        return found

    def _joined(self, least: int) -> Part:
        """Conditions joined by operators that bind at least so tightly."""
        left = self._deeper(self._negated)
        while True:
            operator = _JOINED.get(self._next.kind)
            if operator is None or operator.binds < least:
                return left
            self._take()
            binds = operator.binds if operator.to_right else operator.binds + 1
            right = self._deeper(lambda: self._joined(binds))  # noqa: B023 (called at once)
            left = operator.build(self._condition(left), self._condition(right))

    def _negated(self) -> Part:
        if self._next.kind == "not":
            self._take()
            return Not(self._condition(self._deeper(self._negated)))
        return self._comparison()

    def _comparison(self) -> Part:
        begins = self._next.at
        left = self._sum()
        sign = self._next.kind
        if sign in _COMPARISONS:
            self._take()
            right = self._sum()
            return self._compared(sign, left, right, begins)
        is_not = sign == "not" and self.given[self.at + 1].kind == "in"
        if sign == "in" or is_not:
            for _ in range(1 + is_not):
                self._take()
            found = self._one_of(left, begins)
            return Not(found) if is_not else found
        return left

    def _compared(self, sign: str, left: Part, right: Part, at: int) -> Condition:
        if isinstance(left, Text) and isinstance(right, Which):
            left, right = right, left
        if isinstance(left, Which) and isinstance(right, Text):
            if sign not in {"=", "!="}:
                raise Fault("not_a_number", right.at, found=right.text)
            chosen = self.names.chosen(left, [right])
            return chosen if sign == "=" else Not(chosen)
        return Compare(sign, self._term(left, at), self._term(right, at))

    def _one_of(self, left: Part, at: int) -> Condition:
        if not isinstance(left, Which):
            raise Fault("not_a_variable", at)
        self._expect("(")
        options = [self._literal()]
        while self._next.kind == ",":
            self._take()
            options.append(self._literal())
        self._expect(")")
        return self.names.chosen(left, options)

    def _literal(self) -> Text:
        token = self._next
        if token.kind not in {"text", "number", "name"}:
            raise self._unexpected()
        self._take()
        return Text(token.text, token.at)

    def _sum(self) -> Part:
        begins = self._next.at
        left = self._product()
        while self._next.kind in {"+", "-"}:
            is_less = self._take().kind == "-"
            right = self._term(self._product(), begins)
            right = Product(_MINUS, right) if is_less else right
            left = Sum((self._term(left, begins), right))
        return left

    def _product(self) -> Part:
        begins = self._next.at
        left = self._unary()
        while self._next.kind in {"*", "/"}:
            token = self._take()
            right = self._term(self._unary(), token.at)
            mine = self._term(left, begins)
            is_over = token.kind == "/"
            left = Quotient(mine, right, token.at) if is_over else Product(mine, right)
        return left

    def _unary(self) -> Part:
        if self._next.kind == "-":
            at = self._take().at
            return Product(_MINUS, self._term(self._deeper(self._unary), at))
        if self._next.kind == "+":
            self._take()
            return self._deeper(self._unary)
        return self._atom()

    def _atom(self) -> Part:
        token = self._next
        match token.kind:
            case "number":
                self._take()
                return Constant(Fraction(token.text))
            case "text":
                self._take()
                return Text(token.text, token.at)
            case "true" | "false":
                self._take()
                return Truth(token.kind == "true")
            case "(":
                self._take()
                found = self._deeper(lambda: self._joined(0))
                self._expect(")")
                return found
            case "name":
                self._take()
                return self._named(token)
            case "in" if self.given[self.at + 1].kind == "(":
                self._take()
                return self._named(token)
        raise self._unexpected()

    def _named(self, token: Token) -> Part:
        """A function called, or a variable by its bare name."""
        if self._next.kind != "(":
            return self.names.variable(Text(token.text, token.at))
        self._take()
        parts: list[Part] = []
        while self._next.kind != ")":
            parts.append(self._deeper(lambda: self._joined(0)))
            if self._next.kind != ",":
                break
            self._take()
        self._expect(")")
        return functions.called(token, parts, self.names)

    def _condition(self, part: Part) -> Condition:
        return functions.as_condition(part, self._next.at)

    def _term(self, part: Part, at: int) -> Term:
        return functions.as_term(part, self.names, at)
