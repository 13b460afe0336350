"""Connections: the tenant's own systems, and how they are reached. Credentials are never told."""

import hashlib
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from connector import context
from connector.encoder import Answer
from connector.vektra import paging, session
from connector.vektra.quoted import instant
from connector.vektra.reply import Reply
from connector.vektra.writing import etag, once, seen_revision
from engine.connections.connection import Connection, ConnectionKind
from engine.ports.connections import TableName
from engine.services import administering, connecting
from engine.services.administering import Change, Seen
from engine.services.connecting import Connect

Json = dict[str, Any]
_ROW = ("ours", "theirs")
_MOST_BYTES = 200
"""Bytes of a name that a cursor may hold; a longer one stands there as its digest."""


def list_connections(
    kind: str | None = None, limit: int = paging.USUAL, cursor: str | None = None
) -> Json:
    """The systems of the tenant, by kind and name."""
    every = session.reading(lambda view: view.connections.all())
    found = [each for each in every if kind is None or each.kind.value == kind]
    return paging.page(found, lambda each: each.id, written_connection, limit, cursor)


def create_connection(body: Json) -> Answer:
    """A new connection."""
    hub = context.hub()
    adapters = connecting.adapters_of(hub.ports)
    command = Connect(
        kind=ConnectionKind(body["kind"]),
        system=body["system"],
        adapter=body["adapter"],
        url=body["url"],
        credentials=body.get("credentials") or {},
        options=body.get("options") or {},
    )

    def act(uow: Any) -> Reply:
        made = connecting.connect(uow, hub.keyring, adapters, command)
        location = ("location", f"/api/v1/connections/{quote(made.system, safe='')}")
        return _reply(made, HTTPStatus.CREATED, location)

    return once(act, secret=True)


def get_connection(system: str) -> Reply:
    """One connection."""
    return _reply(session.reading(administering.found, system))


def change_connection(body: Json, system: str) -> Answer:
    """The connection, reached in another way."""
    hub, seen = context.hub(), _seen(system)
    adapters = connecting.adapters_of(hub.ports)
    command = Change(
        url=body.get("url"),
        credentials=body.get("credentials"),
        options=body.get("options") or {},
    )
    return once(
        lambda uow: _reply(administering.change(uow, hub.keyring, adapters, seen, command)),
        secret=True,
    )


def delete_connection(system: str) -> Answer:
    """Forget a connection with its credentials and names."""
    seen = _seen(system)

    def act(uow: Any) -> Reply:
        connecting.disconnect(uow, administering.taken(uow, seen).id)
        return Reply(None, HTTPStatus.NO_CONTENT)

    return once(act)


def pause_connection(body: Json | None = None, *, system: str) -> Answer:  # noqa: ARG001 (it may have a body)
    """Send nothing there until it is resumed."""
    return _acted(system, connecting.pause)


def resume_connection(body: Json | None = None, *, system: str) -> Answer:  # noqa: ARG001 (as above)
    """Send there again what waited."""
    return _acted(system, connecting.resume)


def list_connection_names(
    system: str, table: str, limit: int = paging.USUAL, cursor: str | None = None
) -> Reply:
    """What a system calls what is ours, one table of it."""
    connection = session.reading(administering.found, system)
    rows = sorted(connection.tables.get(table, {}).items())
    page = paging.page(rows, _row_key, lambda row: dict(zip(_ROW, row, strict=True)), limit, cursor)
    return Reply(page, headers=(etag(connection.revision),))


def change_connection_names(body: Json, system: str, table: str) -> Answer:
    """Say what a system calls what is ours; null takes a name away."""
    seen = _seen(system)

    def act(uow: Any) -> Reply:
        connection = administering.taken(uow, seen)
        return _reply(connecting.name(uow, connection.id, TableName(table), body["names"]))

    return once(act)


def written_connection(each: Connection) -> Json:
    """A connection as it is told: how many names it has, and nothing of its credentials."""
    return {
        "id": each.id,
        "system": each.system,
        "kind": each.kind.value,
        "adapter": each.adapter,
        "url": each.url,
        "options": dict(each.options),
        "names": {table.value: len(each.tables.get(table.value, {})) for table in TableName},
        "status": each.status.value,
        "reason": each.reason or None,
        "created_at": instant(each.created_at),
        "updated_at": instant(each.updated_at),
    }


def _acted(system: str, verb: Callable[[Any, str], Connection]) -> Answer:
    seen = _seen(system)
    return once(lambda uow: _reply(verb(uow, administering.taken(uow, seen).id)))


def _seen(system: str) -> Seen:
    return Seen(system, seen_revision())


def _reply(connection: Connection, status: int = HTTPStatus.OK, *headers: tuple[str, str]) -> Reply:
    return Reply(written_connection(connection), status, (etag(connection.revision), *headers))


def _row_key(row: tuple[str, str]) -> str:
    written = row[0].encode()
    return row[0] if len(written) <= _MOST_BYTES else hashlib.sha256(written).hexdigest()
