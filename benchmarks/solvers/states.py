"""States by chance, the same for everybody: those that can be completed, and those that cannot."""

from collections.abc import Callable
from random import Random

from benchmarks.solvers.models import Model, State

_MOST_PICKS = 12
_MOST_TRIES = 2_000
IsPossible = Callable[[State], bool]


class States:
    """Partial assignments of a model; `is_possible` is somebody who knows."""

    def __init__(self, model: Model, is_possible: IsPossible) -> None:
        self._sizes = model.sizes
        self._random = Random(model.name)  # noqa: S311 (repeatable, no secret)
        self._is_possible = is_possible
        self._open = [at for at, size in enumerate(self._sizes) if size > 1]
        self._most = max(1, min(_MOST_PICKS, len(self._open) // 2))

    def possible(self, count: int) -> list[State]:
        """Of a few to a dozen choices that can be completed."""
        sizes = [2 + at % (_MOST_PICKS - 1) for at in range(0, count * 3, 3)]
        return [self._walk(min(size, self._most))[-1] for size in sizes]

    def session(self, picks: int) -> list[State]:
        """From no choice on, one more each time."""
        return self._walk(min(picks, self._most))

    def impossible(self, count: int) -> list[State]:
        """Of a dozen choices that cannot be completed; fewer where hardly any cannot."""
        found: list[State] = []
        for _ in range(_MOST_TRIES):
            if len(found) == count:
                break
            picked = sorted(self._random.sample(self._open, min(_MOST_PICKS, len(self._open))))
            state = {at: self._random.randrange(self._sizes[at]) for at in picked}
            if not self._is_possible(state):
                found.append(state)
        return found

    def blocked(self, state: State, left: list[list[int]]) -> State | None:
        """The state with an option more that it blocks, if it blocks any."""
        others = [
            (at, option)
            for at in self._open
            if at not in state
            for option in set(range(self._sizes[at])) - set(left[at])
        ]
        if not others:
            return None
        at, option = self._random.choice(sorted(others))
        return {**state, at: option}

    def _walk(self, picks: int) -> list[State]:
        """States from nothing to so many choices, each with a choice that still can be."""
        states: list[State] = [{}]
        for at in self._random.sample(self._open, len(self._open)):
            if len(states) > picks:
                break
            options = self._random.sample(range(self._sizes[at]), self._sizes[at])
            fitting = ({**states[-1], at: each} for each in options)
            states.append(next(state for state in fitting if self._is_possible(state)))
        return states
