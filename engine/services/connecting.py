"""Connecting: the systems of a tenant, how they are reached, and what they call what is ours.

Credentials are in the clear only while a system is being asked.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from engine.catalog.routing import CONTRACTS
from engine.connections.connection import Connection, ConnectionKind, ConnectionStatus
from engine.events.types import EventType
from engine.kernel.errors import Conflict, Invalid, Unavailable
from engine.kernel.finding import Finding, Severity
from engine.ports.billing import Billing
from engine.ports.connections import Access, Adapters, TableName
from engine.ports.crm import Crm
from engine.ports.effects import EffectKind
from engine.ports.erp import Erp
from engine.ports.outcomes import Declined
from engine.ports.ports import Ports
from engine.store.unit_of_work import UnitOfWork
from engine.tenants.secrets import KeyRing, Unsealable

MOST = 100
"""Connections that a tenant may have."""
MOST_ROWS = 100_000
"""Rows that one table of a connection may have."""
MOST_LETTERS = 20_000_000
"""Letters of all the names that a tenant may give."""
_LONGEST = 500
_LONGEST_REASON = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """Reach a system through an adapter."""

    kind: ConnectionKind
    system: str
    adapter: str
    url: str
    credentials: Mapping[str, str] = field(repr=False)
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def connect(uow: UnitOfWork, keyring: KeyRing, adapters: Adapters, command: Connect) -> Connection:
    """A new connection. Invalid names what is wrong, Conflict says that the system has one."""
    uow.catalogues.hold()  # whoever else connects a system is counted first
    if uow.connections.find(command.system) is not None:
        raise Conflict(f"{command.system} is connected already")
    if len(uow.connections.all()) >= MOST:
        raise _wrong("too_many_connections", "", most=MOST)
    now = uow.clock.now()
    connection = Connection(
        id=uow.ids.new("con"),
        kind=command.kind,
        system=command.system,
        adapter=command.adapter,
        url=command.url,
        sealed=_sealed(keyring, uow.tenant_id, command.credentials),
        options=dict(command.options),
        created_at=now,
        updated_at=now,
    )
    access = _access(connection, uow.tenant_id, command.credentials)
    _check(adapters, connection, access)
    uow.connections.add(connection)
    uow.effects.hold(connection.system, is_held=False)  # what waited for one before
    if command.kind is ConnectionKind.ERP:
        able = adapters.anew().erp(access).capabilities()
        if able.reads_changes or able.looks_up:
            uow.effects.owe(EffectKind.POLL, connection.system, connection.id)
    return connection


def reconnect(  # noqa: PLR0913 (what may be changed)
    uow: UnitOfWork,
    keyring: KeyRing,
    adapters: Adapters,
    connection_id: str,
    *,
    url: str | None = None,
    credentials: Mapping[str, str] | None = None,
    options: Mapping[str, str] | None = None,
) -> Connection:
    """Change how a system is reached; what is None stays as it is. Raises as above."""
    found = uow.connections.get(connection_id, lock=True)
    known = opened(found, uow.tenant_id, keyring) if credentials is None else credentials
    changed = replace(
        found,
        url=found.url if url is None else url,
        sealed=found.sealed
        if credentials is None
        else _sealed(keyring, uow.tenant_id, credentials),
        options=found.options if options is None else dict(options),
        updated_at=uow.clock.now(),
    )
    _check(adapters, changed, _access(changed, uow.tenant_id, known))
    return uow.connections.save(changed)


def name(
    uow: UnitOfWork, connection_id: str, table: TableName, rows: Mapping[str, str | None]
) -> Connection:
    """Say what a system calls what is ours; None takes a row away. Invalid where it is too much."""
    found = uow.connections.get(connection_id, lock=True)
    kept = dict(found.tables.get(table.value, {}))
    for ours, theirs in rows.items():
        if theirs is None:
            kept.pop(ours, None)
        else:
            kept[ours] = theirs
    if len(kept) > MOST_ROWS:
        raise _wrong("too_many_names", "names", most=MOST_ROWS)
    if any(len(each) > _LONGEST for pair in kept.items() for each in pair):
        raise _wrong("name_too_long", "names", most=_LONGEST)
    tables = {**found.tables, table.value: kept}
    others = [each.tables for each in uow.connections.all() if each.id != found.id]
    if sum(_letters(each) for each in (tables, *others)) > MOST_LETTERS:
        raise _wrong("names_too_long", "names", most=MOST_LETTERS)
    return uow.connections.save(replace(found, tables=tables, updated_at=uow.clock.now()))


def pause(uow: UnitOfWork, connection_id: str) -> Connection:
    """Send nothing there until somebody resumes it."""
    return _stopped(uow, connection_id, ConnectionStatus.PAUSED, "")


def lock(uow: UnitOfWork, connection_id: str, reason: str) -> Connection:
    """It let us in no longer: send nothing there before a test of the connection succeeds."""
    found = uow.connections.get(connection_id, lock=True)
    if found.status is not ConnectionStatus.ACTIVE:
        return found
    saved = _stopped(uow, connection_id, ConnectionStatus.LOCKED, reason[:_LONGEST_REASON])
    told = {"system": saved.system, "reason": saved.reason}
    uow.emit(EventType.CONNECTION_LOCKED, saved.id, told)
    return saved


def resume(uow: UnitOfWork, connection_id: str) -> Connection:
    """Send there again what waited."""
    found = uow.connections.get(connection_id, lock=True)
    if found.status is ConnectionStatus.ACTIVE:
        return found
    active = replace(found, status=ConnectionStatus.ACTIVE, reason="", updated_at=uow.clock.now())
    saved = uow.connections.save(active)
    uow.effects.hold(saved.system, is_held=False)
    uow.emit(EventType.CONNECTION_RESTORED, saved.id, {"system": saved.system})
    return saved


def disconnect(uow: UnitOfWork, connection_id: str) -> None:
    """Forget a connection and its credentials; what is owed to the system waits for another."""
    found = uow.connections.get(connection_id, lock=True)
    uow.effects.hold(found.system, is_held=True)
    uow.connections.remove(found.id)


def adapters_of(ports: Ports) -> Adapters:
    """The adapters of a hub. `Unavailable` where it has none."""
    if ports.adapters is None:
        raise Unavailable("this hub knows no adapters")
    return ports.adapters


def system_of(adapters: Adapters, kind: ConnectionKind, access: Access) -> Erp | Billing | Crm:
    """A system of any kind, ready to be asked. Declined where it is not set up for that."""
    if kind is ConnectionKind.ERP:
        return adapters.erp(access)
    return adapters.billing(access) if kind is ConnectionKind.BILLING else adapters.crm(access)


def access_of(connection: Connection, tenant: str, keyring: KeyRing) -> Access:
    """How a system is reached. `Unavailable` where no key of ours opens its credentials."""
    return _access(connection, tenant, opened(connection, tenant, keyring))


def opened(connection: Connection, tenant: str, keyring: KeyRing) -> Mapping[str, str]:
    """The credentials in the clear; raises as above."""
    try:
        found: dict[str, str] = json.loads(keyring.open(tenant, connection.sealed))
    except Unsealable as error:
        raise Unavailable(f"the credentials of {connection.system} are sealed: {error}") from None
    return found


def reseal(uow: UnitOfWork, keyring: KeyRing) -> int:
    """Seal credentials with the ring's first key; how many were sealed with another.

    Raises `Unsealable`, and changes nothing, when the ring lacks a key that is still in use.
    """
    stale = [each for each in uow.connections.all() if not keyring.is_current(each.sealed)]
    for each in stale:
        plain = keyring.open(uow.tenant_id, each.sealed)
        uow.connections.save(replace(each, sealed=keyring.seal(uow.tenant_id, plain)))
    return len(stale)


def _stopped(
    uow: UnitOfWork, connection_id: str, status: ConnectionStatus, reason: str
) -> Connection:
    found = uow.connections.get(connection_id, lock=True)
    stopped = replace(found, status=status, reason=reason, updated_at=uow.clock.now())
    saved = uow.connections.save(stopped)
    uow.effects.hold(saved.system, is_held=True)
    return saved


def _access(connection: Connection, tenant: str, credentials: Mapping[str, str]) -> Access:
    return Access(
        tenant=tenant,
        system=connection.system,
        adapter=connection.adapter,
        url=connection.url,
        credentials=credentials,
        options=connection.options,
        tables=connection.names,
        revision=connection.revision,
        id=connection.id,
    )


def _check(adapters: Adapters, connection: Connection, access: Access) -> None:
    if connection.system == CONTRACTS:
        raise _wrong("reserved_system", "system")
    if not connection.system or len(connection.system) > _LONGEST:
        raise _wrong("unknown_system", "system")
    if connection.adapter not in adapters.names(connection.kind.value):
        raise _wrong("unknown_adapter", "adapter")
    fault = adapters.fault(connection.kind.value, access)
    if fault:
        raise _wrong("connection_faulty", "", reason=fault)
    try:
        system_of(adapters.anew(), connection.kind, access)
    except Declined as error:
        places = error.fields or {"": error.reason}
        found = [_finding("connection_faulty", at, reason=why) for at, why in places.items()]
        raise Invalid(error.reason, found) from error


def _letters(tables: Mapping[str, Mapping[str, str]]) -> int:
    rows = (pair for table in tables.values() for pair in table.items())
    return sum(len(ours) + len(theirs) for ours, theirs in rows)


def _sealed(keyring: KeyRing, tenant: str, credentials: Mapping[str, str]) -> str:
    return keyring.seal(tenant, json.dumps(dict(credentials)))


def _wrong(code: str, where: str, **params: object) -> Invalid:
    return Invalid("the system cannot be connected so", [_finding(code, where, **params)])


def _finding(code: str, where: str, **params: object) -> Finding:
    return Finding(Severity.ERROR, code, params, where)
