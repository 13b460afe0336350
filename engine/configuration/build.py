"""Complete builds judged by plain evaluation: which rules they break, and what they cost."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from engine.configuration.evaluation import holds, truth
from engine.configuration.linear import variables_of
from engine.configuration.model import Kind, Model, Rule

Build = Sequence[int]
_ZERO = Decimal(0)


def broken(model: Model, build: Build) -> Iterator[Rule]:
    """The hard rules a build breaks."""
    return (rule for rule in model.rules if rule.is_hard and not is_kept(rule, build))


def is_kept(rule: Rule, build: Build) -> bool:
    """Whether a build keeps a rule."""
    if rule.columns:
        row = tuple(build[column] for column in rule.columns)
        if (row in rule.rows) is not rule.forbids:
            return True
        return rule.condition is not None and truth(rule.condition, build) is False
    return rule.condition is None or holds(rule.condition, build)


def spoken_of(rule: Rule) -> frozenset[int]:
    """The variables a rule speaks of."""
    spoken = frozenset(rule.columns)
    return spoken if rule.condition is None else spoken | variables_of(rule.condition)


def priced_by(model: Model, build: Build) -> Iterator[Rule]:
    """The price rules that hold in a build."""
    for rule in model.rules:
        if rule.kind is Kind.PRICE and rule.condition is not None and holds(rule.condition, build):
            yield rule


def price_of(model: Model, build: Build) -> Decimal:
    """What a build's options cost, multiplied and added to by the price rules that hold."""
    found = sum(
        (each.options[at].price for each, at in zip(model.variables, build, strict=True)), _ZERO
    )
    added = _ZERO
    for rule in priced_by(model, build):
        found *= rule.times
        added += rule.adds
    return found + added


def amount_of(model: Model, build: Build, attribute: str) -> Decimal:
    """What a build has of an attribute, `price` being one."""
    if attribute == "price":
        return price_of(model, build)
    options = (each.options[at] for each, at in zip(model.variables, build, strict=True))
    return sum((each.attributes.get(attribute, _ZERO) for each in options), _ZERO)
