"""Tables as documents: rows of options that go together, or that do not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from engine.configuration import limits
from engine.configuration.faults import Fault
from engine.configuration.functions import Names, Text, Which
from engine.configuration.members import Document, items

_ANY = "*"
"""A cell that any option fits."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows over columns, both by places."""

    columns: tuple[int, ...]
    rows: frozenset[tuple[int, ...]]
    forbids: bool


def read_table(given: Document, names: Names) -> Table:
    """The table of a rule. Fault where a cell is no option, or the table is too large."""
    named = items(given.get("variables"), "variables")
    if not 0 < len(named) <= limits.COLUMNS:
        raise Fault("table_too_large", most=limits.COLUMNS)
    columns = tuple(names.variable(Text(str(name), 0)).variable for name in named)
    if len(set(columns)) < len(columns):
        raise Fault("duplicate_variable", name=str(named[0]))
    listed = given.get("forbid") or given.get("allow") or given.get("rows")
    rows = _read_rows(items(listed, "allow"), columns, names)
    return Table(columns, rows, given.get("forbid") is not None)


def _read_rows(
    listed: Sequence[object], columns: Sequence[int], names: Names
) -> frozenset[tuple[int, ...]]:
    places = [
        {each.value: place for place, each in enumerate(names.variables[at].options)}
        for at in columns
    ]
    rows: set[tuple[int, ...]] = set()
    for each in listed:
        row = items(each, "allow")
        if len(row) != len(columns):
            raise Fault("row_too_short", at=0, columns=len(columns))
        found = [
            known.get(cell) if isinstance(cell, str) and cell != _ANY else None
            for known, cell in zip(places, row, strict=True)
        ]
        exact = tuple(place for place in found if place is not None)
        if len(exact) == len(columns):
            rows.add(exact)
        else:
            cells = [_cell(names, at, cell) for at, cell in zip(columns, row, strict=True)]
            rows.update(_rows(cells, limits.ROWS - len(rows)))
        if len(rows) > limits.ROWS:
            raise Fault("table_too_large", most=limits.ROWS)
    return frozenset(rows)


def _rows(cells: Sequence[Sequence[int]], left: int) -> Iterable[tuple[int, ...]]:
    size = 1
    for cell in cells:
        size *= len(cell)
    if size > left:
        raise Fault("table_too_large", most=limits.ROWS)
    return product(*cells)


def _cell(names: Names, at: int, cell: object) -> list[int]:
    variable = names.variables[at]
    if cell == _ANY:
        return list(range(len(variable.options)))
    several = cell if isinstance(cell, list | tuple) else [cell]
    texts = [Text(str(each), 0) for each in several]
    return sorted(names.chosen(Which(at, 0), texts).options)
