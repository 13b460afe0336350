"""Orders with their lines, to rows and back."""

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, insert, select, update
from sqlmodel import Session

from engine.kernel.errors import AlreadyOrdered, Conflict, NotFound
from engine.orders.order import Order, OrderSearch
from engine.orders.providing import provided_at
from engine.store.tables.orders import OrderRow
from engine.store.tables.row import table

_ORDERS = table(OrderRow)
_NEVER_CHANGED = ("tenant_id", "id", "quote_id", "number", "placed_at", "document")


class Orders:
    """The orders of one tenant, at most one per quote."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def get(self, order_id: str, *, lock: bool = False) -> Order:
        """The order of that id; `NotFound` when there is none. `lock`: nobody else changes it."""
        found = self._find(_ORDERS.c.id == order_id, lock=lock)
        if found is None:
            raise NotFound(f"there is no order {order_id}")
        return found

    def find_by_quote(self, quote_id: str, *, lock: bool = False) -> Order | None:
        """The order of a quote, if there is one; `lock` as above."""
        return self._find(_ORDERS.c.quote_id == quote_id, lock=lock)

    def find_by_number(self, number: str, *, lock: bool = False) -> Order | None:
        """The order other systems call `number`, if there is one; `lock` as above."""
        return self._find(_ORDERS.c.number == number, lock=lock)

    def exists(self, order_id: str) -> bool:
        """Whether there is an order of that id."""
        return self._find(_ORDERS.c.id == order_id, lock=False) is not None

    def search(self, wanted: OrderSearch, limit: int, before: str | None = None) -> list[Order]:
        """At most `limit` orders, the newest first, older than the order `before`."""
        mine = select(_ORDERS).where(self._mine())
        if wanted.status is not None:
            mine = mine.where(_ORDERS.c.status == wanted.status.value)
        if wanted.account is not None:
            mine = mine.where(_ORDERS.c.account == wanted.account)
        if before is not None:
            mine = mine.where(_ORDERS.c.id < before)
        mine = mine.order_by(_ORDERS.c.id.desc()).limit(limit)
        return [_order(row) for row in self._session.connection().execute(mine)]

    def provided_by(self, now: datetime, limit: int) -> tuple[str, ...]:
        """The ids of at most `limit` orders whose contracts provide the rest of them by `now`."""
        due = select(_ORDERS.c.id).where(self._mine(), _ORDERS.c.provided_at <= now)
        due = due.order_by(_ORDERS.c.provided_at, _ORDERS.c.id).limit(limit)
        return tuple(self._session.connection().scalars(due).all())

    def add(self, order: Order) -> None:
        """Keep a new order with its lines.

        `AlreadyOrdered` when the quote has an order (`params["order"]` is its number), another
        `Conflict` when the id or number is taken or the quote does not exist. The transaction
        goes on after either, so that the caller can read again.
        """
        try:
            with self._session.begin_nested():
                self._session.connection().execute(insert(_ORDERS).values(self._values(order)))
        except Conflict as conflict:
            other = self.find_by_quote(order.quote_id)
            if other is None:
                raise
            raise AlreadyOrdered(
                f"quote {order.quote_id} was ordered before", order=other.number
            ) from conflict

    def save(self, order: Order) -> Order:
        """Keep a changed order and give it back with its new revision.

        Its id, number, quote and document stay. `NotFound` when there is none.
        """
        moved = replace(order, revision=order.revision + 1)
        values = self._values(moved)
        changed = {name: value for name, value in values.items() if name not in _NEVER_CHANGED}
        mine = update(_ORDERS).where(self._mine(), _ORDERS.c.id == order.id).values(changed)
        if self._session.connection().execute(mine).rowcount == 0:
            raise NotFound(f"there is no order {order.number}")
        return moved

    def _find(self, named: ColumnElement[bool], *, lock: bool) -> Order | None:
        mine = select(_ORDERS).where(self._mine(), named)
        if lock:
            mine = mine.with_for_update(key_share=True)
        row = self._session.connection().execute(mine).one_or_none()
        return None if row is None else _order(row)

    def _mine(self) -> ColumnElement[bool]:
        return _ORDERS.c.tenant_id == self._tenant_id

    def _values(self, order: Order) -> dict[str, Any]:
        bare = replace(order, document=MappingProxyType({}))
        return {
            "tenant_id": self._tenant_id,
            "id": order.id,
            "number": order.number,
            "quote_id": order.quote_id,
            "account": order.account,
            "placed_at": order.placed_at,
            "status": order.status.value,
            "revision": order.revision,
            "provided_at": provided_at(order),
            "document": dict(order.document),
            "body": _ENCODER.encode(bare).decode(),
        }


def _order(row: Any) -> Order:  # noqa: ANN401 (a row of a table that is told by its columns)
    kept = _DECODER.decode(row.body)
    return replace(kept, document=MappingProxyType(row.document))


def _plain(value: object) -> object:
    if isinstance(value, dict | MappingProxyType):
        return dict(value)
    raise TypeError(f"an order cannot hold a {type(value).__name__}")


_ENCODER = msgspec.json.Encoder(enc_hook=_plain)
_DECODER = msgspec.json.Decoder(Order)
