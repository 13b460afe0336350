"""Models as documents: read, checked and bounded before anything is made of them.

A document has `variables` (each with `name` and `values`) and `rules` (each with `kind`, a
`message` and what its kind needs); docs/configuration.md lists the members.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import prod

from engine.configuration import limits
from engine.configuration.faults import Fault
from engine.configuration.functions import Names
from engine.configuration.linear import variables_of
from engine.configuration.members import MOST_DIGITS, Document, composed, document, items, number
from engine.configuration.model import HIDDEN, Kind, Model, Option, Rule, Variable, hiding
from engine.configuration.rules import read_rule

_OWN = frozenset(("value", "price", "prices", "number", "num", "label", "attributes"))


def read(given: Document) -> Model:
    """The model a document describes. Invalid names the member that is wrong, and the position."""
    listed, ruled = _listed(given, "variables"), _listed(given, "rules")
    if not 0 < len(listed) <= limits.VARIABLES:
        raise Fault("too_many_variables", most=limits.VARIABLES).within("variables")
    if len(ruled) > limits.RULES:
        raise Fault("too_many_rules", most=limits.RULES).within("rules")
    hidden, ranges = _hidden(ruled), _ranges(ruled)
    variables: list[Variable] = []
    for place, each in enumerate(listed):
        try:
            variables.append(_variable(each, hidden, ranges))
        except Fault as fault:
            raise fault.within(f"variables/{place}") from None
    _check(variables)
    return Model(variables=tuple(variables), rules=_rules(ruled, variables))


def _listed(given: Document, member: str) -> list[Document]:
    try:
        return [document(each, member) for each in items(given.get(member), member)]
    except Fault as fault:
        raise fault.within(member) from None


def _rules(ruled: Sequence[Document], variables: Sequence[Variable]) -> tuple[Rule, ...]:
    names = Names(variables)
    rules: list[Rule] = []
    rows = 0
    for place, each in enumerate(ruled):
        if each.get("enabled") is False:
            continue
        try:
            rules += _read(place, each, names)
        except Fault as fault:
            raise fault.within(f"rules/{place}") from None
        rows += len(rules[-1].rows) if rules else 0
        if rows > limits.ALL_ROWS:
            raise Fault("table_too_large", most=limits.ALL_ROWS).within(f"rules/{place}")
    factors = [rule for rule in rules if rule.times != 1]
    if len(factors) > limits.FACTORS:
        place = factors[limits.FACTORS].place
        raise Fault("too_many_factors", most=limits.FACTORS).within(f"rules/{place}")
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise Fault("duplicate_rule", name=rule.id).within("rules")
        seen.add(rule.id)
    return hiding(rules, rules)


def _read(place: int, given: Document, names: Names) -> list[Rule]:
    made = read_rule(place, given, names)
    sizes = [len(each.options) for each in names.variables]
    for rule in made:
        if rule.kind is Kind.PRICE and rule.condition is not None:
            spoken = variables_of(rule.condition)
            if prod(sizes[at] for at in spoken) > limits.COMBINATIONS:
                raise Fault("not_linear", most=limits.COMBINATIONS)
    return made


def _check(variables: Sequence[Variable]) -> None:
    if sum(len(each.options) for each in variables) > limits.OPTIONS:
        raise Fault("too_many_options", most=limits.OPTIONS).within("variables")
    seen: set[str] = set()
    for place, each in enumerate(variables):
        if each.name in seen:
            raise Fault("duplicate_variable", name=each.name).within(f"variables/{place}/name")
        seen.add(each.name)


def _variable(given: Document, hidden: set[str], ranges: Mapping[str, Document]) -> Variable:
    name = _name(given.get("name"), "name")
    values = list(items(given.get("values"), "values"))
    if not values and name in ranges:
        values = [*_range(ranges[name], given)]
    if not values:
        raise Fault("empty_domain", name=name)
    options = [_option(each) for each in values]
    if name in hidden and all(each.value != HIDDEN for each in options):
        options.append(Option(value=HIDDEN))
    if len(options) > limits.OPTIONS_OF_ONE:
        raise Fault("too_many_options", most=limits.OPTIONS_OF_ONE)
    if len({each.value for each in options}) < len(options):
        raise Fault("duplicate_option", name=name)
    return Variable(name=name, options=tuple(options))


def _option(given: object) -> Option:
    told: Document = given if isinstance(given, Mapping) else {"value": given}
    value = _name(told.get("value"), "value")
    own = told.get("number", told.get("num"))
    attributes = dict(document(told.get("attributes") or {}, "attributes"))
    attributes |= {name: each for name, each in told.items() if name not in _OWN}
    return Option(
        value=value,
        price=number(told.get("price") or 0),
        prices={
            str(code): number(each)
            for code, each in document(told.get("prices") or {}, "prices").items()
        },
        number=first_number(value) if own is None else number(own),
        is_read=own is None,
        attributes={
            name: number(each)
            for name, each in attributes.items()
            if isinstance(each, int | Decimal) and not isinstance(each, bool)
        },
    )


def _name(given: object, member: str) -> str:
    text = given if isinstance(given, str) else None if given is None else str(given)
    if not text or len(text) > limits.LONGEST_NAME:
        raise Fault("name_missing", member=member)
    return composed(text)


def first_number(text: str) -> Decimal | None:
    """The first decimal number in a text: 3.0 in `3.0 kW`; None where there is none."""
    for begin, char in enumerate(text):
        if not (char.isascii() and char.isdigit()):
            continue
        end = begin
        while end < len(text) and (
            (text[end].isascii() and text[end].isdigit()) or text[end] == "."
        ):
            end += 1
        whole, dot, part = text[begin:end].partition(".")
        digits = part.partition(".")[0]
        told = f"{whole}.{digits}" if dot and digits else whole
        if len(told) > MOST_DIGITS:
            return None
        is_less = begin > 0 and text[begin - 1] == "-" and not text[: begin - 1].strip()
        return Decimal(f"-{told}" if is_less else told)
    return None


def _hidden(ruled: Sequence[Document]) -> set[str]:
    return {composed(str(each.get("variable"))) for each in _of_kind(ruled, "hide")}


def _ranges(ruled: Sequence[Document]) -> dict[str, Document]:
    return {composed(str(each.get("variable"))): each for each in _of_kind(ruled, "quantity")}


def _of_kind(ruled: Sequence[Document], kind: str) -> list[Document]:
    return [each for each in ruled if each.get("kind") == kind and each.get("enabled") is not False]


def _range(rule: Document, given: Document) -> list[Document]:
    """The values of a quantity: from `min` to `max` by `step`, each at its units' price."""
    least, most = number(rule.get("min") or 0), number(rule.get("max") or 0)
    step = number(1 if rule.get("step") is None else rule["step"])
    if step <= 0 or most < least or (most - least) / step > limits.OPTIONS_OF_ONE:
        raise Fault("not_a_range")
    price = number(given.get("unit_price") or 0)
    count = int((most - least) / step) + 1
    steps = [least + step * place for place in range(count)]
    return [
        {"value": f"{each.normalize():f}", "number": each, "price": price * each} for each in steps
    ]
