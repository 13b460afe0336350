"""What happened to orders, and what fulfilment systems said of them, to rows and back."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import ColumnElement, func, insert, select
from sqlmodel import Session

from engine.orders.history import OrderEntry, OrderHappening
from engine.store.columns import utc
from engine.store.database import upsert
from engine.store.tables.orders import OrderHistoryRow, OrderReportRow
from engine.store.tables.row import table

_HISTORY = table(OrderHistoryRow)
_REPORTS = table(OrderReportRow)


class OrderHistory:
    """What happened to one tenant's orders."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def add(self, order_id: str, entry: OrderEntry) -> None:
        """Keep an entry as the last of its order, which the caller holds locked."""
        last = select(func.max(_HISTORY.c.sequence)).where(*self._of(order_id))
        connection = self._session.connection()
        values = {
            "tenant_id": self._tenant_id,
            "order_id": order_id,
            "sequence": (connection.scalar(last) or 0) + 1,
            "at": entry.at,
            "by": entry.by,
            "what": entry.what.value,
            "details": dict(entry.details),
        }
        connection.execute(insert(_HISTORY).values(values))

    def of(self, order_id: str) -> tuple[OrderEntry, ...]:
        """Everything that happened to an order, in order."""
        mine = select(_HISTORY).where(*self._of(order_id)).order_by(_HISTORY.c.sequence)
        return tuple(
            OrderEntry(
                at=utc(row.at),
                by=row.by,
                what=OrderHappening(row.what),
                details=MappingProxyType(row.details),
            )
            for row in self._session.connection().execute(mine)
        )

    def _of(self, order_id: str) -> tuple[ColumnElement[bool], ...]:
        return _HISTORY.c.tenant_id == self._tenant_id, _HISTORY.c.order_id == order_id


class OrderReports:
    """The messages about one tenant's orders that were heard before."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def hear(self, order_id: str, key: str, now: datetime, body: Mapping[str, object]) -> bool:
        """Keep a message under its key; whether it is heard for the first time."""
        connection = self._session.connection()
        kept = upsert(connection, _REPORTS).values(
            tenant_id=self._tenant_id, order_id=order_id, key=key, received_at=now, body=dict(body)
        )
        # Counted by what comes back: the driver of PostgreSQL counts no rows of an INSERT.
        added = kept.on_conflict_do_nothing().returning(_REPORTS.c.key)
        return connection.scalar(added) is not None
