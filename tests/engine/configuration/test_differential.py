"""Random small models answered by the solver, and by trying every build."""

import json
import random
from decimal import Decimal
from itertools import combinations

import msgspec
import pytest

from engine.configuration.answering import answer
from engine.configuration.asking import Compiled
from engine.configuration.definition import read
from engine.configuration.questions import Answer, Mode, Question, Status
from tests.engine.configuration.brute import Build, Small, small

AT_ONCE = 100
_exact = msgspec.json.Decoder(float_hook=Decimal).decode
SUITE, SOAK = 2_000, 20_000


def extends(build: Build, choices: Build) -> bool:
    return all(build[name] == value for name, value in choices.items())


def check(seed: int) -> None:
    """One model, one assignment, every mode."""
    model = small(seed)
    chance = random.Random(seed + 1)  # noqa: S311 (the same ones every time)
    names = [each["name"] for each in model.document["variables"]]
    choices = {
        each["name"]: chance.choice(each["values"])["value"]
        for each in model.document["variables"]
        if chance.random() < 0.6
    }
    kept = [build for build in model.builds() if model.keeps(build)]
    matching = [build for build in kept if extends(build, choices)]
    compiled = Compiled(read(_exact(json.dumps(model.document))))
    compiled.within(lambda: 20_000)
    told = answer(compiled, Question(mode=Mode.ALL, assignment=choices, limit=5_000))
    assert told.status is (Status.OK if kept else Status.UNSATISFIABLE)
    assert told.valid is bool(matching)
    if not kept:
        explained(model, {}, {each.rule for each in told.violations})
        return
    propagated(model, kept, choices, told)
    if matching:
        assert told.solutions is not None
        found = [tuple(sorted(each.assignment.items())) for each in told.solutions]
        assert sorted(found) == sorted(tuple(sorted(build.items())) for build in matching)
        optimal(model, matching, choices, compiled)
    else:
        repaired(model, kept, choices, told)
    assert {each.name for each in told.variables} == set(names)


def propagated(model: Small, kept: list[Build], choices: Build, told: Answer) -> None:
    for variable in told.variables:
        others = {name: value for name, value in choices.items() if name != variable.name}
        for option in variable.options:
            possible = any(extends(build, others | {variable.name: option.value}) for build in kept)
            assert option.available is possible, (variable.name, option.value)
            if possible:
                assert option.blocked_by == ()
                continue
            named = {name for each in option.blocked_by for name in each.variables}
            asked = others | {variable.name: option.value}
            blamed = {name: value for name, value in asked.items() if name in named}
            explained(model, blamed, {each.rule for each in option.blocked_by})


def explained(model: Small, choices: Build, rules: set[str]) -> None:
    """The rules exclude the choices, and no fewer of either do."""
    assert rules

    def possible(some: set[str], chosen: Build) -> bool:
        return any(model.keeps(build, some) for build in model.builds() if extends(build, chosen))

    assert not possible(rules, choices)
    assert all(possible(rules - {each}, choices) for each in rules)
    for name in choices:
        assert possible(rules, {n: value for n, value in choices.items() if n != name})


def optimal(model: Small, matching: list[Build], choices: Build, compiled: Compiled) -> None:
    prices = [model.price(build) for build in matching]
    for most, wanted in ((False, min(prices)), (True, max(prices))):
        asked = Question(mode=Mode.OPTIMIZE, assignment=choices, objective="price", most=most)
        found = answer(compiled, asked).solution
        assert found is not None
        assert found.proven_optimal
        assert found.price == found.bound == wanted
        assert model.keeps(found.assignment)
        assert extends(found.assignment, choices)


def repaired(model: Small, kept: list[Build], choices: Build, told: Answer) -> None:
    def cost(dropped: tuple[str, ...]) -> list[Build]:
        left = {name: value for name, value in choices.items() if name not in dropped}
        return [build for build in kept if extends(build, left)]

    least = next(
        size
        for size in range(1, len(choices) + 1)
        if any(cost(dropped) for dropped in combinations(choices, size))
    )
    smallest = [dropped for dropped in combinations(choices, least) if cost(dropped)]
    cheapest = sorted(min(map(model.price, cost(dropped))) for dropped in smallest)
    assert told.repairs
    for repair in told.repairs:
        assert model.keeps(repair.assignment)
        assert repair.price == model.price(repair.assignment)
        changed = {name for name, _, _ in repair.changes}
        left = {name: value for name, value in choices.items() if name not in changed}
        assert extends(repair.assignment, left)
    first = [each for each in told.repairs if len(each.changes) == least]
    assert [each.price for each in first] == cheapest[: len(first)]
    assert len(first) == min(3, len(smallest))


@pytest.mark.parametrize("first", range(0, SUITE, AT_ONCE))
def test_a_small_model_means_what_trying_every_build_shows(first: int) -> None:
    for seed in range(first, first + AT_ONCE):
        check(seed)


@pytest.mark.soak
def test_many_small_models_mean_what_trying_every_build_shows() -> None:
    for seed in range(SUITE, SUITE + SOAK):
        check(seed)
