"""Until which day one tenant's chores are done."""

from datetime import date

from sqlalchemy import ColumnElement, select, update
from sqlmodel import Session

from engine.store.database import upsert
from engine.store.tables.events import ChoreRow
from engine.store.tables.row import table

_CHORES = table(ChoreRow)


class Chores:
    """The chores of one tenant; each is done once for every business day."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def done_until(self, name: str) -> date | None:
        """The last day a chore was done for, if it ever was."""
        mine = select(_CHORES.c.day).where(self._is(name))
        day: date | None = self._session.connection().scalar(mine)
        return day

    def hold(self, name: str) -> date | None:
        """As `done_until`; nobody else does the chore before this transaction ends."""
        connection = self._session.connection()
        first = upsert(connection, _CHORES).values(tenant_id=self._tenant_id, name=name, day=None)
        connection.execute(first.on_conflict_do_nothing())
        day: date | None = connection.scalar(
            select(_CHORES.c.day).where(self._is(name)).with_for_update()
        )
        return day

    def done(self, name: str, day: date) -> None:
        """The chore, which is held, is done for `day`."""
        mine = update(_CHORES).where(self._is(name)).values(day=day)
        self._session.connection().execute(mine)

    def renew(self, name: str) -> None:
        """The chore is to be done, whether it was done for the day or not."""
        mine = update(_CHORES).where(self._is(name)).values(day=None)
        self._session.connection().execute(mine)

    def _is(self, name: str) -> ColumnElement[bool]:
        return (_CHORES.c.tenant_id == self._tenant_id) & (_CHORES.c.name == name)
