"""The judgement of an answer: each of its claims, and whether it is so."""

from collections.abc import Iterator
from enum import StrEnum
from functools import partial
from itertools import chain
from typing import NamedTuple

from tests.check_certificate import explaining, offering
from tests.check_certificate.case import Case, Claim, Wrong
from tests.check_certificate.search import Budget, Spent
from tests.check_certificate.tokens import Unreadable
from tests.check_certificate.vocabulary import Json

NODES = 200_000
_FILLS = {
    "variables": ("propagate", "all"),
    "solution": ("solve", "optimize", "all"),
    "repairs": ("repair", "all"),
}


class Verdict(StrEnum):
    """What became of a claim."""

    OK = "ok"
    WRONG = "WRONG"
    LARGE = "too large"


class Finding(NamedTuple):
    """A claim, and why it is not so or could not be decided."""

    verdict: Verdict
    claim: str
    reason: str = ""


def check(document: Json, nodes: int = NODES) -> list[Finding]:
    """What is found about an answer with its certificate; `nodes` is the budget of each claim."""
    try:
        case = Case.of(document)
        return [_judged(claim, nodes) for claim in _claims(case)]
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as fault:
        raise Unreadable(f"a member is missing or not of its type: {fault!r}") from fault


def _claims(case: Case) -> Iterator[Claim]:
    """All claims; those about builds first, because builds found decide the others."""
    return chain(
        offering.builds(case),
        [("valid", partial(_valid, case)), ("members", partial(_members, case))],
        explaining.claims(case),
        offering.comparisons(case),
    )


def _judged(claim: Claim, nodes: int) -> Finding:
    text, judge = claim
    try:
        judge(Budget(nodes))
    except (Wrong, Unreadable) as wrong:
        return Finding(Verdict.WRONG, text, str(wrong))
    except Spent:
        return Finding(Verdict.LARGE, text, f"{nodes} nodes did not decide it")
    return Finding(Verdict.OK, text)


def _valid(case: Case, budget: Budget) -> None:
    """Whether a build extends the assignment; and whether there is any, where none does."""
    if case.answer["complete"] is not case.complete:
        raise Wrong(f"the assignment is {'' if case.complete else 'not '}complete")
    if case.status == "unknown" and not case.valid:
        return
    if (case.exists(case.choices, budget) is not None) is not case.valid:
        raise Wrong(f"{'no' if case.valid else 'a'} build extends the assignment")
    is_possible = case.valid or case.exists({}, budget) is not None
    if is_possible is (case.status == "unsatisfiable"):
        raise Wrong(f"the rules {'do not ' if is_possible else ''}exclude each other")


def _members(case: Case, _: Budget) -> None:
    """What the mode asks for is there, as far as it can be."""
    if case.status != "ok":
        return
    wanted = {name for name, modes in _FILLS.items() if case.answer["mode"] in modes}
    wanted.discard("repairs" if case.valid else "solution")
    if case.valid and case.answer["mode"] == "all" and case.certificate.get("limit") is not None:
        wanted.add("solutions")
    missing = [name for name in sorted(wanted) if not case.answer.get(name)]
    if missing:
        raise Wrong(f"it has no {missing[0]}")
