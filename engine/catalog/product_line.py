"""Product lines: which quotations belong together, and the steps of those of a line.

A *phase* is a step in which a configured product is filled in: the variables it asks for.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.catalog.cells import Cells
from engine.kernel.period import ALWAYS, Period

ROW = frozenset(("id", "name", "families", "phases"))
_LONGEST_ID = 100
_OF_EVERY_LINE = frozenset({"general", "line"})
"""Phases that are there whatever is imported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One step: its id, what people call it, and the variables it asks for."""

    id: str
    name: str
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductLine:
    """A product line; products of its `families` belong to it. It has one version, for ever."""

    id: str
    name: str
    families: tuple[str, ...] = ()
    phases: tuple[Phase, ...] = ()
    version: int = 1
    validity: Period = ALWAYS


def product_line(cells: Cells) -> ProductLine:
    """The product line a row describes."""
    key = cells.key("id")
    if len(key) > _LONGEST_ID or "/" in key:
        raise cells.wrong("id", f"has a slash or more than {_LONGEST_ID} characters")
    return ProductLine(
        id=key,
        name=cells.text("name") or key,
        families=cells.texts("families"),
        phases=_phases(cells),
    )


def line_for(lines: Iterable[ProductLine], asked: str | None, family: str | None) -> str:
    """The id of the line a quotation belongs to; empty where there are no lines.

    It is the one asked for, else the first that has the family, else the first of all.
    """
    known = list(lines)
    if asked is not None and any(each.id == asked for each in known):
        return asked
    fitting = (each.id for each in known if family and family in each.families)
    return next(fitting, known[0].id if known else "")


def _phases(cells: Cells) -> tuple[Phase, ...]:
    phases = tuple(_phase(each) for each in cells.nested("phases"))
    if len({each.id for each in phases}) < len(phases):
        raise cells.wrong("phases", "has an id twice")
    return phases


def _phase(cells: Cells) -> Phase:
    cells.only(("id", "name", "variables"))
    key = cells.key("id")
    if key in _OF_EVERY_LINE:
        raise cells.wrong("id", "is a phase that every quotation has")
    return Phase(id=key, name=cells.text("name") or key, variables=cells.texts("variables"))
