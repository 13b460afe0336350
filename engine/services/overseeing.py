"""Overseeing: what a tenant's systems are owed, why it was given up, and asking for it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from engine.catalog.routing import CONTRACTS
from engine.connections.connection import ConnectionStatus
from engine.events.effect import OPEN, Attempt, Effect, EffectSearch, EffectStatus
from engine.kernel.errors import IllegalTransition, Invalid, NotFound
from engine.kernel.finding import Finding, Severity
from engine.ports.effects import EffectKind
from engine.ports.ports import Ports
from engine.services import retrying
from engine.store.unit_of_work import Reading, UnitOfWork


class PushState(StrEnum):
    """How far a push is, in a word."""

    OPEN = "open"
    PARKED = "parked"
    """given up: somebody has to look at it"""
    DONE = "done"


_STATUSES = {
    PushState.OPEN: OPEN,
    PushState.PARKED: frozenset({EffectStatus.DEAD}),
    PushState.DONE: frozenset({EffectStatus.SUCCEEDED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PushSearch:
    """Which pushes to list; None leaves it open. An order is named by id or number."""

    state: PushState | None = None
    kind: EffectKind | None = None
    system: str | None = None
    order: str | None = None


@dataclass(frozen=True, slots=True)
class Push:
    """Something owed to a system, with its last try."""

    effect: Effect
    last: Attempt | None

    @property
    def state(self) -> PushState:
        """How far it is."""
        return next(state for state, held in _STATUSES.items() if self.effect.status in held)

    @property
    def waits(self) -> bool:
        """Whether it waits for somebody to look at its connection."""
        return self.state is PushState.OPEN and not self.effect.is_open

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """Each member that the system would not take at the last try, and why."""
        fields: list[tuple[str, str]] = []
        for line in () if self.last is None else self.last.answer.splitlines():
            where, is_field, why = line.partition(": ")
            if is_field:
                fields.append((where, why))
            elif fields:  # the reason before goes on
                fields[-1] = (fields[-1][0], f"{fields[-1][1]} {line}")
        return tuple(fields)


def search(
    reading: Reading, wanted: PushSearch, limit: int, before: str | None = None
) -> list[Push]:
    """At most `limit` pushes, the newest first, older than `before`.

    NotFound where there is no such order, Invalid where `before` names no push of the tenant.
    """
    if before is not None and reading.pushes.find(before) is None:
        finding = Finding(Severity.ERROR, "unknown_cursor", where="cursor")
        raise Invalid("no such page", [finding])
    asked = EffectSearch(
        kind=None if wanted.kind is None else wanted.kind.value,
        statuses=None if wanted.state is None else _STATUSES[wanted.state],
        target=wanted.system,
        subjects=None if wanted.order is None else _subjects(reading, wanted.order),
    )
    return _with_tries(reading, reading.pushes.search(asked, limit, before))


@dataclass(frozen=True, slots=True)
class Standing:
    """How many pushes to a system are done, under way, waiting for its connection, and parked."""

    done: int
    under_way: int
    waiting: int
    parked: int


def standing(reading: Reading, system: str) -> Standing:
    """How far all that a system is owed has come."""
    found = reading.pushes.standing(system)

    def count(state: PushState, *, is_open: bool | None = None) -> int:
        return sum(
            number
            for (status, opened), number in found.items()
            if EffectStatus(status) in _STATUSES[state] and is_open in {None, opened}
        )

    connection = reading.connections.find(system)
    waits = connection is not None and connection.status is not ConnectionStatus.ACTIVE
    tried = 0 if waits else count(PushState.OPEN, is_open=True)
    return Standing(
        done=count(PushState.DONE),
        under_way=tried,
        waiting=count(PushState.OPEN) - tried,
        parked=count(PushState.PARKED),
    )


def again(uow: UnitOfWork, ports: Ports, push_id: str) -> Push:
    """Ask for a push that was given up again, under the same key, from the first try on.

    NotFound; IllegalTransition unless it was given up and there is somebody to take it.
    """
    found = uow.pushes.find(push_id)
    if found is None:
        raise NotFound(f"there is no push {push_id}")
    if found.status is not EffectStatus.DEAD:
        raise IllegalTransition(f"push {push_id} is not parked")
    if uow.connections.find(found.target) is None and not _is_ours(ports, found):
        raise IllegalTransition(f"{found.target} is not connected")
    retrying.again(uow, [push_id])
    [push] = _with_tries(uow, [uow.pushes.find(push_id) or found])
    return push


def asked_again(uow: UnitOfWork, ports: Ports, effect_ids: Sequence[str]) -> int:
    """Ask for pushes and deliveries that were given up again; how many there were.

    Raises as above, and NotFound for a delivery that was not given up: nothing is asked for then.
    """
    pushes = [each for each in effect_ids if uow.pushes.find(each) is not None]
    for each in pushes:
        again(uow, ports, each)
    return len(pushes) + retrying.again(uow, [each for each in effect_ids if each not in pushes])


def _is_ours(ports: Ports, effect: Effect) -> bool:
    """Whether a system of the hub's own takes what no connection leads to."""
    if effect.kind == EffectKind.BILLING:
        return effect.target in ports.billing
    is_order = effect.kind in {EffectKind.ERP, EffectKind.ERP_CHANGE}
    return is_order and (effect.target == CONTRACTS or ports.erp_of(effect.target) is not None)


def _subjects(reading: Reading, order: str) -> tuple[str, ...]:
    """What the pushes of an order are about: the order, its quote, and what is billed of it."""
    found = reading.orders.find_by_number(order) or reading.orders.get(order)
    billed = reading.billing_pushes.of_quote(found.quote_id)
    return (found.id, found.quote_id, *(each.id for each in billed))


def _with_tries(reading: Reading, effects: Sequence[Effect]) -> list[Push]:
    tries = reading.effects.attempts([each.id for each in effects])
    return [Push(each, next(reversed(tries.get(each.id, [])), None)) for each in effects]
