"""Which options are left: for every option one build that has it, or a proof that none does."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from engine.configuration.asking import Choices, Compiled

_BLOCKED_IN_A_ROW = 6
"""After so many options that nothing else blocks, all that are open are asked about at once."""
_FEW = 4
"""Of so many options that exclude each other, one is left out at a time."""

_NEAR = 4
"""Remembered builds whose neighbours are looked at."""


@dataclass(frozen=True, slots=True)
class Left:
    """The options that are left, by variable."""

    options: tuple[frozenset[int], ...]


def left(compiled: Compiled, choices: Choices) -> Left:
    """What is left of every variable: taken instead of its own choice, the others kept.

    OutOfTime.
    """
    return _Search(compiled, choices).left()


class _Search:
    """Options found and options still open, as sets of bits."""

    def __init__(self, compiled: Compiled, choices: Choices) -> None:
        self._compiled = compiled
        self._memory = compiled.memory
        self._choices = choices
        bits, wholes = self._memory.bits, self._memory.wholes
        self._chosen = sum(bits[at][option] for at, option in choices.items())
        self._own = sum(wholes[at] for at in choices)
        self._free = sum(wholes) & ~self._own
        self._found = 0
        self._blocked = 0

    def left(self) -> Left:
        self._remembered()
        bits = self._memory.bits
        if self._is_open(self._free) and self._is_possible():
            self._implied()
            with self._compiled.solver.aside():
                self._search()
        for variable in self._choices:
            self._instead(variable)
        return Left(
            tuple(
                frozenset(place for place, bit in enumerate(each) if bit & self._found)
                for each in bits
            )
        )

    def _is_open(self, options: int) -> int:
        return options & ~self._found & ~self._blocked

    def _is_possible(self) -> bool:
        """Whether what is chosen can be; a build that shows it has been seen then."""
        if self._free & self._found:
            return True
        if not self._compiled.can_be(self._compiled.literals(self._choices)):
            return False
        self._seen()
        return True

    def _remembered(self) -> None:
        """What builds and blocks that are remembered show."""
        near = 0
        for options, missing in self._memory.builds(self._chosen):
            self._show(options, missing)
            if not missing and near < _NEAR:
                near += 1
                self._vary(self._memory.build(options), options)
        wholes = self._memory.wholes
        mine = [wholes[at] for at in self._choices]
        for some, options in self._memory.blocks(self._chosen):
            spoken = sum(whole for whole in mine if whole & some) if options & self._own else 0
            self._blocked |= options & ~spoken

    def _implied(self) -> None:
        """Block what the choices exclude clause by clause."""
        compiled = self._compiled
        holds = compiled.implications.of(compiled.literals(self._choices)) or set()
        for literals, bits, whole in zip(
            compiled.clauses.options, self._memory.bits, self._memory.wholes, strict=True
        ):
            if whole & self._free:
                for literal, bit in zip(literals, bits, strict=True):
                    if -literal in holds:
                        self._blocked |= bit

    def _seen(self) -> None:
        """Look at the build behind the last yes, and at its neighbours."""
        build = self._compiled.build()
        options = self._memory.possible(build)
        missing = self._chosen & ~options
        if not missing & (missing - 1):
            self._show(options, missing)
        if not missing:
            self._vary(build, options)

    def _show(self, options: int, missing: int) -> None:
        """What a build shows: all of it, or the option it has instead of the one missing."""
        if not missing:
            self._found |= options
            return
        for variable, option in self._choices.items():
            if self._memory.bits[variable][option] == missing:
                self._found |= options & self._memory.wholes[variable]

    def _vary(self, build: list[int], options: int) -> None:
        """Find options that a build keeps every rule with when nothing else of it changes."""
        judge, still = self._compiled.judge, self._is_open(self._free | self._own)
        for variable, whole in enumerate(self._memory.wholes):
            if not whole & still:
                continue
            mine, rest = build[variable], options & ~whole
            for place, bit in enumerate(self._memory.bits[variable]):
                if bit & still:
                    build[variable] = place
                    if judge.allows(build, rest | bit, variable):
                        self._found |= bit
            build[variable] = mine

    def _search(self) -> None:
        """Settle the options of the variables that are free.

        One open option of each is asked for at once; of options that exclude each other, those
        least often left out before are left out. What blocks a single option is remembered.
        """
        assumed = self._compiled.literals(self._choices)
        left_out: Counter[int] = Counter()
        alone = 0
        pack = self._pack(left_out)
        while pack:
            if alone == _BLOCKED_IN_A_ROW:
                if self._all_blocked(assumed):
                    return
                alone, pack = 0, self._pack(left_out)
            elif self._compiled.can_be([*assumed, *pack]):
                self._seen()
                pack = self._pack(left_out)
            else:
                alone += self._narrow(assumed, pack, left_out)
                pack = pack or self._pack(left_out)

    def _narrow(self, assumed: Sequence[int], pack: dict[int, int], left_out: Counter[int]) -> bool:
        """Take from a pack what cannot be together; whether one option proved to be blocked."""
        compiled = self._compiled
        core = compiled.solver.core()
        blamed = sorted(pack.keys() & set(core), key=lambda each: (left_out[each], each))
        if len(blamed) > 1 and not left_out[blamed[0]]:
            for victim in blamed[: max(1, len(blamed) // _FEW)]:
                left_out[victim] += 1
                del pack[victim]
            return False
        bit = pack.pop(blamed[0])
        if len(blamed) > 1:
            if compiled.can_be([*assumed, blamed[0]]):
                self._seen()
                return False
            core = compiled.solver.core()
        self._blocked |= bit
        self._memory.blocked(self._needed(core), bit)
        return True

    def _pack(self, left_out: Counter[int]) -> dict[int, int]:
        """The bit of one open option of each free variable by its literal."""
        found: dict[int, int] = {}
        literals, still = self._compiled.clauses.options, self._is_open(self._free)
        for variable, whole in enumerate(self._memory.wholes):
            if not whole & still:
                continue
            several = [
                (literal, bit)
                for literal, bit in zip(
                    literals[variable], self._memory.bits[variable], strict=True
                )
                if bit & still
            ]
            literal, bit = max(several, key=lambda each: left_out[each[0]])
            found[literal] = bit
        return found

    def _all_blocked(self, assumed: Sequence[int]) -> bool:
        """Whether none of the open options can be; a build that has one has been seen otherwise."""
        compiled, solver = self._compiled, self._compiled.solver
        mark, still = solver.new(), self._is_open(self._free)
        solver.add([-mark, *self._literals(still)])
        if compiled.can_be([*assumed, mark]):
            self._seen()
            return False
        self._memory.blocked(self._needed(solver.core()), still)
        self._blocked |= still
        return True

    def _literals(self, options: int) -> list[int]:
        return [
            literal
            for literals, bits in zip(
                self._compiled.clauses.options, self._memory.bits, strict=True
            )
            for literal, bit in zip(literals, bits, strict=True)
            if bit & options
        ]

    def _needed(self, core: Sequence[int]) -> int:
        """The choices in a core."""
        found = 0
        for variable, option in self._choices.items():
            if self._compiled.literal(variable, option) in core:
                found |= self._memory.bits[variable][option]
        return found

    def _instead(self, variable: int) -> None:
        """Settle the options of a variable that is chosen, the other choices kept."""
        compiled, whole = self._compiled, self._memory.wholes[variable]
        kept = {at: option for at, option in self._choices.items() if at != variable}
        bits, assumed = self._memory.bits[variable], compiled.literals(kept)
        while True:
            still = self._is_open(whole)
            if not still:
                return
            literals = zip(compiled.clauses.options[variable], bits, strict=True)
            others = [-literal for literal, bit in literals if not bit & still]
            if not compiled.can_be([*assumed, *others]):
                needed = self._needed([each for each in compiled.solver.core() if each in assumed])
                self._memory.blocked(needed, still)
                self._blocked |= still
                return
            self._seen()
