"""Models as documents: variables, and the rules of one day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, partial

from tests.check_certificate import expressions, numbers, truths
from tests.check_certificate.constraints import Allowed, Constraint, Forbidden, constraints
from tests.check_certificate.numbers import Domains
from tests.check_certificate.pricing import Price
from tests.check_certificate.tokens import Unreadable
from tests.check_certificate.truths import FALSE, TRUE, Condition
from tests.check_certificate.vocabulary import (
    HIDDEN,
    Json,
    Option,
    Variable,
    Vocabulary,
    exact,
    option,
    spelled,
)

_LONGEST_NAME = 200
_MOST_STEPS = 500
_SOFT = frozenset(("default", "prefer", "price"))


@dataclass(frozen=True)
class Rule:
    """A rule that every build keeps."""

    id: str
    condition: Condition
    sizes: Domains
    table: Constraint | None = None

    @cached_property
    def constraints(self) -> list[Constraint]:
        return [self.table] if self.table else constraints(self.condition, self.sizes)


@dataclass(frozen=True)
class Model:
    """Variables, the hard rules of a day by id, and what its builds cost."""

    vocabulary: Vocabulary
    rules: Mapping[str, Rule]
    price: Price

    @property
    def variables(self) -> tuple[Variable, ...]:
        return self.vocabulary.variables

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """The domains of all options."""
        return tuple(each.every for each in self.variables)

    def objective(self, attribute: str, turn: int) -> Price:
        """What is to be as little as possible, or with -1 as much."""
        if attribute == "price":
            return Price(self.price.amounts, self.price.factors, self.price.adds, turn)
        return Price(_sum(self.vocabulary, attribute), turn=turn)

    def broken(self, build: Domains) -> list[str]:
        """The rules a complete build breaks."""
        return [name for name, rule in self.rules.items() if not rule.condition.may_hold(build)]


def read(given: Json) -> Model:
    """The model of a certificate, on its day."""
    rules = given.get("rules") or ()
    hidden = {str(each.get("variable")) for each in rules if each.get("kind") == "hide"}
    ranges = {str(e.get("variable")): e for e in rules if e.get("kind") == "quantity"}
    vocabulary = Vocabulary(
        tuple(_variable(each, hidden, ranges) for each in given.get("variables") or ())
    )
    if not vocabulary.variables:
        raise Unreadable("the certificate has no variables")
    today = date.fromisoformat(given["day"])
    named = [
        (str(each.get("id") or f"rule-{place}")[:_LONGEST_NAME], each)
        for place, each in enumerate(rules, 1)
        if each.get("enabled") is not False and _is_active(each, today)
    ]
    hard = [(name, each) for name, each in named if each.get("kind") not in _SOFT]
    return Model(
        vocabulary,
        {name: _rule(name, each, vocabulary) for name, each in hard},
        _price([each for _, each in named if each.get("kind") == "price"], vocabulary),
    )


def _is_active(rule: Json, today: date) -> bool:
    first, last = rule.get("active_from"), rule.get("active_to")
    return (first is None or date.fromisoformat(first) <= today) and (
        last is None or today <= date.fromisoformat(last)
    )


def _variable(given: Json, hidden: set[str], ranges: Mapping[str, Json]) -> Variable:
    name = spelled(given["name"])
    options = [option(each) for each in given.get("values") or ()]
    if not options and name in ranges:
        options = _range(ranges[name], given)
    if name in hidden and HIDDEN not in {each.value for each in options}:
        options.append(option(HIDDEN))
    if not options:
        raise Unreadable(f"{name} has no options")
    return Variable(name, tuple(options))


def _range(rule: Json, given: Json) -> list[Option]:
    """The numbers from `min` to `max` by `step`, each at its units' price."""
    least, step = Decimal(rule.get("min") or 0), Decimal(rule.get("step") or 1)
    price = exact(given.get("unit_price") or 0)
    steps = int((exact(rule.get("max") or 0) - exact(least)) / exact(step)) if step > 0 else -1
    if not 0 <= steps <= _MOST_STEPS:
        raise Unreadable(f"there is no range for {given['name']}")
    found = [least + step * each for each in range(steps + 1)]
    return [Option(f"{each:f}", price * exact(each), exact(each), {}) for each in found]


def _rule(name: str, given: Json, words: Vocabulary) -> Rule:
    sizes = [each.every for each in words.variables]
    kind = given.get("kind") or "ensure"
    if kind == "table":
        return _table(name, given, words, sizes)
    if kind not in _KINDS:
        raise Unreadable(f"{kind!r} is no kind of rule")
    return Rule(name, _KINDS[kind](given, words), sizes)


def _says(given: Json, member: str, words: Vocabulary) -> Condition:
    return expressions.condition(given.get(member), words)


def _guarded(given: Json, words: Vocabulary, says: Condition) -> Condition:
    """What a rule says, where its `if` holds."""
    if given.get("if") is None:
        return says
    return expressions.implied(_says(given, "if", words), says)


def _require(given: Json, words: Vocabulary) -> Condition:
    return expressions.implied(_says(given, "if", words), _says(given, "then", words))


def _exclude(given: Json, words: Vocabulary) -> Condition:
    several = given.get("all")
    if several is None:
        return _guarded(given, words, truths.negated(_says(given, "expression", words)))
    parts = [expressions.condition(each, words) for each in several]
    return _guarded(given, words, truths.disjunction([truths.negated(each) for each in parts]))


def _set(given: Json, words: Vocabulary) -> Condition:
    wanted = given["set"].items()
    parts = [words.chosen(words.place(str(name)), [str(value)]) for name, value in wanted]
    return _guarded(given, words, truths.conjunction(parts))


def _hide(given: Json, words: Vocabulary) -> Condition:
    hidden = words.chosen(words.place(str(given.get("variable"))), [HIDDEN])
    when = _says(given, "if", words)
    shown = truths.conjunction((truths.negated(when), truths.negated(hidden)))
    return truths.disjunction((truths.conjunction((when, hidden)), shown))


def _bounded(given: Json, words: Vocabulary, term: numbers.Term) -> Condition:
    parts = [
        truths.compared(sign, term, numbers.linear(exact(given[member])))
        for sign, member in (("<=", "max"), (">=", "min"))
        if given.get(member) is not None
    ]
    return _guarded(given, words, truths.conjunction(parts))


def _quantity(given: Json, words: Vocabulary) -> Condition:
    return _bounded(given, words, words.numbers(words.place(str(given.get("variable")))))


def _limit(given: Json, words: Vocabulary) -> Condition:
    named = given.get("variables")
    places = range(len(words.variables)) if named is None else [words.place(str(e)) for e in named]
    attribute = str(given.get("attribute") or "price")
    terms = [words.amounts([at], attribute) for at in places]
    return _bounded(given, words, numbers.total(terms))


_KINDS: Mapping[str, Callable[[Json, Vocabulary], Condition]] = {
    "ensure": lambda given, words: _guarded(given, words, _says(given, "expression", words)),
    "require": _require,
    "exclude": _exclude,
    "set": _set,
    "hide": _hide,
    "quantity": _quantity,
    "limit": _limit,
}


def _table(name: str, given: Json, words: Vocabulary, sizes: Sequence[int]) -> Rule:
    forbids = given.get("forbid") is not None
    columns = [words.place(str(each)) for each in given["variables"]]
    rows = [
        [_cell(words.variables[at], cell) for at, cell in zip(columns, row, strict=True)]
        for row in given.get("forbid") or given.get("allow") or given.get("rows") or ()
    ]
    allowed = Allowed.of(columns, rows, sizes)
    listed = Condition(allowed.scope, partial(_row_truths, allowed))
    says = truths.negated(listed) if forbids else listed
    if given.get("if") is not None:
        return Rule(name, _guarded(given, words, says), sizes)
    return Rule(name, says, sizes, Forbidden.of(columns, rows, sizes) if forbids else allowed)


def _row_truths(rows: Allowed, domains: Domains) -> int:
    """Whether the options chosen are a row."""
    decided = all(domains[at].bit_count() == 1 for at in rows.scope)
    return (TRUE if decided else TRUE | FALSE) if rows.possible(domains) else FALSE


def _cell(variable: Variable, cell: object) -> int:
    if cell == "*":
        return variable.every
    several = cell if isinstance(cell, list | tuple) else [cell]
    domain = 0
    for each in several:
        domain |= variable.only(str(each))
    return domain


def _price(documents: Sequence[Json], words: Vocabulary) -> Price:
    changes = [(_when(each, words), each.get("multiply"), each.get("add")) for each in documents]
    return Price(
        _sum(words, "price"),
        [(when, exact(factor)) for when, factor, _ in changes if factor is not None],
        [(when, exact(amount)) for when, _, amount in changes if amount is not None],
    )


def _when(given: Json, words: Vocabulary) -> Condition:
    return truths.constant(holds=True) if given.get("if") is None else _says(given, "if", words)


def _sum(words: Vocabulary, attribute: str) -> numbers.Linear:
    found = words.amounts(range(len(words.variables)), attribute).linear
    return found or numbers.Linear(0, {})
