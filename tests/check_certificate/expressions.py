"""Expressions compiled by recursive descent: one method for each level of the grammar."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tests.check_certificate import numbers, truths
from tests.check_certificate.numbers import Term
from tests.check_certificate.tokens import Token, Unreadable, tokens
from tests.check_certificate.truths import Condition
from tests.check_certificate.vocabulary import HIDDEN, Vocabulary, exact

_COMPARISONS = frozenset(("=", "!=", "<", "<=", ">", ">="))
_NOTHING = frozenset(("none", "", HIDDEN))


@dataclass(frozen=True)
class Named:
    """A variable by its place."""

    place: int


Part: TypeAlias = Condition | Term | Named | str
_Parts: TypeAlias = Sequence[Part]


def condition(source: object, vocabulary: Vocabulary) -> Condition:
    """What an expression says."""
    if not isinstance(source, str):
        raise Unreadable(f"{source!r} is not an expression")
    parser = _Parser(source, tokens(source), vocabulary)
    found = parser.condition(parser.equivalence())
    parser.expect("end")
    return found


@dataclass
class _Parser:
    source: str
    left: list[Token]
    vocabulary: Vocabulary

    @property
    def next(self) -> str:
        return self.left[0].kind

    def take(self) -> Token:
        return self.left.pop(0) if len(self.left) > 1 else self.left[0]

    def took(self, *kinds: str) -> str | None:
        """The kind of the next word, taken if it is one of these."""
        return self.take().kind if self.next in kinds else None

    def expect(self, kind: str) -> None:
        if not self.took(kind):
            raise Unreadable(f"{self.source!r}: {kind} expected before {self.left[0].text!r}")

    def condition(self, part: Part) -> Condition:
        if not isinstance(part, Condition):
            raise Unreadable(f"{self.source!r}: {part!r} neither holds nor does not")
        return part

    def term(self, part: Part) -> Term:
        if isinstance(part, Named):
            return self.vocabulary.numbers(part.place)
        if not isinstance(part, Term):
            raise Unreadable(f"{self.source!r}: {part!r} is no number")
        return part

    def equivalence(self) -> Part:
        found = self.implication()
        while self.took("iff"):
            one, other = self.condition(found), self.condition(self.implication())
            neither = [truths.negated(one), truths.negated(other)]
            found = truths.disjunction(
                (truths.conjunction((one, other)), truths.conjunction(neither))
            )
        return found

    def implication(self) -> Part:
        found = self.alternative()
        if not self.took("implies"):
            return found
        return implied(self.condition(found), self.condition(self.implication()))

    def alternative(self) -> Part:
        return self._joined("or", self.joint, truths.disjunction)

    def joint(self) -> Part:
        return self._joined("and", self.negation, truths.conjunction)

    def _joined(
        self,
        word: str,
        part: Callable[[], Part],
        join: Callable[[Sequence[Condition]], Condition],
    ) -> Part:
        parts = [part()]
        while self.took(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else join([self.condition(each) for each in parts])

    def negation(self) -> Part:
        if self.took("not"):
            return truths.negated(self.condition(self.negation()))
        return self.comparison()

    def comparison(self) -> Part:
        left = self.sum()
        sign = self.took(*_COMPARISONS)
        if sign:
            return self._compared(sign, left, self.sum())
        is_not = self.next == "not" and self.left[1].kind == "in"
        if is_not:
            self.take()
        if not self.took("in"):
            return left
        found = self._one_of(left)
        return truths.negated(found) if is_not else found

    def _compared(self, sign: str, left: Part, right: Part) -> Condition:
        if isinstance(left, str):
            left, right = right, left
        if isinstance(left, Named) and isinstance(right, str) and sign in {"=", "!="}:
            found = self.vocabulary.chosen(left.place, [right])
            return found if sign == "=" else truths.negated(found)
        return truths.compared(sign, self.term(left), self.term(right))

    def _one_of(self, left: Part) -> Condition:
        if not isinstance(left, Named):
            raise Unreadable(f"{self.source!r}: only a variable is IN options")
        self.expect("(")
        values = [self.take().text]
        while self.took(","):
            values.append(self.take().text)
        self.expect(")")
        return self.vocabulary.chosen(left.place, values)

    def sum(self) -> Part:
        found = self.product()
        while sign := self.took("+", "-"):
            right = self.term(self.product())
            found = numbers.total((self.term(found), right if sign == "+" else _less(right)))
        return found

    def product(self) -> Part:
        found = self.unary()
        while sign := self.took("*", "/"):
            join = numbers.times if sign == "*" else numbers.over
            found = join(self.term(found), self.term(self.unary()))
        return found

    def unary(self) -> Part:
        match self.took("-", "+"):
            case "-":
                return _less(self.term(self.unary()))
            case "+":
                return self.unary()
        return self.atom()

    def atom(self) -> Part:
        token = self.take()
        match token.kind:
            case "number":
                return numbers.linear(exact(token.text))
            case "text":
                return token.text
            case "true" | "false":
                return truths.constant(holds=token.kind == "true")
            case "(":
                found = self.equivalence()
                self.expect(")")
                return found
            case "name" | "in" if self.next == "(":
                return self._call(token.text.lower())
            case "name":
                return Named(self.vocabulary.place(token.text))
        raise Unreadable(f"{self.source!r}: {token.text!r} is out of place")

    def _call(self, function: str) -> Part:
        self.expect("(")
        parts: list[Part] = []
        while self.next != ")":
            parts.append(self.equivalence())
            if not self.took(","):
                break
        self.expect(")")
        if function not in _FUNCTIONS or not parts:
            raise Unreadable(f"{self.source!r}: {function} cannot be called so")
        return _FUNCTIONS[function](_Arguments(self, parts))


@dataclass
class _Arguments:
    parser: _Parser
    parts: _Parts

    def variable(self, at: int = 0) -> int:
        part = self.parts[at]
        return part.place if isinstance(part, Named) else self.words.place(self.text(at))

    @property
    def words(self) -> Vocabulary:
        return self.parser.vocabulary

    def text(self, at: int) -> str:
        part = self.parts[at] if at < len(self.parts) else None
        if not isinstance(part, str):
            raise Unreadable(f"{self.parser.source!r}: {part!r} is no text")
        return part

    def term(self, at: int = 0) -> Term:
        part = self.parts[at]
        return self.parser.term(Named(self.words.place(part)) if isinstance(part, str) else part)

    def terms(self) -> list[Term]:
        return [self.term(at) for at in range(len(self.parts))]

    def condition(self, at: int) -> Condition:
        return self.parser.condition(self.parts[at])

    def conditions(self, first: int = 0) -> list[Condition]:
        return [self.condition(at) for at in range(first, len(self.parts))]

    def is_one_of(self) -> Condition:
        texts = [self.text(at) for at in range(1, len(self.parts))]
        return self.words.chosen(self.variable(), texts)

    def is_selected(self) -> Condition:
        options = self.words.variables[self.variable()].options
        real = [each.value for each in options if each.value.casefold() not in _NOTHING]
        return self.words.chosen(self.variable(), real)

    def is_anywhere(self) -> Condition:
        places = [self.variable(at) for at in range(1, len(self.parts))]
        return truths.disjunction([self.words.chosen(at, [self.text(0)]) for at in places])

    def added(self) -> Term:
        terms: list[Term] = []
        for at, part in enumerate(self.parts):
            if isinstance(part, str) and part.endswith("*"):
                names = [each for each in self.words.places if each.startswith(part[:-1])]
                terms += [self.words.numbers(self.words.place(each)) for each in names]
            else:
                terms.append(self.term(at))
        return numbers.total(terms)

    def counted(self, sign: str) -> Condition:
        return truths.compared(sign, truths.count(self.conditions(1)), self.term())


_FUNCTIONS: dict[str, Callable[[_Arguments], Part]] = {
    "is": _Arguments.is_one_of,
    "in": _Arguments.is_one_of,
    "has": lambda given: given.is_one_of() if given.parts[1:] else given.is_selected(),
    "selected": _Arguments.is_selected,
    "any": _Arguments.is_anywhere,
    "num": lambda given: given.words.numbers(given.variable()),
    "val": lambda given: given.words.numbers(given.variable()),
    "price": lambda given: given.words.prices(given.variable()),
    "attr": lambda given: given.words.attributes(given.variable(), given.text(1)),
    "sum": _Arguments.added,
    "min": lambda given: numbers.extreme(given.terms(), min),
    "max": lambda given: numbers.extreme(given.terms(), max),
    "abs": lambda given: numbers.size(given.term()),
    "count": lambda given: truths.count(given.conditions()),
    "atleast": lambda given: given.counted(">="),
    "atmost": lambda given: given.counted("<="),
    "exactly": lambda given: given.counted("="),
    "if": lambda given: truths.choice(given.condition(0), given.term(1), given.term(2)),
}


def implied(one: Condition, other: Condition) -> Condition:
    """That one brings the other."""
    return truths.disjunction((truths.negated(one), other))


def _less(term: Term) -> Term:
    return numbers.times(numbers.linear(-1), term)
