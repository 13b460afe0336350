"""Numbers for people: gap-free series, one set per tenant."""

from sqlalchemy import select
from sqlmodel import Session

from engine.store.database import upsert
from engine.store.tables.numbers import NumberSeriesRow
from engine.store.tables.row import table

_SERIES = table(NumberSeriesRow)


class Numbers:
    """The number series of one tenant."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def last(self, series: str) -> int:
        """The last number of `series` that was given out, 0 before there is any."""
        mine = select(_SERIES.c.last_number).where(
            _SERIES.c.tenant_id == self._tenant_id, _SERIES.c.series == series
        )
        return self._session.connection().scalar(mine) or 0

    def next(self, series: str) -> int:
        """The next number of `series`, from 1 on.

        The series stays locked until the transaction ends: a rollback gives the number
        back, so committed numbers have no gap.
        """
        connection = self._session.connection()
        first = upsert(connection, _SERIES).values(
            tenant_id=self._tenant_id, series=series, last_number=1
        )
        following = first.on_conflict_do_update(
            index_elements=_SERIES.primary_key.columns,
            set_={"last_number": _SERIES.c.last_number + 1},
        )
        number: int = connection.execute(following.returning(_SERIES.c.last_number)).scalar_one()
        return number
