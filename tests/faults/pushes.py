"""Orders and bills on their way to systems outside, and what has to hold once all have arrived."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import requests
from sqlalchemy import update

from engine.connections.connection import ConnectionStatus
from engine.events.effect import Effect, EffectStatus
from engine.hub import Hub
from engine.orders.history import OrderHappening
from engine.orders.order import LineStatus, Order
from engine.ports.effects import EffectKind
from engine.store.repositories.effects import EFFECTS
from tests.faults import checking
from tests.faults.checking import Found
from tests.faults.network import Network
from tests.faults.processes import PATIENCE, Child, wait_until
from tests.faults.site import KEY, STRANGER, STRANGERS_KEY, TENANT, Site
from tests.faults.systems import (
    BILLERS,
    ERPS,
    GOODS,
    NET,
    STRANGERS,
    TOTAL,
    System,
    lines_for,
    ordered_goods,
)

if TYPE_CHECKING:
    from tests.adapters.billing.billing_peer import BillingPeer
    from tests.adapters.conformance.peer import ErpPeer

Json = dict[str, Any]
TAKEN_UP = {LineStatus.ACKNOWLEDGED.value, LineStatus.IN_PROGRESS.value}
"""A system that was asked meanwhile how far it is may have begun."""
_SECONDS = 30
MINE = tuple(each.system for each in (*ERPS, *BILLERS))
"""The systems of the tenant that has all of them."""


@dataclass(frozen=True)
class World:
    """A site with the systems around it; its tenants owe them one order, and its bills."""

    site: Site
    hub: Hub
    network: Network
    systems: Mapping[str, System]


def owe(site: Site) -> None:
    """An order of either tenant, and the bills of the first one."""
    child, address = site.web()
    try:
        kinds = {"lines": [*lines_for(*ERPS), {"sku": "CARE-PLUS", "quantity": 3, "total": 1000}]}
        quote = _ordered(address, KEY, {**kinds, "currency": "EUR"})
        for each in BILLERS:
            _post(address, KEY, "/billing", {"quote_id": quote, "system": each.system})
        _ordered(address, STRANGERS_KEY, {"lines": lines_for(STRANGERS)})
    finally:
        child.end()


def _ordered(address: str, key: str, wanted: Json) -> str:
    quote = _post(address, key, "/quotes", {"account_id": "ACME", **wanted})
    path = f"/quotes/{quote['id']}"
    if _post(address, key, f"{path}/submit", {})["status"] == "in_approval":
        _post(address, key, f"{path}/approve", {})
    _post(address, key, f"{path}/accept", {})
    _post(address, key, "/orders", {"quote_id": quote["id"]})
    return str(quote["id"])


def _post(address: str, key: str, path: str, body: Json) -> Json:
    url, head = f"{address}/api/v1{path}", {"x-api-key": key}
    with requests.post(url, json=body, headers=head, timeout=_SECONDS) as answer:
        assert answer.ok, answer.text
        read: Json = answer.json()
        return read


def unfinished(hub: Hub) -> list[Effect]:
    """What is owed still; that systems are asked for news never ends."""
    found = []
    for tenant in (TENANT, STRANGER):
        with hub.reading(tenant) as reading:
            found += reading.effects._found(EFFECTS.c.is_open)
    return [each for each in found if each.kind != EffectKind.POLL]


def in_hand(hub: Hub, kind: EffectKind) -> list[Effect]:
    """What of a kind somebody has claimed and not settled."""
    with hub.reading(TENANT) as reading:
        return reading.effects._found((EFFECTS.c.kind == kind.value) & (EFFECTS.c.unheard > 0))


def is_waiting(effect: Effect, now: datetime) -> bool:
    """Whether it was tried, and is to be tried later."""
    is_tried = effect.status is EffectStatus.RETRYING and effect.unheard == 0
    return is_tried and effect.due_at > now


def let_time_pass(hub: Hub, *tenants: str) -> None:
    """What waits for its next try is due now."""
    for tenant in tenants or (TENANT, STRANGER):
        with hub.unit_of_work(tenant) as uow:
            waiting = update(EFFECTS).where(
                EFFECTS.c.tenant_id == tenant,
                EFFECTS.c.status == EffectStatus.RETRYING.value,
                EFFECTS.c.unheard == 0,
                EFFECTS.c.is_open,
            )
            uow.effects._session.connection().execute(waiting.values(due_at=hub.clock.now()))


def tried(hub: Hub, seconds: float = PATIENCE, *, of: str = "") -> None:
    """Wait until everything was tried that is owed, or everything of one system."""

    def all_wait() -> bool:
        now, left = hub.clock.now(), unfinished(hub)
        return all(is_waiting(each, now) for each in left if of in {"", each.target})

    _await(hub, all_wait, "all was tried", seconds)


def drained(hub: Hub, seconds: float = PATIENCE) -> None:
    """Let time pass once, and wait until nothing is owed."""
    let_time_pass(hub)
    _await(hub, lambda: not unfinished(hub), "nothing is owed", seconds)


def drained_in_time(hub: Hub, seconds: float = PATIENCE) -> None:
    """As `drained`, where it is not known how often something is tried until then."""

    def is_drained() -> bool:
        let_time_pass(hub)
        return not unfinished(hub)

    _await(hub, is_drained, "nothing is owed", seconds)


def _await(hub: Hub, fact: Callable[[], bool], what: str, seconds: float) -> None:
    try:
        wait_until(fact, what, seconds)
    except AssertionError as error:
        error.add_note(_tale(hub))
        raise


def _tale(hub: Hub) -> str:
    """What is owed still, and what became of each try."""
    with hub.reading(TENANT) as reading:
        left = unfinished(hub)
        attempts = reading.effects.attempts([each.id for each in left])
    return "\n".join(
        f"{each.target} {each.status} generation {each.generation} tries {each.tries} "
        f"unheard {each.unheard}: {[one.error for one in attempts.get(each.id, [])]}"
        for each in left
    )


def check(world: World) -> Found:
    """Everything is there once and to the cent, the hub knows it, and nobody else was held up."""
    ours, theirs = checking.found(world.site), checking.found(world.site, STRANGER)
    given_up = [each for each in ours.effects if each.status is EffectStatus.DEAD]
    assert given_up == [], [ours.attempts[each.id] for each in given_up]
    for tenant, found in ((TENANT, ours), (STRANGER, theirs)):
        [order] = found.orders
        _acknowledged(order, found, world)
        _known(world.hub, tenant, order)
    [quote] = ours.quotes
    for each in BILLERS:
        [billed] = cast("BillingPeer", world.systems[each.system].peer).held(quote.number)
        assert billed.total == TOTAL
    told = [each for each in ours.effects if each.kind != EffectKind.POLL]
    checking.check_told(world.site, replace(ours, effects=told))
    [push] = [each for each in theirs.effects if each.kind == EffectKind.ERP]
    assert len(theirs.attempts[push.id]) == 1
    return ours


def _acknowledged(order: Order, found: Found, world: World) -> None:
    """Every system has its part of an order, and has said so once."""
    for name in set(order.systems) & world.systems.keys():
        _arrived(world.systems[name], order.number)
    for line in order.fulfilled:
        if line.system in world.systems:
            assert set(line.progress.quantities) <= TAKEN_UP, line
            told = [each.status for each in line.progress.told]
            assert told.count(LineStatus.ACKNOWLEDGED) == 1, line
    history = found.order_history[order.id]
    pushed = [each.details["system"] for each in history if each.what is OrderHappening.PUSHED]
    assert sorted(map(str, pushed)) == sorted(order.systems)


def _arrived(system: System, number: str) -> None:
    [held] = cast("ErpPeer", system.peer).held(number)
    assert (system.kind.system, held.net) == (system.kind.system, NET)
    assert held.state in system.kind.states
    goods = [(sku, quantity) for sku, quantity, _ in held.lines if sku in GOODS]
    assert sorted(goods) == ordered_goods()  # there are others, which rounding is booked on


def _known(hub: Hub, tenant: str, order: Order) -> None:
    """No system is locked, and the hub knows of each that it has what was sold."""
    with hub.reading(tenant) as reading:
        for connection in reading.connections.all():
            assert connection.status is ConnectionStatus.ACTIVE, connection.reason
        for there in reading.handovers.of_order(order.id):
            assert there.net == NET
            assert not there.difference


def most_tries(found: Found) -> int:
    """How often the least lucky effect was tried."""
    return max(len(found.attempts.get(each.id, ())) for each in found.effects)


def peak(worker: Child) -> int:
    """The most memory that a process has had at once, in bytes."""
    for line in Path(f"/proc/{worker.pid}/status").read_text(encoding="ascii").splitlines():
        name, _, value = line.partition(":")
        if name == "VmHWM":
            return int(value.split()[0]) * 1024
    raise AssertionError("the process is gone")
