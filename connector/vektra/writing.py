"""Writing: one transaction of the caller's tenant, and bodies as rows of an upload."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from connector import context
from engine.catalog.intake import Cell

T = TypeVar("T")


def writing(verb: Callable[..., T], *command: object) -> T:
    """Run `verb` in one transaction of the caller's tenant: all of it happens, or none."""
    with context.hub().unit_of_work(context.principal().tenant) as uow:
        return verb(uow, *command)


def cells(body: Mapping[str, Any]) -> dict[str, Cell]:
    """The members of a body as cells; null stands for an empty one."""
    return {name: _cell(value) for name, value in body.items()}


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        return cells(value)
    if isinstance(value, list):
        return tuple(_cell(each) for each in value)
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    cell: Cell = value
    return cell
