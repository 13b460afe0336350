"""What is odd about a model although it can be read: told to its author when it is published."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod

from engine.configuration.asking import Compiled, OutOfTime
from engine.configuration.build import is_kept, spoken_of
from engine.configuration.costs import settle
from engine.configuration.linear import parts_of
from engine.configuration.model import HIDDEN, Kind, Model, Rule
from engine.configuration.propagating import left
from engine.configuration.solver import Verdict
from engine.configuration.syntax import Condition, Number, Term
from engine.kernel.finding import Finding, Severity

_ROWS = 2_000
"""Combinations of a rule's options up to which it is looked at closely."""
_DIGITS = "0123456789"


@dataclass(slots=True)
class Inspection:
    """What was found, and whether all was looked at in the time there was."""

    findings: list[Finding]
    complete: bool = True


def inspected(compiled: Compiled) -> Inspection:
    """Contradictions, dead options, rules that never matter, and texts whose number is doubtful.

    A pointer leads to the variable, the option or the rule in the model's document.
    """
    found = Inspection([])
    try:
        found.findings += _numbers(compiled)
        if not compiled.can_be(()):
            found.findings.append(_contradiction(compiled))
            return found
        found.findings += _dead(compiled)
        found.findings += _idle(compiled)
        for finding in _redundant(compiled):
            found.findings.append(finding)
    except OutOfTime:
        found.complete = False
    return found


def _contradiction(compiled: Compiled) -> Finding:
    _, rules = compiled.conflict({})
    told = ", ".join(compiled.model.rules[rule].id for rule in rules)
    place = compiled.model.rules[rules[0]].place
    return Finding(Severity.ERROR, "contradiction", {"rules": told}, f"rules/{place}")


def _dead(compiled: Compiled) -> Iterator[Finding]:
    """Options that no build has."""
    model = compiled.model
    for at, available in enumerate(left(compiled, {}).options):
        for place, option in enumerate(model.variables[at].options):
            if place not in available and option.value != HIDDEN:
                _, rules = compiled.conflict({at: place})
                told = {
                    "name": option.value,
                    "variable": model.variables[at].name,
                    "rules": ", ".join(model.rules[rule].id for rule in rules),
                }
                where = f"variables/{at}/values/{place}"
                yield Finding(Severity.WARNING, "dead_option", told, where)


def _idle(compiled: Compiled) -> Iterator[Finding]:
    """Rules that ask or charge for what no build has."""
    for rule in compiled.model.rules:
        if rule.is_hard or _combinations(compiled, rule) > _ROWS:
            continue
        with compiled.solver.aside():
            settle(compiled, rule, holds_=True)
            idle = not compiled.can_be(())
        if idle:
            told = {"rule": rule.id}
            yield Finding(Severity.WARNING, "idle_rule", told, f"rules/{rule.place}")


def _combinations(compiled: Compiled, rule: Rule) -> int:
    return prod(len(compiled.model.variables[at].options) for at in spoken_of(rule))


def _redundant(compiled: Compiled) -> Iterator[Finding]:
    """Rules that say nothing but what the others say."""
    for owner, rule in enumerate(compiled.model.rules):
        # A quantity says what there is to choose as well.
        says_more = not rule.is_hard or rule.kind is Kind.QUANTITY
        if says_more or _combinations(compiled, rule) > _ROWS:
            continue
        if _is_implied(compiled, owner, rule, sorted(spoken_of(rule))):
            told = {"rule": rule.id}
            yield Finding(Severity.WARNING, "redundant_rule", told, f"rules/{rule.place}")


def _is_implied(compiled: Compiled, owner: int, rule: Rule, spoken: Sequence[int]) -> bool:
    """Whether no build that keeps the other rules breaks this one."""
    solver = compiled.guarded
    solver.within(compiled.left)
    build = [0] * len(compiled.model.variables)
    others = [guard for each, guard in solver.guards.items() if each != owner]
    with solver.aside():
        sizes = [range(len(compiled.model.variables[at].options)) for at in spoken]
        for row in product(*sizes):
            for at, option in zip(spoken, row, strict=True):
                build[at] = option
            if is_kept(rule, build):
                chosen = zip(spoken, row, strict=True)
                solver.add([-compiled.literal(at, option) for at, option in chosen])
        verdict = solver.check(others)
    if verdict is Verdict.UNKNOWN:
        raise OutOfTime
    return verdict is Verdict.NO


def _numbers(compiled: Compiled) -> Iterator[Finding]:
    """Options that are compared as numbers and have none in their text, or more than one."""
    model = compiled.model
    conditions = [rule.condition for rule in model.rules if rule.condition is not None]
    asked = {at for each in conditions for at in _compared(model, each)}
    for at in sorted(asked):
        variable = model.variables[at]
        for place, option in enumerate(variable.options):
            where = f"variables/{at}/values/{place}"
            told = {"name": option.value, "variable": variable.name, "number": option.number}
            if option.number is None:
                if option.value != HIDDEN:
                    yield Finding(Severity.WARNING, "no_number", told, where)
            elif option.is_read and _is_doubtful(option.value):
                yield Finding(Severity.WARNING, "ambiguous_number", told, where)


def _compared(model: Model, part: Condition | Term) -> Iterator[int]:
    """The variables whose options' own numbers an expression compares."""
    if isinstance(part, Number):
        own = [each.number for each in model.variables[part.variable].options]
        if list(part.values) == [None if each is None else Fraction(each) for each in own]:
            yield part.variable
    for each in parts_of(part):
        yield from _compared(model, each)


def _is_doubtful(text: str) -> bool:
    """Whether a text has a second number, or a comma within its first one."""
    groups = "".join(each if each in _DIGITS + "." else " " for each in text).split()
    return len([each for each in groups if each.strip(".")]) > 1
