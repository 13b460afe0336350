"""Administering: what a tenant's own administrators may do to its connections.

They are trusted with what is theirs, not with credentials that were given for another address:
those have to be given again wherever they would be sent to somewhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from engine.connections.connection import Connection
from engine.kernel.errors import Conflict, Invalid, NotFound, StaleRevision, Unavailable
from engine.kernel.finding import Finding, Severity
from engine.ports.connections import Adapters
from engine.services import connecting
from engine.store.unit_of_work import Reading, UnitOfWork
from engine.tenants.secrets import KeyRing

_LEADS = frozenset(":/\\?#@")
"""What an option needs to lead somewhere else; docs/adapters.md says which ones do."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A system's connection as its administrator has seen it; None: in whatever revision."""

    system: str
    revision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What to change about a connection; None leaves it as it is.

    `credentials` are all there are from now on. `options` are added to those there are, or take
    one away where they are None.
    """

    url: str | None = None
    credentials: Mapping[str, str] | None = field(default=None, repr=False)
    options: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))


def found(reading: Reading, system: str) -> Connection:
    """The connection to a system. NotFound where there is none."""
    connection = reading.connections.find(system)
    if connection is None:
        raise NotFound(f"{system} is not connected")
    return connection


def taken(uow: UnitOfWork, seen: Seen) -> Connection:
    """The connection, locked. NotFound; StaleRevision where it was changed since it was seen."""
    connection = uow.connections.find(seen.system, lock=True)
    if connection is None:
        raise NotFound(f"{seen.system} is not connected")
    if seen.revision not in {None, connection.revision}:
        raise StaleRevision(f"{seen.system} was changed by somebody else")
    return connection


def opened(connection: Connection, tenant: str, keyring: KeyRing) -> Mapping[str, str]:
    """The credentials in the clear. Conflict where no key opens them: they are given again."""
    try:
        return connecting.opened(connection, tenant, keyring)
    except Unavailable as error:
        raise Conflict(f"no key opens the credentials of {connection.system}: give them") from error


def change(
    uow: UnitOfWork, keyring: KeyRing, adapters: Adapters, seen: Seen, command: Change
) -> Connection:
    """The connection, changed. Invalid where credentials are lacking, or it cannot be so."""
    before = taken(uow, seen)
    options = {**before.options, **command.options}
    kept = {name: value for name, value in options.items() if value is not None}
    known = {} if command.credentials is not None else opened(before, uow.tenant_id, keyring)
    if known and _lead_elsewhere(before, command.url, kept):
        lacking = Finding(Severity.ERROR, "credentials_needed", where="credentials")
        raise Invalid("the credentials were given for another address", [lacking])
    return connecting.reconnect(
        uow,
        keyring,
        adapters,
        before.id,
        url=command.url,
        credentials=command.credentials,
        options=kept,
    )


def _lead_elsewhere(before: Connection, url: str | None, options: Mapping[str, str]) -> bool:
    """Whether what was given for one address may be sent to another."""
    if url is not None and url != before.url:
        return True
    names = {*before.options, *options}
    changed = [each for each in names if before.options.get(each) != options.get(each)]
    written = (f"{before.options.get(each, '')}{options.get(each, '')}" for each in changed)
    return any(_LEADS & set(value) for value in written)
