"""Older states of a catalogue: every write keeps what it replaces, so that it can be undone.

A state is rebuilt from the newest one by taking back, newest first, what was written after
it. It costs what has changed since, not what there is.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import msgspec
from sqlalchemy import Connection, Date, Table, select, tuple_

from engine.store.columns import ExactDecimal
from engine.store.database import upsert
from engine.store.repositories.mapper import Values
from engine.store.tables.history import HistoryRow
from engine.store.tables.row import table

_HISTORY = table(HistoryRow)
_AT_ONCE = 300
_EVERYTHING = "*"
"""The key that stands for every row of a table: it was empty."""
_encode = msgspec.json.encode
_decode = msgspec.json.decode


def record(
    connection: Connection, kept: Table, tenant_id: str, revision: int, rows: Sequence[Values]
) -> None:
    """Keep what the rows of the same keys are now, before `rows` are written at `revision`.

    Of a row that is written twice at one revision the first state counts. That a table had no
    row at all is one entry, so that a first import is not written twice.
    """
    if not rows:
        return
    names = _key_names(kept)
    if names and _is_empty(connection, kept, tenant_id):
        _keep(connection, tenant_id, revision, kept, {_EVERYTHING: None})
        return
    keys = [tuple(row[name] for name in names) for row in rows]
    for first in range(0, len(keys), _AT_ONCE):
        some = keys[first : first + _AT_ONCE]
        before = _there(connection, kept, tenant_id, some)
        _keep(connection, tenant_id, revision, kept, {_key(key): before.get(key) for key in some})


def changed_after(
    connection: Connection, tenant_id: str, revision: int
) -> dict[str, dict[str, str | None]]:
    """By table and key: what each row that changed after `revision` was then; None for nothing."""
    mine = select(_HISTORY.c.table_name, _HISTORY.c.row_key, _HISTORY.c.body).where(
        _HISTORY.c.tenant_id == tenant_id, _HISTORY.c.revision > revision
    )
    found: dict[str, dict[str, str | None]] = {}
    for name, key, body in connection.execute(mine.order_by(_HISTORY.c.revision.desc())):
        found.setdefault(name, {})[key] = body
    return found


def undone(kept: Table, rows: Iterable[Any], changes: dict[str, str | None]) -> list[Any]:
    """The rows of a table as they were, in the order of import."""
    names = _key_names(kept)
    then = {_key(tuple(getattr(row, name) for name in names)): row for row in rows}
    for key, body in changes.items():
        if key == _EVERYTHING:
            then.clear()
        then.pop(key, None)
        if body is not None:
            then[key] = _row(kept, body)
    return sorted(then.values(), key=lambda row: row.position if "position" in kept.c else 0)


def _keep(
    connection: Connection,
    tenant_id: str,
    revision: int,
    kept: Table,
    before: Mapping[str, str | None],
) -> None:
    at = {"tenant_id": tenant_id, "revision": revision, "table_name": kept.name}
    values = [{**at, "row_key": key, "body": body} for key, body in before.items()]
    connection.execute(upsert(connection, _HISTORY).on_conflict_do_nothing(), values)


def _is_empty(connection: Connection, kept: Table, tenant_id: str) -> bool:
    """Whether the tenant has no row, and had none at the beginning of this revision."""
    mine = select(kept.c.tenant_id).where(kept.c.tenant_id == tenant_id).limit(1)
    return connection.execute(mine).first() is None


def _there(
    connection: Connection, kept: Table, tenant_id: str, keys: Sequence[tuple[Any, ...]]
) -> dict[tuple[Any, ...], str]:
    names = _key_names(kept)
    mine = select(kept).where(kept.c.tenant_id == tenant_id)
    if names:
        mine = mine.where(tuple_(*(kept.c[name] for name in names)).in_(keys))
    return {
        tuple(getattr(row, name) for name in names): _encode(dict(row._mapping)).decode()  # noqa: SLF001 (its public name)
        for row in connection.execute(mine)
    }


def _key_names(kept: Table) -> list[str]:
    """The columns that tell a tenant's rows apart."""
    return [column.name for column in kept.primary_key.columns if column.name != "tenant_id"]


def _key(values: tuple[Any, ...]) -> str:
    return _encode(values).decode()


def _row(kept: Table, body: str) -> SimpleNamespace:
    values = _decode(body)
    for column in kept.columns:
        value = values.get(column.name)
        if value is None:
            continue
        if isinstance(column.type, ExactDecimal):
            values[column.name] = Decimal(value)
        elif isinstance(column.type, Date):
            values[column.name] = date.fromisoformat(value)
    return SimpleNamespace(**values)
