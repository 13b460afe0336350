"""What expressions speak of: variables, their options, and what these stand for."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

from tests.check_certificate.numbers import Column, Number, Term, linear
from tests.check_certificate.tokens import Unreadable
from tests.check_certificate.truths import Condition, chosen

Json: TypeAlias = Mapping[str, Any]
HIDDEN = "n/a"
_LONGEST_NUMBER = 18
_NOT_ATTRIBUTES = frozenset(("value", "price", "prices", "number", "num", "label", "attributes"))


def exact(given: object) -> Number:
    """A number, as it was written."""
    try:
        found = Fraction(Decimal(given))  # type: ignore[arg-type]
    except (InvalidOperation, TypeError, ValueError, OverflowError):
        raise Unreadable(f"{given!r} is not a number") from None
    return found.numerator if found.denominator == 1 else found


def spelled(given: object) -> str:
    """A name in the one way it is compared."""
    return unicodedata.normalize("NFC", str(given))


@dataclass(frozen=True)
class Option:
    """One value of a variable."""

    value: str
    price: Number
    number: Number | None
    attributes: Mapping[str, Number]

    def amount(self, attribute: str) -> Number:
        """What it adds to a sum of an attribute."""
        return self.price if attribute == "price" else self.attributes.get(attribute, 0)


@dataclass(frozen=True)
class Variable:
    """Something to be chosen."""

    name: str
    options: tuple[Option, ...]

    @cached_property
    def places(self) -> dict[str, int]:
        return {each.value: at for at, each in enumerate(self.options)}

    @property
    def every(self) -> int:
        """The domain of all options."""
        return (1 << len(self.options)) - 1

    def only(self, value: str) -> int:
        """The domain of one option."""
        if value not in self.places:
            raise Unreadable(f"{self.name} has no option {value!r}")
        return 1 << self.places[value]


def option(given: object) -> Option:
    """An option as a document: an object, or its value alone."""
    told: Json = given if isinstance(given, Mapping) else {"value": given}
    value = spelled(told["value"])
    number = told.get("number", told.get("num"))
    others = {name: each for name, each in told.items() if name not in _NOT_ATTRIBUTES}
    attributes = {**(told.get("attributes") or {}), **others}
    return Option(
        value=value,
        price=exact(told.get("price") or 0),
        number=_first_number(value) if number is None else exact(number),
        attributes={
            name: exact(each)
            for name, each in attributes.items()
            if isinstance(each, int | Decimal) and not isinstance(each, bool)
        },
    )


def _first_number(text: str) -> Number | None:
    """3.0 in `3.0 kW`; less than nothing only where nothing but the minus stands before it."""
    found = re.search(r"[0-9]+(?:\.[0-9]+)?", text)
    if found is None or len(found[0]) > _LONGEST_NUMBER:
        return None
    is_less = text[: found.start()].lstrip() == "-"
    return -exact(found[0]) if is_less else exact(found[0])


@dataclass(frozen=True)
class Vocabulary:
    """The variables of a model, in order."""

    variables: tuple[Variable, ...]

    @cached_property
    def places(self) -> dict[str, int]:
        return {each.name: at for at, each in enumerate(self.variables)}

    def place(self, name: str) -> int:
        if name not in self.places:
            raise Unreadable(f"there is no variable {name!r}")
        return self.places[name]

    def chosen(self, variable: int, values: Sequence[str]) -> Condition:
        """That a variable has one of the options named."""
        found = self.variables[variable]
        domain = 0
        for each in values:
            domain |= found.only(each)
        return chosen(variable, domain, len(found.options))

    def numbers(self, variable: int) -> Term:
        """What a variable's options stand for."""
        return _one(variable, [each.number for each in self.variables[variable].options])

    def prices(self, variable: int) -> Term:
        return _one(variable, [each.price for each in self.variables[variable].options])

    def attributes(self, variable: int, name: str) -> Term:
        options = self.variables[variable].options
        return _one(variable, [each.attributes.get(name) for each in options])

    def amounts(self, variables: Sequence[int], attribute: str) -> Term:
        """An attribute added up; an option without it has none of it."""
        return linear(
            0,
            {
                at: Column(tuple(e.amount(attribute) for e in self.variables[at].options))
                for at in variables
            },
        )


def _one(variable: int, values: Sequence[Number | None]) -> Term:
    return linear(0, {variable: Column(tuple(values))})
