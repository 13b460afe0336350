"""What is claimed about whole builds: that they are builds, the best ones, and all there are."""

from collections.abc import Iterator, Sequence
from functools import partial

from tests.check_certificate.case import Case, Choices, Claim, Wrong, shown
from tests.check_certificate.constraints import AtMost
from tests.check_certificate.numbers import Column, Linear
from tests.check_certificate.pricing import Better
from tests.check_certificate.search import Budget
from tests.check_certificate.vocabulary import Json, exact


def builds(case: Case) -> Iterator[Claim]:
    """Every complete build keeps the rules, at its price."""
    if case.answer["solution"] is not None:
        yield "solution", partial(_extends, case, case.answer["solution"])
    for place, told in enumerate(case.answer.get("solutions") or (), 1):
        yield f"solution {place}", partial(_extends, case, told)
    for place, told in enumerate(case.answer["repairs"], 1):
        yield f"repair {place}", partial(_repair, case, told)


def comparisons(case: Case) -> Iterator[Claim]:
    """No build would do better than those told."""
    if case.answer["repairs"]:
        yield "repairs", partial(_repairs, case, case.answer["repairs"])
    if case.answer["solution"] is not None:
        yield "optimum", partial(_optimum, case, case.answer["solution"])
    if case.answer.get("solutions") is not None:
        yield "solutions", partial(_solutions, case, case.answer["solutions"])


def _extends(case: Case, told: Json, _: Budget) -> None:
    case.kept(told, case.choices)


def _repair(case: Case, told: Json, budget: Budget) -> None:
    """Just the changes told, none to spare, and nothing cheaper with the same."""
    names = {each["variable"] for each in told["changes"]}
    given_up = {at for at in case.choices if case.model.variables[at].name in names}
    others = {at: domain for at, domain in case.choices.items() if at not in given_up}
    build = case.kept(told, others)
    own, variables = case.certificate["assignment"], case.model.variables
    changed = [
        {"variable": variables[at].name, "from": own[variables[at].name], "to": option.value}
        for at, domain in enumerate(build)
        if at in case.choices and domain != case.choices[at]
        for option in (variables[at].options[domain.bit_length() - 1],)
    ]
    places = case.model.vocabulary.place
    if sorted(told["changes"], key=lambda each: places(each["variable"])) != changed:
        raise Wrong("the changes are not those from the assignment to the build")
    fewer = _changes(case, len(given_up) - 1)
    if case.exists(others, budget, within=[fewer]) is not None:
        raise Wrong("some of its changes would do")
    cheaper = Better(case.model.price, exact(told["price"]))
    _none_better(case, others, [cheaper], budget)


def _repairs(case: Case, told: Sequence[Json], budget: Budget) -> None:
    """The fewest changes first, then the cheapest; and none that does with less."""
    ranks = [(len(each["changes"]), exact(each["price"])) for each in told]
    if ranks != sorted(ranks):
        raise Wrong("they are not in order of their changes, then of their prices")
    least, price = ranks[0]
    if case.exists({}, budget, within=[_changes(case, least - 1)]) is not None:
        raise Wrong(f"fewer than {least} changes would do")
    same = _changes(case, least)
    _none_better(case, {}, [same, Better(case.model.price, price)], budget)


def _optimum(case: Case, told: Json, budget: Budget) -> None:
    """The bound is no better than the value, and no build is better than the bound."""
    ((word, attribute),) = (case.certificate.get("objective") or {"minimize": "price"}).items()
    objective = case.model.objective(attribute, -1 if word == "maximize" else 1)
    value = objective.span(case.build(told["assignment"])).low
    bound = None if told.get("bound") is None else exact(told["bound"]) * objective.turn
    if told["proven_optimal"] and bound != value:
        raise Wrong(f"it is {shown(value * objective.turn)}, which is not the bound")
    if bound is None:
        return
    if bound > value:
        raise Wrong(f"the bound is beyond {shown(value * objective.turn)}")
    _none_better(case, case.choices, [Better(objective, bound)], budget)


def _solutions(case: Case, told: Sequence[Json], budget: Budget) -> None:
    """All different, and all there are unless more are admitted."""
    listed = {tuple(case.build(each["assignment"])) for each in told}
    if len(listed) < len(told):
        raise Wrong("one of them is told twice")
    limit = case.certificate.get("limit")
    if limit is not None and len(told) > limit:
        raise Wrong(f"there are more than {limit}")
    more = any(tuple(build) not in listed for build in case.every(budget))
    if more is not bool(case.answer.get("truncated")):
        raise Wrong("there are more of them" if more else "there are no more of them")


def _changes(case: Case, most: int) -> AtMost:
    """That no more choices than so many are given up."""
    columns = {
        at: Column(tuple(int(1 << option != domain) for option in range(every.bit_length())))
        for at, domain in case.choices.items()
        for every in (case.model.sizes[at],)
    }
    return AtMost(frozenset(columns), Linear(-most, columns))


def _none_better(
    case: Case, choices: Choices, within: Sequence[AtMost | Better], budget: Budget
) -> None:
    found = case.exists(choices, budget, within=within)
    if found is not None:
        better = next(each for each in within if isinstance(each, Better)).price
        raise Wrong(f"a build has {shown(better.span(found).low * better.turn)}")
