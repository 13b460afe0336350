"""What choices imply clause by clause, without any search: unit propagation."""

from collections import defaultdict
from collections.abc import Sequence

from engine.configuration.clauses import Clauses


class Implications:
    """The clauses of a model, by the literals that count against them."""

    def __init__(self, clauses: Clauses) -> None:
        self._clauses = [each for each in clauses.clauses if len(each) > 1]
        self._given = [each[0] for each in clauses.clauses if len(each) == 1]
        self._lacking = [len(each) - 1 for each in self._clauses]
        self._against: defaultdict[int, list[int]] = defaultdict(list)
        for place, clause in enumerate(self._clauses):
            for literal in clause:
                self._against[-literal].append(place)
        self._groups: defaultdict[int, list[list[int]]] = defaultdict(list)
        for group in clauses.most_one:
            for literal in group:
                self._groups[literal].append(group)

    def of(self, assumed: Sequence[int]) -> set[int] | None:
        """The literals that hold with what is assumed; None where something holds and does not."""
        true: set[int] = set()
        waiting = [*self._given, *assumed]
        lacking = [*self._lacking]
        while waiting:
            literal = waiting.pop()
            if literal in true:
                continue
            if -literal in true:
                return None
            true.add(literal)
            for group in self._groups.get(literal, ()):
                waiting += [-each for each in group if each != literal]
            for place in self._against.get(literal, ()):
                lacking[place] -= 1
                if not lacking[place]:
                    waiting += self._last(self._clauses[place], true)
        return true

    @staticmethod
    def _last(clause: Sequence[int], true: set[int]) -> list[int]:
        """The one literal that can still make a clause true; none where it is true already."""
        rest = [each for each in clause if -each not in true]
        return [] if any(each in true for each in rest) else rest
