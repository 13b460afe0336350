"""Configuring: what was chosen about a product becomes a complete build, and what it adds."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from engine.catalog.configurator import Configurator
from engine.configuration import definition
from engine.configuration.build import broken, priced_by
from engine.configuration.evaluation import holds
from engine.configuration.model import Kind, Model
from engine.configuration.syntax import Chosen
from engine.kernel.finding import Finding, Severity
from engine.pricing.line import Ask
from engine.pricing.option import ChosenOption
from engine.pricing.snapshot import Snapshot
from engine.services.modelling import model_document


def configured(
    data: Snapshot, on: date, currency: str, ask: Ask
) -> tuple[tuple[ChosenOption, ...], list[Finding]]:
    """The options of the build that a line asks for, and what is wrong with it.

    What was not chosen is its default, else its first option. A product without a configurator
    has no options, and none may be chosen.
    """
    product = data.products.get(ask.sku)
    found = None
    if product is not None and product.configurator:
        found = data.configurator(product.configurator, on)
    if found is None:
        wrong = [_error("not_configurable", "configuration")] if ask.configuration else []
        return (), wrong
    model = _model(data, found, on)
    chosen = dict(ask.configuration)
    findings = [
        _error("unknown_variable", f"configuration/{name}", name=name, at=0, hint="")
        for name in chosen
        if name not in model.places
    ]
    build = _build(model, chosen, findings)
    if not findings:
        findings = [
            _error(
                "invalid_configuration",
                "configuration",
                rule=rule.id,
                message=rule.message or rule.id,
            )
            for rule in broken(model, build)
        ]
    return _options(found, model, build, currency), findings


def _build(model: Model, chosen: Mapping[str, str], findings: list[Finding]) -> list[int]:
    wished = _wished(model)
    build = []
    for at, variable in enumerate(model.variables):
        value = chosen.get(variable.name)
        option = wished.get(at, 0) if value is None else variable.place(value)
        if option is None:
            told = {"name": value, "variable": variable.name, "at": 0, "hint": ""}
            findings.append(_error("unknown_option", f"configuration/{variable.name}", **told))
        build.append(option or 0)
    return _hidden(model, chosen, build)


def _hidden(model: Model, chosen: Mapping[str, str], build: list[int]) -> list[int]:
    """The build, without a value for what was not chosen and is hidden."""
    for rule in model.rules:
        if rule.hidden is not None and rule.when is not None:
            at = rule.hidden.variable
            if model.variables[at].name not in chosen and holds(rule.when, build):
                build[at] = min(rule.hidden.options)
    return build


def _wished(model: Model) -> dict[int, int]:
    """The defaults that hold whatever else is chosen; the one of highest priority counts."""
    rules = [rule for rule in model.rules if rule.kind is Kind.DEFAULT]
    found: dict[int, int] = {}
    for rule in sorted(rules, key=lambda rule: -rule.priority):
        if isinstance(rule.condition, Chosen):
            found.setdefault(rule.condition.variable, min(rule.condition.options))
    return found


def _options(
    found: Configurator, model: Model, build: list[int], currency: str
) -> tuple[ChosenOption, ...]:
    """The options of a build with their prices, and what the price rules that hold add to them."""
    chosen = []
    for variable, at in zip(model.variables, build, strict=True):
        option = variable.options[at]
        price = option.prices.get(currency, option.price)
        chosen.append(ChosenOption(found.id, found.version, variable.name, option.value, price))
    total = sum((each.price for each in chosen), Decimal(0))
    added = []
    for rule in priced_by(model, build):
        adds = rule.prices.get(currency, rule.adds)
        factor, total = total * rule.times - total, total * rule.times
        said = rule.message or rule.id
        added += [
            ChosenOption(found.id, found.version, rule.id, said, price, is_rule=True)
            for price in (factor, adds)
            if price
        ]
    return (*chosen, *added)


def _model(data: Snapshot, found: Configurator, on: date) -> Model:
    """The model with the rules of a day, read once for each snapshot."""

    def read() -> Model:
        return definition.read(model_document(found)).on(on)

    model: Model = data.models.get((found.id, found.version, on), read)
    return model


def _error(code: str, where: str, **params: object) -> Finding:
    return Finding(Severity.ERROR, code, params, where)
