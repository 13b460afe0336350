"""Which options are left: for every option one build that has it, or a proof that none does."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.configuration.asking import Choices, Compiled


@dataclass(frozen=True, slots=True)
class Left:
    """The options that are left, by variable."""

    options: tuple[frozenset[int], ...]


def left(compiled: Compiled, choices: Choices) -> Left:
    """What is left of every variable: taken instead of its own choice, the others kept.

    OutOfTime.
    """
    sizes = [len(each.options) for each in compiled.model.variables]
    found: list[set[int]] = [set() for _ in sizes]
    free = [at for at in range(len(sizes)) if at not in choices]
    _search(compiled, compiled.literals(choices), free, found)
    for variable in choices:
        others = {at: option for at, option in choices.items() if at != variable}
        _search(compiled, compiled.literals(others), [variable], found)
    return Left(tuple(frozenset(each) for each in found))


def _search(
    compiled: Compiled, assumed: Sequence[int], variables: Sequence[int], found: list[set[int]]
) -> None:
    """Add what is left of `variables` to `found`.

    One option of each variable is asked for at once. Yes shows them all; no is told by a core,
    of which the first is asked for alone and the rest set aside for now.
    """
    if not variables or not compiled.can_be(assumed):
        return
    _seen(compiled.build(), variables, found)
    sizes = [len(each.options) for each in compiled.model.variables]
    open_ones = {at: [o for o in range(sizes[at]) if o not in found[at]] for at in variables}
    most = len(variables)
    while True:
        pack = [(at, options[0]) for at, options in open_ones.items() if options][:most]
        if not pack:
            return
        literals = {compiled.literal(at, option): (at, option) for at, option in pack}
        if compiled.can_be([*assumed, *literals]):
            _seen(compiled.build(), variables, found)
            most = max(8, 2 * len(pack))
        else:
            blamed = [each for each in compiled.solver.core() if each in literals]
            at, option = literals[blamed[0]] if blamed else pack[0]
            most = max(1, len(pack) // 2)
            if len(blamed) > 1 or not blamed:
                if compiled.can_be([*assumed, compiled.literal(at, option)]):
                    _seen(compiled.build(), variables, found)
                else:
                    open_ones[at].remove(option)
            else:
                open_ones[at].remove(option)
        for at in variables:
            open_ones[at] = [option for option in open_ones[at] if option not in found[at]]


def _seen(build: Sequence[int], variables: Sequence[int], found: list[set[int]]) -> None:
    for at in variables:
        found[at].add(build[at])
