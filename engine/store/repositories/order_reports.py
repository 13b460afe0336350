"""What happened to orders, and what fulfilment systems said of them, to rows and back."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sqlmodel import Session

from engine.orders.history import OrderEntry, OrderHappening
from engine.store.columns import utc
from engine.store.database import upsert
from engine.store.repositories.logs import Log
from engine.store.tables.orders import OrderHistoryRow, OrderReportRow
from engine.store.tables.row import table

_HISTORY = table(OrderHistoryRow)
_REPORTS = table(OrderReportRow)


class OrderHistory:
    """What happened to one tenant's orders."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._log = Log(session, tenant_id, _HISTORY, "order_id")

    def add(self, order_id: str, entry: OrderEntry) -> None:
        """Keep an entry as the last of its order, which the caller holds locked."""
        what, details = entry.what.value, dict(entry.details)
        self._log.add(order_id, at=entry.at, by=entry.by, what=what, details=details)

    def of(self, order_id: str) -> tuple[OrderEntry, ...]:
        """Everything that happened to an order, in order."""
        return tuple(
            OrderEntry(
                at=utc(row.at),
                by=row.by,
                what=OrderHappening(row.what),
                details=MappingProxyType(row.details),
            )
            for row in self._log.rows(order_id)
        )


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
