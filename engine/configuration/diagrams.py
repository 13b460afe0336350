"""Tables as reduced decision diagrams: rows that end alike share their ends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

END = 1
_Row = tuple[int, ...]
_Arcs = tuple[tuple[int, int], ...]


class Target(Protocol):
    """Where clauses go."""

    options: list[list[int]]

    def new(self) -> int: ...
    def add(self, clause: Iterable[int], owner: int) -> None: ...
    def among(self, variable: int, options: Iterable[int]) -> list[int] | None: ...


@dataclass(frozen=True, slots=True)
class Diagram:
    """Nodes by number, each with its level and its arcs (option, node); END is the end.

    `order` are the columns as the levels take them.
    """

    order: tuple[int, ...]
    nodes: dict[int, tuple[int, _Arcs]]
    root: int

    @property
    def arcs(self) -> int:
        return sum(len(arcs) for _, arcs in self.nodes.values())

    def clauses(self, target: Target, columns: Sequence[int], owner: int, mark: int | None) -> None:
        """Say that the columns' options follow a path from the root to the end."""
        if self.root == END:
            return
        marks = {node: mark if node == self.root else target.new() for node in self.nodes}
        parents: dict[int, list[int]] = {}
        for node, (level, arcs) in self.nodes.items():
            variable = columns[self.order[level]]
            before = [] if marks[node] is None else [-(marks[node] or 0)]
            allowed = target.among(variable, {option for option, _ in arcs})
            if allowed is not None:
                target.add([*before, *allowed], owner)
            for option, following in arcs:
                if following != END:
                    step = [*before, -target.options[variable][option], marks[following] or 0]
                    target.add(step, owner)
                    parents.setdefault(following, []).append(node)
        if mark is None:
            self._upwards(target, marks, parents, owner)

    def _upwards(
        self,
        target: Target,
        marks: dict[int, int | None],
        parents: dict[int, list[int]],
        owner: int,
    ) -> None:
        """A node is only reached from one of its parents: more follows by propagation alone."""
        for node, above in parents.items():
            reached = [marks[each] for each in dict.fromkeys(above)]
            if None not in reached:
                target.add([-(marks[node] or 0), *(each or 0 for each in reached)], owner)


def diagram(rows: Iterable[_Row], sizes: Sequence[int]) -> Diagram:
    """The smallest diagram of three orders of the columns."""
    listed = sorted(rows)
    places = range(len(sizes))
    orders = {
        tuple(places),
        tuple(sorted(places, key=lambda place: sizes[place])),
        tuple(sorted(places, key=lambda place: -sizes[place])),
    }
    return min((_built(listed, sizes, order) for order in sorted(orders)), key=lambda d: d.arcs)


def _built(rows: Sequence[_Row], sizes: Sequence[int], order: tuple[int, ...]) -> Diagram:
    known: dict[tuple[int, _Arcs], int] = {}

    def build(some: Sequence[_Row], level: int) -> int:
        if level == len(order):
            return END
        column = order[level]
        by_option: dict[int, list[_Row]] = {}
        for row in some:
            by_option.setdefault(row[column], []).append(row)
        arcs = tuple(
            (option, build(group, level + 1)) for option, group in sorted(by_option.items())
        )
        if len(arcs) == sizes[column] and len({node for _, node in arcs}) == 1:
            return arcs[0][1]  # whatever the option
        return known.setdefault((level, arcs), len(known) + END + 1)

    root = build(rows, 0)
    return Diagram(order, {number: node for node, number in known.items()}, root)
