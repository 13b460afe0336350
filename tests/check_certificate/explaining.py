"""What is claimed about conflicts: which rules and choices exclude each other, none to spare."""

from collections.abc import Iterator, Sequence
from functools import partial

from tests.check_certificate.case import Case, Choices, Claim, Wrong
from tests.check_certificate.search import Budget
from tests.check_certificate.vocabulary import Json, exact


def claims(case: Case) -> Iterator[Claim]:
    """The violations; and for each variable what may be taken, and what blocks the rest."""
    yield "violations", partial(_violations, case)
    told = case.answer["variables"]
    if not told:
        return
    yield "variables", partial(_variables, case, told)
    for at, (variable, each) in enumerate(zip(case.model.variables, told, strict=False)):
        yield f"options of {variable.name}", partial(_options, case, at, each)
        for option in each["options"]:
            if not option["available"] and "blocked_by" in option:
                claim = f"what blocks {variable.name} = {option['value']}"
                yield claim, partial(_blocked, case, at, option)


def _violations(case: Case, budget: Budget) -> None:
    told = case.answer["violations"]
    names = [each["rule"] for each in told]
    if case.valid or (case.status == "unknown" and not told):
        if told:
            raise Wrong("a valid assignment violates nothing")
        return
    if case.complete and case.status != "unsatisfiable":
        broken = case.model.broken(case.domains(case.choices))
        if sorted(names) != sorted(broken):
            raise Wrong(f"it breaks {', '.join(broken) or 'nothing'}")
        return
    _minimal(case, told, budget)


def _minimal(case: Case, told: Sequence[Json], budget: Budget) -> None:
    """A conflict of the rules with the choices they concern, none of either to spare."""
    names = [each["rule"] for each in told]
    concerned = {case.model.vocabulary.place(name) for each in told for name in each["variables"]}
    if not concerned <= set(case.choices):
        strange = case.names(concerned - set(case.choices))
        raise Wrong(f"nothing was chosen of {', '.join(strange)}")
    choices = {at: case.choices[at] for at in concerned}
    _excluded(case, names, choices, budget)
    for rule in names:
        if not _possible(case, _without(names, rule), choices, budget):
            raise Wrong(f"the rest is a conflict without {rule}")
    for at in choices:
        fewer = {other: domain for other, domain in choices.items() if other != at}
        if not _possible(case, names, fewer, budget):
            raise Wrong(f"the rest is a conflict without the choice of {case.names([at])[0]}")


def _variables(case: Case, told: Sequence[Json], _: Budget) -> None:
    if [each["name"] for each in told] != [each.name for each in case.model.variables]:
        raise Wrong("they are not those of the model in its order")


def _options(case: Case, at: int, told: Json, budget: Budget) -> None:
    """What may be taken instead of the variable's own choice."""
    variable = case.model.variables[at]
    chosen = case.certificate["assignment"].get(variable.name)
    if told["assigned"] != chosen:
        raise Wrong(f"{chosen} is assigned")
    listed = [(each["value"], exact(each["price"])) for each in told["options"]]
    if listed != [(each.value, each.price) for each in variable.options]:
        raise Wrong("the options or their prices are not those of the model")
    available: list[str] = []
    for option in told["options"]:
        value = option["value"]
        is_left = case.exists({**case.choices, at: variable.only(value)}, budget) is not None
        if is_left is not option["available"]:
            raise Wrong(f"{value} is {'available' if is_left else 'not available'}")
        available += [value] * is_left
    forced = available[0] if len(available) == 1 else None
    if told["forced"] != forced:
        raise Wrong(f"{forced or 'nothing'} is forced")


def _blocked(case: Case, at: int, option: Json, budget: Budget) -> None:
    """The rules of a minimal conflict with some of the choices, the option among them."""
    rules = [each["rule"] for each in option["blocked_by"]]
    domain = case.model.variables[at].only(option["value"])
    chosen = {**case.choices, at: domain}
    _excluded(case, rules, chosen, budget)
    if not _is_minimal_with_some(case, rules, chosen, budget):
        raise Wrong(f"not all of {', '.join(rules)} are needed")


def _is_minimal_with_some(
    case: Case, rules: Sequence[str], chosen: Choices, budget: Budget
) -> bool:
    """Whether, of the choices, there are some that the rules exclude, and no fewer rules do."""
    waiting: list[Choices] = [chosen]
    seen: set[frozenset[int]] = set()
    while waiting:
        some = waiting.pop()
        if frozenset(some) in seen or _possible(case, rules, some, budget):
            continue
        seen.add(frozenset(some))
        fewer = (_without(rules, each) for each in rules)
        spare = next((each for each in fewer if not _possible(case, each, some, budget)), None)
        if spare is None:
            return True
        waiting += [
            {at: domain for at, domain in some.items() if at != dropped}
            for dropped in _conflict(case, spare, some, budget)
        ]
    return False


def _conflict(case: Case, rules: Sequence[str], chosen: Choices, budget: Budget) -> Choices:
    """Choices that rules exclude, none to spare."""
    needed = dict(chosen)
    for at in chosen:
        fewer = {other: domain for other, domain in needed.items() if other != at}
        if not _possible(case, rules, fewer, budget):
            needed = fewer
    return needed


def _excluded(case: Case, rules: Sequence[str], choices: Choices, budget: Budget) -> None:
    unknown = [name for name in rules if name not in case.model.rules]
    if unknown:
        raise Wrong(f"{unknown[0]} is no rule that has to be kept on this day")
    if not rules or len(set(rules)) < len(rules):
        raise Wrong("no rule is named, or one of them twice")
    if _possible(case, rules, choices, budget):
        raise Wrong("the rules named exclude nothing of the kind")


def _possible(case: Case, rules: Sequence[str], choices: Choices, budget: Budget) -> bool:
    return case.exists(choices, budget, rules=rules) is not None


def _without(rules: Sequence[str], rule: str) -> list[str]:
    return [each for each in rules if each != rule]
