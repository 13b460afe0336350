"""Reaching: the system that something is owed to, and how it is asked."""

from dataclasses import dataclass

from engine.connections.connection import Connection, ConnectionStatus
from engine.events.effect import Attempt, Effect, EffectStatus
from engine.kernel.errors import Unavailable
from engine.ports.connections import Access, Adapters
from engine.ports.outcomes import Denied, Postponed
from engine.ports.ports import Ports
from engine.services import connecting
from engine.store.unit_of_work import Reading, UnitOfWork
from engine.tenants.secrets import KeyRing


@dataclass(frozen=True, slots=True)
class Reach:
    """A system of a tenant, where it is connected."""

    connection: Connection | None = None
    access: Access | None = None

    @property
    def waits(self) -> bool:
        """Whether somebody has to look at the connection first."""
        return self.connection is not None and self.connection.status is not ConnectionStatus.ACTIVE


def reach_of(reading: Reading, keyring: KeyRing | None, effect: Effect) -> Reach:
    """The system that an effect is owed to. Postponed where its credentials cannot be read."""
    connection = reading.connections.find(effect.target)
    if connection is None:
        return Reach()
    if keyring is None:
        raise Postponed("this process opens no credentials")
    try:
        access = connecting.access_of(connection, reading.tenant_id, keyring)
    except Unavailable as error:
        raise Postponed(error.detail) from error
    return Reach(connection, access)


def adapters_of(ports: Ports) -> Adapters:
    """The adapters there are. Postponed where this process has none."""
    if ports.adapters is None:
        raise Postponed("this process knows no adapters")
    return ports.adapters


def wait(uow: UnitOfWork, effect: Effect) -> None:
    """Let what is owed to a system wait, unless somebody has looked at its connection since."""
    connection = uow.connections.find(effect.target, lock=True)
    if connection is not None and connection.status is not ConnectionStatus.ACTIVE:
        uow.effects.wait(effect)
    else:
        uow.effects.hold_on(effect, uow.clock.now())


def denied(uow: UnitOfWork, effect: Effect, error: Denied, attempt: Attempt) -> None:
    """A system let us in no longer: nothing is sent there until somebody has looked at it."""
    connection = uow.connections.find(effect.target, lock=True)  # before what is owed to it
    if connection is not None:
        connecting.lock(uow, connection.id, error.reason)
    retrying = {"status": EffectStatus.RETRYING.value, "due_at": uow.clock.now()}
    uow.effects.settle(effect, attempt, **retrying, is_open=False)
