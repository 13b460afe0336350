"""A log beside a record: what happened to it, in order; entries are added, never changed."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Table, func, insert, select
from sqlmodel import Session


class Log:
    """The logs of one tenant's records of one kind.

    `table` has a row for each entry; its column `owner` names the record.
    """

    def __init__(self, session: Session, tenant_id: str, table: Table, owner: str) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._table = table
        self._owner = owner

    def add(self, record_id: str, **values: object) -> None:
        """Keep an entry as the last of its record, which the caller holds locked."""
        last = select(func.max(self._table.c.sequence)).where(*self._of(record_id))
        connection = self._session.connection()
        entry = {
            "tenant_id": self._tenant_id,
            self._owner: record_id,
            "sequence": (connection.scalar(last) or 0) + 1,
        }
        connection.execute(insert(self._table).values(entry | values))

    def rows(self, record_id: str) -> Iterator[Any]:
        """The rows of a record's entries, in order."""
        mine = select(self._table).where(*self._of(record_id))
        yield from self._session.connection().execute(mine.order_by(self._table.c.sequence))

    def _of(self, record_id: str) -> tuple[Any, Any]:
        columns = self._table.c
        return columns.tenant_id == self._tenant_id, columns[self._owner] == record_id
