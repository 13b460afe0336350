"""What the functions of the expression language mean, and the names that expressions use."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from engine.configuration.faults import Fault, near
from engine.configuration.lexer import Token
from engine.configuration.members import composed
from engine.configuration.model import HIDDEN, Variable
from engine.configuration.syntax import (
    And,
    Choice,
    Chosen,
    Compare,
    Condition,
    Count,
    Extreme,
    Iff,
    Not,
    Number,
    Or,
    Size,
    Sum,
    Term,
    Truth,
)

_NOTHING = frozenset(("none", "", HIDDEN))
"""Options that say that nothing was chosen, in lower case."""


@dataclass(frozen=True, slots=True)
class Text:
    """Quoted text, and where it stands."""

    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Which:
    """A variable by its place."""

    variable: int
    at: int


Part: TypeAlias = Condition | Term | Text | Which
_Parts: TypeAlias = Sequence[Part]


class Names:
    """The variables and options that expressions may name."""

    def __init__(self, variables: Sequence[Variable]) -> None:
        self.variables = tuple(variables)
        self._places = {each.name: at for at, each in enumerate(self.variables)}
        self._options = [
            {option.value: at for at, option in enumerate(each.options)} for each in self.variables
        ]

    def variable(self, named: Text) -> Which:
        """The variable of that name. Fault where there is none."""
        found = self._places.get(composed(named.text))
        if found is None:
            hint = near(named.text, list(self._places))
            raise Fault("unknown_variable", named.at, name=named.text[:100], hint=hint)
        return Which(found, named.at)

    def chosen(self, which: Which, options: Sequence[Text]) -> Chosen:
        """That a variable has one of the options named."""
        variable = self.variables[which.variable]
        places = set()
        for each in options:
            found = self._options[which.variable].get(composed(each.text))
            if found is None:
                hint = near(each.text, [option.value for option in variable.options])
                told = {"name": each.text[:100], "variable": variable.name, "hint": hint}
                raise Fault("unknown_option", each.at, **told)
            places.add(found)
        return Chosen(which.variable, frozenset(places))

    def number(self, which: Which) -> Number:
        """What the options of a variable stand for."""
        options = self.variables[which.variable].options
        return Number(
            which.variable,
            tuple(None if each.number is None else Fraction(each.number) for each in options),
        )

    def price(self, which: Which) -> Number:
        """What the options of a variable cost."""
        options = self.variables[which.variable].options
        return Number(which.variable, tuple(Fraction(each.price) for each in options))

    def attribute(self, which: Which, name: Text) -> Number:
        """A named attribute of a variable's options. Fault where no option has it."""
        options = self.variables[which.variable].options
        known = sorted({key for each in options for key in each.attributes})
        if name.text not in known:
            hint = near(name.text, known)
            raise Fault("unknown_attribute", name.at, name=name.text[:100], hint=hint)
        values = (each.attributes.get(name.text) for each in options)
        told = tuple(None if each is None else Fraction(each) for each in values)
        return Number(which.variable, told)

    def beginning(self, prefix: str) -> list[Which]:
        """The variables whose names begin so."""
        return [Which(at, 0) for name, at in self._places.items() if name.startswith(prefix)]


def called(token: Token, parts: _Parts, names: Names) -> Part:
    """What a function makes of its arguments. Fault where it is not known or gets others."""
    function = _FUNCTIONS.get(token.text.lower())
    if function is None:
        raise Fault(
            "unknown_function",
            token.at,
            name=token.text[:100],
            hint=near(token.text.lower(), list(_FUNCTIONS)),
        )
    return function(_Call(token, parts, names))


def as_condition(part: Part, at: int) -> Condition:
    """A part that has to hold or not. Fault where it is something else."""
    if isinstance(part, Truth | Chosen | Not | And | Or | Iff | Compare):
        return part
    raise Fault("not_a_condition", part.at if isinstance(part, Text | Which) else at)


def as_term(part: Part, names: Names, at: int) -> Term:
    """A part that is a number. Fault where it is something else."""
    if isinstance(part, Which):
        return names.number(part)
    if isinstance(part, Text):
        raise Fault("not_a_number", part.at, found=part.text[:100])
    if isinstance(part, Truth | Chosen | Not | And | Or | Iff | Compare):
        raise Fault("not_a_number", at, found="a condition")
    return part


@dataclass(frozen=True, slots=True)
class _Call:
    token: Token
    parts: _Parts
    names: Names

    def need(self, least: int, most: int | None = None) -> None:
        count = len(self.parts)
        if count < least or (most is not None and count > most):
            raise Fault("wrong_arguments", self.token.at, function=self.token.text.lower())

    def which(self, place: int) -> Which:
        part = self.parts[place]
        if isinstance(part, Which):
            return part
        return self.names.variable(self.text(place))

    def text(self, place: int) -> Text:
        part = self.parts[place]
        if not isinstance(part, Text):
            raise Fault("wrong_arguments", self.token.at, function=self.token.text.lower())
        return part

    def texts(self, first: int) -> list[Text]:
        return [self.text(place) for place in range(first, len(self.parts))]

    def condition(self, place: int) -> Condition:
        return as_condition(self.parts[place], self.token.at)

    def conditions(self, first: int = 0) -> tuple[Condition, ...]:
        return tuple(self.condition(place) for place in range(first, len(self.parts)))

    def term(self, place: int) -> Term:
        part = self.parts[place]
        if isinstance(part, Text):
            return self.names.number(self.which(place))
        return as_term(part, self.names, self.token.at)

    def terms(self) -> tuple[Term, ...]:
        return tuple(self.term(place) for place in range(len(self.parts)))


def _is(call: _Call) -> Part:
    call.need(2)
    return call.names.chosen(call.which(0), call.texts(1))


def _has(call: _Call) -> Part:
    call.need(1)
    return _selected(call) if len(call.parts) == 1 else _is(call)


def _any(call: _Call) -> Part:
    call.need(2)
    option = call.text(0)
    found = [call.names.chosen(call.which(place), [option]) for place in range(1, len(call.parts))]
    return Or(tuple(found))


def _selected(call: _Call) -> Part:
    call.need(1, 1)
    which = call.which(0)
    options = call.names.variables[which.variable].options
    real = (at for at, each in enumerate(options) if each.value.casefold() not in _NOTHING)
    return Chosen(which.variable, frozenset(real))


def _num(call: _Call) -> Part:
    call.need(1, 1)
    return call.names.number(call.which(0))


def _price(call: _Call) -> Part:
    call.need(1, 1)
    return call.names.price(call.which(0))


def _attr(call: _Call) -> Part:
    call.need(2, 2)
    return call.names.attribute(call.which(0), call.text(1))


def _sum(call: _Call) -> Part:
    call.need(1)
    parts: list[Term] = []
    for place, part in enumerate(call.parts):
        if isinstance(part, Text) and part.text.endswith("*"):
            parts += [call.names.number(each) for each in call.names.beginning(part.text[:-1])]
        else:
            parts.append(call.term(place))
    return Sum(tuple(parts))


def _extreme(call: _Call) -> Part:
    call.need(1)
    return Extreme(call.token.text.lower() == "min", call.terms())


def _abs(call: _Call) -> Part:
    call.need(1, 1)
    return Size(call.term(0))


def _count(call: _Call) -> Part:
    call.need(1)
    return Count(call.conditions())


def _bounded(call: _Call) -> Part:
    call.need(2)
    sign = {"atleast": ">=", "atmost": "<=", "exactly": "="}[call.token.text.lower()]
    return Compare(sign, Count(call.conditions(1)), call.term(0))


def _if(call: _Call) -> Part:
    call.need(3, 3)
    return Choice(call.condition(0), call.term(1), call.term(2))


_FUNCTIONS: dict[str, Callable[[_Call], Part]] = {
    "is": _is,
    "in": _is,
    "has": _has,
    "any": _any,
    "selected": _selected,
    "num": _num,
    "val": _num,
    "price": _price,
    "attr": _attr,
    "sum": _sum,
    "min": _extreme,
    "max": _extreme,
    "abs": _abs,
    "count": _count,
    "atleast": _bounded,
    "atmost": _bounded,
    "exactly": _bounded,
    "if": _if,
}
