"""Connections, handovers and steps of pushes, to rows and back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlmodel import Session

from engine.connections.connection import Connection, ConnectionKind, ConnectionStatus
from engine.connections.handover import Handover
from engine.kernel.errors import NotFound, StaleRevision
from engine.store.columns import utc
from engine.store.repositories.mapper import overwrite
from engine.store.tables.connections import ConnectionRow, HandoverRow, StepRow
from engine.store.tables.row import table

_CONNECTIONS = table(ConnectionRow)
_HANDOVERS = table(HandoverRow)
_STEPS = table(StepRow)


class Connections:
    """The systems of one tenant."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def find(self, system: str, *, lock: bool = False) -> Connection | None:
        """The connection to a system, if there is one."""
        mine = select(_CONNECTIONS).where(self._mine(), _CONNECTIONS.c.system == system)
        if lock:
            mine = mine.with_for_update(key_share=True)
        row = self._session.connection().execute(mine).one_or_none()
        return None if row is None else _connection(row)

    def get(self, connection_id: str, *, lock: bool = False) -> Connection:
        """A connection. `NotFound` where there is none."""
        mine = select(_CONNECTIONS).where(self._mine(), _CONNECTIONS.c.id == connection_id)
        if lock:
            mine = mine.with_for_update(key_share=True)
        row = self._session.connection().execute(mine).one_or_none()
        if row is None:
            raise NotFound(f"there is no connection {connection_id}")
        return _connection(row)

    def all(self) -> tuple[Connection, ...]:
        """Every connection, by kind and system."""
        mine = select(_CONNECTIONS).where(self._mine())
        ordered = mine.order_by(_CONNECTIONS.c.kind, _CONNECTIONS.c.system)
        return tuple(_connection(row) for row in self._session.connection().execute(ordered))

    def add(self, connection: Connection) -> None:
        """Keep a new connection. `Conflict` where the system has one."""
        values = self._values(connection)
        self._session.connection().execute(insert(_CONNECTIONS).values(values))

    def save(self, connection: Connection) -> Connection:
        """Keep a changed connection; `StaleRevision` where somebody else wrote first."""
        saved = replace(connection, revision=connection.revision + 1)
        mine = update(_CONNECTIONS).where(
            self._mine(),
            _CONNECTIONS.c.id == connection.id,
            _CONNECTIONS.c.revision == connection.revision,
        )
        changed = self._session.connection().execute(mine.values(self._values(saved)))
        if changed.rowcount == 0:
            raise StaleRevision(f"connection {connection.id} was changed by somebody else")
        return saved

    def move_mark(self, connection_id: str, mark: str) -> None:
        """Keep where reading changes goes on; that is no change of the connection."""
        mine = update(_CONNECTIONS).where(self._mine(), _CONNECTIONS.c.id == connection_id)
        self._session.connection().execute(mine.values(mark=mark))

    def remove(self, connection_id: str) -> None:
        """Forget a connection and its credentials."""
        mine = delete(_CONNECTIONS).where(self._mine(), _CONNECTIONS.c.id == connection_id)
        self._session.connection().execute(mine)

    def _mine(self) -> ColumnElement[bool]:
        return _CONNECTIONS.c.tenant_id == self._tenant_id

    def _values(self, each: Connection) -> dict[str, Any]:
        return {
            "tenant_id": self._tenant_id,
            "id": each.id,
            "kind": each.kind.value,
            "system": each.system,
            "adapter": each.adapter,
            "url": each.url,
            "sealed": each.sealed,
            "options": dict(each.options),
            "tables": {name: dict(rows) for name, rows in each.tables.items()},
            "status": each.status.value,
            "reason": each.reason,
            "mark": each.mark,
            "created_at": each.created_at,
            "updated_at": each.updated_at,
            "revision": each.revision,
        }


class Handovers:
    """What the systems of one tenant have of its orders."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def find(self, system: str, reference: str, *, lock: bool = False) -> Handover | None:
        """What a system calls `reference`, if it is of us."""
        return self._one(
            _HANDOVERS.c.system == system, _HANDOVERS.c.reference == reference, lock=lock
        )

    def of_order(self, order_id: str) -> tuple[Handover, ...]:
        """What the systems have of an order, by system."""
        mine = select(_HANDOVERS.c.body).where(self._mine(), _HANDOVERS.c.order_id == order_id)
        rows = self._session.connection().scalars(mine.order_by(_HANDOVERS.c.system))
        return tuple(_HANDOVER.decode(body) for body in rows)

    def page(self, system: str, limit: int, after: str = "") -> tuple[Handover, ...]:
        """At most `limit` of what a system has, by our order ids, after one of them."""
        mine = select(_HANDOVERS.c.body).where(
            self._mine(), _HANDOVERS.c.system == system, _HANDOVERS.c.order_id > after
        )
        rows = self._session.connection().scalars(mine.order_by(_HANDOVERS.c.order_id).limit(limit))
        return tuple(_HANDOVER.decode(body) for body in rows)

    def unread(self, system: str, since: datetime, limit: int) -> tuple[Handover, ...]:
        """At most `limit` of what is open at a system and was not read since, longest ago first."""
        mine = select(_HANDOVERS.c.body).where(
            self._mine(),
            _HANDOVERS.c.system == system,
            _HANDOVERS.c.is_open,
            _HANDOVERS.c.read_at < since,
        )
        rows = self._session.connection().scalars(mine.order_by(_HANDOVERS.c.read_at).limit(limit))
        return tuple(_HANDOVER.decode(body) for body in rows)

    def count(self, system: str) -> int:
        """How many orders a system has, or parts of them."""
        mine = select(func.count()).select_from(_HANDOVERS)
        mine = mine.where(self._mine(), _HANDOVERS.c.system == system)
        return self._session.connection().scalar(mine) or 0

    def put(self, handover: Handover) -> None:
        """Keep what a system has, over what was known of it before."""
        values = {
            "tenant_id": self._tenant_id,
            "order_id": handover.order_id,
            "system": handover.system,
            "reference": handover.reference,
            "is_open": handover.is_open,
            "read_at": handover.read_at,
            "body": _ENCODER.encode(handover).decode(),
        }
        overwrite(self._session.connection(), _HANDOVERS, values)

    def _one(self, *conditions: ColumnElement[bool], lock: bool) -> Handover | None:
        mine = select(_HANDOVERS.c.body).where(self._mine(), *conditions)
        if lock:
            mine = mine.with_for_update(key_share=True)
        body: str | None = self._session.connection().scalar(mine)
        return None if body is None else _HANDOVER.decode(body)

    def _mine(self) -> ColumnElement[bool]:
        return _HANDOVERS.c.tenant_id == self._tenant_id


class PushSteps:
    """How far the pushes of one tenant have come."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def of(self, effect_id: str) -> dict[str, str]:
        """Everything that was reached, by name."""
        mine = select(_STEPS.c.name, _STEPS.c.reached).where(
            _STEPS.c.tenant_id == self._tenant_id, _STEPS.c.effect_id == effect_id
        )
        return {row.name: row.reached for row in self._session.connection().execute(mine)}

    def forget(self, effect_id: str, name: str) -> None:
        """Forget one thing that was reached, if it is known."""
        mine = delete(_STEPS).where(
            _STEPS.c.tenant_id == self._tenant_id,
            _STEPS.c.effect_id == effect_id,
            _STEPS.c.name == name,
        )
        self._session.connection().execute(mine)

    def keep(self, effect_id: str, reached: Mapping[str, str]) -> None:
        """Keep what was reached."""
        for name, value in reached.items():
            values = {
                "tenant_id": self._tenant_id,
                "effect_id": effect_id,
                "name": name,
                "reached": value,
            }
            overwrite(self._session.connection(), _STEPS, values)


def _connection(row: Any) -> Connection:  # noqa: ANN401 (a row of a table that is told by its columns)
    return Connection(
        id=row.id,
        kind=ConnectionKind(row.kind),
        system=row.system,
        adapter=row.adapter,
        url=row.url,
        sealed=row.sealed,
        options=MappingProxyType(row.options),
        tables=MappingProxyType(row.tables),
        status=ConnectionStatus(row.status),
        reason=row.reason,
        mark=row.mark,
        created_at=utc(row.created_at),
        updated_at=utc(row.updated_at),
        revision=row.revision,
    )


def _plain(value: object) -> object:
    if isinstance(value, MappingProxyType):
        return dict(value)
    raise TypeError(f"a handover cannot hold a {type(value).__name__}")


_ENCODER = msgspec.json.Encoder(enc_hook=_plain)
_HANDOVER = msgspec.json.Decoder(Handover)
