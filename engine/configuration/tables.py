"""Tables as documents: rows of options that go together, or that do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

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
        twice = next(at for place, at in enumerate(columns) if at in columns[:place])
        raise Fault("duplicate_variable", name=names.variables[twice].name)
    told = [word for word in ("allow", "forbid", "rows") if given.get(word) is not None]
    if len(told) != 1:
        raise Fault("expression_missing", member="allow")
    rows = _read_rows(items(given[told[0]], told[0]), columns, names)
    return Table(columns, rows, told == ["forbid"])


def _read_rows(
    listed: Sequence[object], columns: Sequence[int], names: Names
) -> frozenset[tuple[int, ...]]:
    places = [
        {each.value: place for place, each in enumerate(names.variables[at].options)}
        for at in columns
    ]
    if len(listed) > limits.ROWS:
        raise Fault("table_too_large", most=limits.ROWS)
    rows: set[tuple[int, ...]] = set()
    left = limits.ROWS
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
            left -= prod(len(cell) for cell in cells)
            if left < 0:
                raise Fault("table_too_large", most=limits.ROWS)
            rows.update(product(*cells))
        if len(rows) > limits.ROWS:
            raise Fault("table_too_large", most=limits.ROWS)
    return frozenset(rows)


def _cell(names: Names, at: int, cell: object) -> list[int]:
    variable = names.variables[at]
    if cell == _ANY:
        return list(range(len(variable.options)))
    several = cell if isinstance(cell, list | tuple) else [cell]
    texts = [Text(str(each), 0) for each in several]
    return sorted(names.chosen(Which(at, 0), texts).options)
