"""What was found out about a model: builds that are possible, and choices that block options.

Sets of options are whole numbers with one bit for each. What is remembered only saves asking:
an answer is the same without it.
"""

from collections.abc import Iterator, Sequence

from engine.configuration.model import Model

_MOST_BUILDS = 2_048
_MOST_BLOCKS = 2_048


class Memory:
    """Builds and blocks of one model, the oldest forgotten first."""

    def __init__(self, model: Model) -> None:
        self.bits: list[list[int]] = []
        self.wholes: list[int] = []
        self._begins: list[int] = []
        self._owns: list[int] = []
        at = 0
        for variable in model.variables:
            own = [1 << place for place in range(len(variable.options))]
            self.bits.append([bit << at for bit in own])
            self.wholes.append(sum(self.bits[-1]))
            self._begins.append(at)
            self._owns.append(sum(own))
            at += len(own)
        self._builds: dict[int, None] = {}
        self._blocks: dict[tuple[int, int], None] = {}

    def of(self, build: Sequence[int]) -> int:
        """The options of a build."""
        found = 0
        for bits, option in zip(self.bits, build, strict=True):
            found |= bits[option]
        return found

    def build(self, options: int) -> list[int]:
        """The build that has these options."""
        return [
            (options >> at & own).bit_length() - 1
            for at, own in zip(self._begins, self._owns, strict=True)
        ]

    def possible(self, build: Sequence[int]) -> int:
        """Remember a build that keeps every rule; its options."""
        options = self.of(build)
        self._builds.pop(options, None)
        self._builds[options] = None
        if len(self._builds) > _MOST_BUILDS:
            del self._builds[next(iter(self._builds))]
        return options

    def blocked(self, chosen: int, options: int) -> None:
        """Remember that what is chosen blocks options."""
        self._blocks[chosen, options] = None
        if len(self._blocks) > _MOST_BLOCKS:
            del self._blocks[next(iter(self._blocks))]

    def builds(self, chosen: int) -> Iterator[tuple[int, int]]:
        """Builds with all that is chosen but at most one of it: their options, and that one."""
        for build in reversed(self._builds):
            missing = chosen & ~build
            if not missing & (missing - 1):
                yield build, missing

    def blocks(self, chosen: int) -> Iterator[tuple[int, int]]:
        """What is blocked by (some of) what is chosen: the some, and the options."""
        for some, options in self._blocks:
            if not some & ~chosen:
                yield some, options
