"""Writing: one transaction of the caller's tenant, at most once, on what the caller has seen."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from connector import context, repeats
from connector.encoder import Answer
from connector.vektra.reply import Reply, written
from engine.catalog.intake import Cell

T = TypeVar("T")
_ETAG = re.compile(r'"([1-9][0-9]{0,8})"')
_NEVER = 0
"""No record has this revision."""


def writing(verb: Callable[..., T], *command: object) -> T:
    """Run `verb` in one transaction of the caller's tenant: all of it happens, or none."""
    with context.hub().unit_of_work(context.principal().tenant) as uow:
        return verb(uow, *command)


def once(act: Callable[[Any], Reply], *, secret: bool = False) -> Answer:
    """As `repeats.once`, of what replies."""
    return repeats.once(lambda uow: written(act(uow)), secret=secret)


def seen_revision() -> int | None:
    """The revision of a record that the caller has seen, as its If-Match says; None for any."""
    exchange = context.exchange()
    given = None if exchange is None else exchange.if_match
    if given is None or given.strip() == "*":
        return None
    tag = _ETAG.fullmatch(given.strip())
    return int(tag[1]) if tag else _NEVER


def etag(revision: int) -> tuple[str, str]:
    """The ETag header of a record at `revision`."""
    return ("etag", f'"{revision}"')


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
