"""Rules as documents: each kind becomes conditions that hold, or that should."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from engine.configuration import limits
from engine.configuration.faults import Fault
from engine.configuration.functions import Names, Text, Which
from engine.configuration.linear import tried
from engine.configuration.members import Document, document, items, number, whole
from engine.configuration.model import HIDDEN, Kind, Rule
from engine.configuration.parser import condition
from engine.configuration.syntax import (
    And,
    Chosen,
    Compare,
    Condition,
    Constant,
    Not,
    Number,
    Or,
    Sum,
    Truth,
)
from engine.configuration.tables import read_table
from engine.kernel.period import Period

_TRUE = Truth(holds=True)


def read_rule(place: int, given: Document, names: Names) -> list[Rule]:
    """The rules a document makes: one, or one for each of several wishes."""
    word = str(given.get("kind") or Kind.ENSURE)
    if word not in set(Kind):
        raise Fault("unknown_kind", name=word[:40])
    kind = Kind(word)
    reader = _Reader(given, names)
    rule = Rule(
        id=str(given.get("id") or f"rule-{place + 1}")[: limits.LONGEST_NAME],
        kind=kind,
        message=reader.message(),
        place=place,
        priority=whole(given.get("priority"), "priority"),
        validity=reader.validity(),
    )
    return _KINDS[kind](reader, rule)


class _Reader:
    """One rule's document."""

    def __init__(self, given: Document, names: Names) -> None:
        self.given = given
        self.names = names

    def message(self) -> str:
        said = self.given.get("message") or self.given.get("expression") or ""
        return str(said)[: limits.LONGEST_MESSAGE]

    def validity(self) -> Period:
        first, last = (self._day(name) for name in ("active_from", "active_to"))
        return Period.of_days(first, last)

    def _day(self, name: str) -> date | None:
        given = self.given.get(name)
        try:
            return None if given is None else date.fromisoformat(str(given))
        except ValueError:
            raise _in(name, Fault("not_a_day")) from None

    def expression(self, name: str) -> Condition:
        """The condition in the member `name`."""
        given = self.given.get(name)
        if not isinstance(given, str):
            raise Fault("expression_missing", member=name)
        try:
            found = condition(given, self.names)
            tried(found, [len(each.options) for each in self.names.variables])
        except Fault as fault:
            raise _in(name, fault) from None
        return found

    def guarded(self, found: Condition) -> Condition:
        """`found`, where the rule's `if` holds."""
        if self.given.get("if") is None:
            return found
        return Or((Not(self.expression("if")), found))

    def which(self, name: str) -> Which:
        return self.names.variable(Text(name, 0))

    def settings(self) -> list[Chosen]:
        """What `set` says each variable is to be."""
        given = self.given.get("set")
        if not isinstance(given, Mapping) or not given:
            raise Fault("expression_missing", member="set")
        return [
            self.names.chosen(self.which(str(name)), [Text(str(value), 0)])
            for name, value in given.items()
        ]


def _in(name: str, fault: Fault) -> Fault:
    """The fault, in the member `name`."""
    fault.where = name
    return fault


def _with(rule: Rule, found: Condition) -> Rule:
    return replace(rule, condition=found)


def _ensure(reader: _Reader, rule: Rule) -> list[Rule]:
    return [_with(rule, reader.guarded(reader.expression("expression")))]


def _require(reader: _Reader, rule: Rule) -> list[Rule]:
    return [_with(rule, Or((Not(reader.expression("if")), reader.expression("then"))))]


def _exclude(reader: _Reader, rule: Rule) -> list[Rule]:
    """Never all of several at once, or never what an expression says."""
    several = reader.given.get("all")
    if several == []:
        raise Fault("expression_missing", member="all")
    if several is None:
        return [_with(rule, reader.guarded(Not(reader.expression("expression"))))]
    parts = [
        _Reader({"all": each}, reader.names).expression("all") for each in items(several, "all")
    ]
    return [_with(rule, reader.guarded(Not(And(tuple(parts)))))]


def _settings(reader: _Reader, rule: Rule) -> list[Rule]:
    return [_with(rule, reader.guarded(And(tuple(reader.settings()))))]


def _default(reader: _Reader, rule: Rule) -> list[Rule]:
    found = reader.settings()
    one = len(found) == 1
    return [
        replace(rule, condition=reader.guarded(each), id=rule.id if one else f"{rule.id}.{place}")
        for place, each in enumerate(found, 1)
    ]


def _prefer(reader: _Reader, rule: Rule) -> list[Rule]:
    """Values in the order they are preferred in: the first most of all."""
    given, names = reader.given, reader.names
    if given.get("expression") is not None:
        return [_with(rule, reader.guarded(reader.expression("expression")))]
    which, values = reader.which(str(given.get("variable"))), items(given.get("values"), "values")
    texts = [Text(str(value), 0) for value in values]
    if not texts:
        raise Fault("expression_missing", member="values")
    return [
        replace(
            rule,
            condition=reader.guarded(names.chosen(which, texts[:count])),
            id=f"{rule.id}.{count}",
        )
        for count in range(1, len(texts) + 1)
    ]


def _hide(reader: _Reader, rule: Rule) -> list[Rule]:
    """Hidden where `if` holds; with the other rules that hide it, exactly there."""
    named = reader.given.get("variable")
    if not isinstance(named, str):
        raise Fault("expression_missing", member="variable")
    hidden = reader.names.chosen(reader.which(named), [Text(HIDDEN, 0)])
    return [replace(rule, hidden=hidden, when=reader.expression("if"))]


def _price(reader: _Reader, rule: Rule) -> list[Rule]:
    when = reader.expression("if") if reader.given.get("if") is not None else _TRUE
    added, factor = reader.given.get("add"), reader.given.get("multiply")
    if added is None and factor is None:
        raise Fault("expression_missing", member="add")
    times = number(1 if factor is None else factor)
    if times < 0:
        raise _in("multiply", Fault("not_a_number", found=str(factor)[:40]))
    prices = {
        str(code): number(each)
        for code, each in document(reader.given.get("prices") or {}, "prices").items()
    }
    return [replace(rule, condition=when, adds=number(added or 0), prices=prices, times=times)]


def _quantity(reader: _Reader, rule: Rule) -> list[Rule]:
    """A number within bounds, in steps from the least; a hidden variable has none."""
    which = reader.which(str(reader.given.get("variable")))
    term = reader.names.number(which)
    least, most, step = (_fraction(reader.given.get(name)) for name in ("min", "max", "step"))
    bounds: list[Condition] = []
    if step is not None:
        if step <= 0:
            raise Fault("not_a_range")
        told = enumerate(term.values)
        fits = {at for at, n in told if n is not None and (n - (least or 0)) % step == 0}
        bounds.append(Chosen(which.variable, frozenset(fits)))
    if least is not None:
        bounds.append(Compare(">=", term, Constant(least)))
    if most is not None:
        bounds.append(Compare("<=", term, Constant(most)))
    held: Condition = And(tuple(bounds))
    options = reader.names.variables[which.variable].options
    hidden = frozenset(at for at, each in enumerate(options) if each.value == HIDDEN)
    if hidden:
        held = Or((Chosen(which.variable, hidden), held))
    return [_with(rule, reader.guarded(held))]


def _limit(reader: _Reader, rule: Rule) -> list[Rule]:
    """The sum of an attribute over variables, within bounds; options without it have none of it."""
    given = reader.given
    name = str(given.get("attribute") or "price")
    named = given.get("variables")
    places = (
        range(len(reader.names.variables))
        if named is None
        else [reader.which(str(each)).variable for each in items(named, "variables")]
    )
    if name != "price" and all(
        name not in each.attributes for at in places for each in reader.names.variables[at].options
    ):
        raise Fault("unknown_attribute", name=name[:100], hint="")
    parts = tuple(Number(at, _amounts(reader.names, at, name)) for at in places)
    total = Sum(parts)
    bounds: list[Condition] = []
    for sign, member in (("<=", "max"), (">=", "min")):
        bound = _fraction(given.get(member))
        if bound is not None:
            bounds.append(Compare(sign, total, Constant(bound)))
    if not bounds:
        raise Fault("expression_missing", member="max")
    return [_with(rule, reader.guarded(And(tuple(bounds))))]


def _amounts(names: Names, at: int, name: str) -> tuple[Fraction, ...]:
    return tuple(
        Fraction(each.price if name == "price" else each.attributes.get(name, 0))
        for each in names.variables[at].options
    )


def _table(reader: _Reader, rule: Rule) -> list[Rule]:
    """Rows of options that go together, or that do not, where `if` holds."""
    table = read_table(reader.given, reader.names)
    when = None if reader.given.get("if") is None else reader.expression("if")
    return [
        replace(
            rule,
            condition=when,
            columns=table.columns,
            rows=table.rows,
            forbids=table.forbids,
        )
    ]


def _fraction(given: object) -> Fraction | None:
    return None if given is None else Fraction(number(given))


_KINDS: dict[Kind, Callable[[_Reader, Rule], list[Rule]]] = {
    Kind.ENSURE: _ensure,
    Kind.REQUIRE: _require,
    Kind.EXCLUDE: _exclude,
    Kind.TABLE: _table,
    Kind.DEFAULT: _default,
    Kind.PREFER: _prefer,
    Kind.HIDE: _hide,
    Kind.PRICE: _price,
    Kind.SET: _settings,
    Kind.QUANTITY: _quantity,
    Kind.LIMIT: _limit,
}
