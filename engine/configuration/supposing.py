"""What if: an option taken all the same, the build that follows, and what has to be given up."""

from dataclasses import dataclass

from engine.configuration.asking import Choices, Compiled
from engine.configuration.ordering import first_build
from engine.configuration.wishing import fewest


@dataclass(frozen=True, slots=True)
class Supposed:
    """The first build with an option and as many of the other choices as can be kept.

    `changes` are the choices given up: variable, from, to.
    """

    build: tuple[int, ...]
    changes: tuple[tuple[int, int, int], ...]


def supposed(compiled: Compiled, choices: Choices, variable: int, option: int) -> Supposed | None:
    """What follows from taking an option; None where no build has it. OutOfTime."""
    others = {at: each for at, each in choices.items() if at != variable}
    literals, solver = compiled.literals(others), compiled.solver
    with solver.aside():
        solver.add([compiled.literal(variable, option)])
        given_up = fewest(compiled, literals)
        if given_up is None:
            return None
        solver.at_most([(-literal, 1) for literal in literals], given_up)
        build = first_build(compiled)
    changes = tuple((at, old, build[at]) for at, old in others.items() if build[at] != old)
    return Supposed(tuple(build), changes)
