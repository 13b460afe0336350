"""Orders with their lines, to rows and back."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, delete, insert, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, select

from engine.kernel.errors import AlreadyOrdered, Conflict, NotFound
from engine.orders.order import Order, OrderLine, OrderStatus
from engine.store.tables.orders import OrderLineRow, OrderRow
from engine.store.tables.row import table

_ORDERS = table(OrderRow)
_LINES = table(OrderLineRow)
_NEVER_CHANGED = {"tenant_id", "id", "quote_id", "number"}


class Orders:
    """The orders of one tenant, at most one per quote."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def find_by_quote(self, quote_id: str, *, lock: bool = False) -> Order | None:
        """The order of a quote, if there is one; with `lock`, nobody else changes it."""
        return self._find(OrderRow.quote_id == quote_id, lock=lock)

    def find_by_number(self, number: str, *, lock: bool = False) -> Order | None:
        """The order other systems call `number`, if there is one; `lock` as above."""
        return self._find(OrderRow.number == number, lock=lock)

    def add(self, order: Order) -> None:
        """Keep a new order with its lines.

        `AlreadyOrdered` when the quote has an order (`params["order"]` is its number), another
        `Conflict` when the id or number is taken or the quote does not exist. The transaction
        goes on after either, so that the caller can read again.
        """
        try:
            with self._session.begin_nested():
                self._session.add(_row(self._tenant_id, order))
                self._session.flush()
                self._add_lines(order)
        except Conflict as conflict:
            other = self.find_by_quote(order.quote_id)
            if other is None:
                raise
            raise AlreadyOrdered(
                f"quote {order.quote_id} was ordered before", order=other.number
            ) from conflict

    def save(self, order: Order) -> None:
        """Keep a changed order; its id, number and quote stay. `NotFound` when there is none."""
        kept = self._find(OrderRow.id == order.id, lock=True)
        if kept is None:
            raise NotFound(f"there is no order {order.number}")
        mine = update(_ORDERS).where(*self._is(_ORDERS.c.id, order))
        values = _row(self._tenant_id, order).model_dump(exclude=_NEVER_CHANGED)
        self._session.connection().execute(mine.values(values))
        if kept.lines != order.lines:
            old = delete(_LINES).where(*self._is(_LINES.c.order_id, order))
            self._session.connection().execute(old)
            self._add_lines(order)

    def _is(self, column: Any, order: Order) -> tuple[Any, Any]:  # noqa: ANN401 (a column of any table)
        return column.table.c.tenant_id == self._tenant_id, column == order.id

    def _add_lines(self, order: Order) -> None:
        values = [
            {
                "tenant_id": self._tenant_id,
                "order_id": order.id,
                "position": position,
                "id": line.id,
                "line_ref": line.line_ref,
                "sku": line.sku,
                "name": line.name,
                "quantity": line.quantity,
                "unit": line.unit,
                "unit_list_price": line.unit_list_price,
                "discount": line.discount,
                "total": line.total,
                "delivered": line.delivered,
            }
            for position, line in enumerate(order.lines)
        ]
        if values:
            self._session.connection().execute(insert(_LINES), values)

    def _find(self, *named: bool, lock: bool) -> Order | None:
        query = select(OrderRow).where(OrderRow.tenant_id == self._tenant_id, *named)
        if lock:
            query = query.with_for_update(key_share=True)
        row = self._session.exec(query, execution_options={"populate_existing": True}).one_or_none()
        if row is None:
            return None
        lines = select_columns(_LINES).where(
            _LINES.c.tenant_id == self._tenant_id, _LINES.c.order_id == row.id
        )
        found = self._session.connection().execute(lines.order_by(_LINES.c.position))
        return _order(row, found.all())


def _row(tenant_id: str, order: Order) -> OrderRow:
    return OrderRow(
        tenant_id=tenant_id,
        id=order.id,
        number=order.number,
        quote_id=order.quote_id,
        alternative_ref=order.alternative_ref,
        account=order.account,
        currency=order.currency,
        total=order.total,
        placed_at=order.placed_at,
        purchase_order=order.purchase_order,
        comment=order.comment,
        status=order.status.value,
        document=dict(order.document),
    )


def _order(row: OrderRow, lines: Sequence[Row[Any]]) -> Order:
    return Order(
        id=row.id,
        number=row.number,
        quote_id=row.quote_id,
        alternative_ref=row.alternative_ref,
        currency=row.currency,
        total=row.total,
        placed_at=row.placed_at,
        lines=tuple(map(_line, lines)),
        account=row.account,
        purchase_order=row.purchase_order,
        comment=row.comment,
        status=OrderStatus(row.status),
        document=MappingProxyType(row.document),
    )


def _line(row: Row[Any]) -> OrderLine:
    return OrderLine(
        id=row.id,
        line_ref=row.line_ref,
        sku=row.sku,
        name=row.name,
        quantity=row.quantity,
        unit=row.unit,
        unit_list_price=row.unit_list_price,
        discount=row.discount,
        total=row.total,
        delivered=row.delivered,
    )
