"""How one kind of noun is written into its table and read back, in the order of import."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Row, Table, func, select

from engine.store.database import upsert

Noun = TypeVar("Noun")
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mapper(Generic[Noun]):
    """A noun's table, its values there, and the noun that a row of it stands for."""

    table: Table
    values: Callable[[Noun], Values]
    noun: Callable[[Row[Any]], Noun]

    def written(self, nouns: Iterable[Noun]) -> list[Values]:
        """The rows that the nouns become."""
        return [self.values(noun) for noun in nouns]

    def read(self, rows: Iterable[Any]) -> tuple[Noun, ...]:
        """The nouns that rows of the table stand for."""
        return tuple(map(self.noun, rows))


def rows(connection: Connection, table: Table, tenant_id: str) -> Sequence[Row[Any]]:
    """The tenant's rows of `table`, in the order of import."""
    mine = select(table).where(table.c.tenant_id == tenant_id)
    if "position" in table.c:
        mine = mine.order_by(table.c.position)
    return connection.execute(mine).all()


def put(connection: Connection, table: Table, tenant_id: str, values: Iterable[Values]) -> None:
    """Insert or update rows by their key; only new rows take a new position."""
    last = select(func.max(table.c.position)).where(table.c.tenant_id == tenant_id)
    first = (connection.scalar(last) or 0) + 1
    numbered = [
        {"tenant_id": tenant_id, "position": position, **each}
        for position, each in enumerate(values, start=first)
    ]
    if numbered:
        overwrite(connection, table, numbered, keep=("position",))


def overwrite(
    connection: Connection,
    table: Table,
    values: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    keep: Sequence[str] = (),
) -> None:
    """Insert rows; where the key is there already, overwrite all but `keep`."""
    insert = upsert(connection, table)
    changed = {
        column.name: insert.excluded[column.name]
        for column in table.columns
        if not column.primary_key and column.name not in keep
    }
    connection.execute(insert.on_conflict_do_update(table.primary_key, set_=changed), values)
