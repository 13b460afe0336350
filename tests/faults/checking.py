"""What has to hold after every fault, read from the database and from the ledgers outside."""

from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

from engine.catalog.routing import CONTRACTS
from engine.contracts.billing_push import PushStatus
from engine.contracts.contract import Contract, ContractSearch
from engine.events.effect import Attempt, Effect, EffectStatus
from engine.events.event import Event, verify
from engine.hub import Hub
from engine.orders.history import OrderEntry, OrderHappening
from engine.orders.order import Order, OrderSearch
from engine.ports.effects import EffectKind
from engine.quotes.history import HistoryEntry
from engine.quotes.quote import Quote, QuoteSearch, QuoteStatus
from engine.quotes.telling import TOLD
from engine.services import drafting
from engine.store.repositories.effects import EFFECTS
from engine.store.unit_of_work import Reading
from tests.faults.processes import PATIENCE, wait_until
from tests.faults.site import STRANGER, TENANT, Site

_ALL = 1_000
_DONE = {EffectStatus.SUCCEEDED, EffectStatus.DEAD}


@dataclass(frozen=True, kw_only=True)
class Found:
    """Everything of one tenant that a fault might have left half done."""

    quotes: list[Quote]
    orders: list[Order]
    quote_history: dict[str, tuple[HistoryEntry, ...]]
    order_history: dict[str, tuple[OrderEntry, ...]]
    contracts: list[Contract]
    events: list[Event]
    effects: list[Effect]
    attempts: dict[str, list[Attempt]]


def drained(site: Site, seconds: float = PATIENCE) -> float:
    """Wait until nothing is owed any more; the seconds that it took."""
    with closing(site.hub()) as hub:
        try:
            return wait_until(lambda: not open_effects(hub), "nothing is owed", seconds)
        except AssertionError as error:
            left = [each.id for each in open_effects(hub)]
            with hub.reading(TENANT) as reading:
                error.add_note(f"{open_effects(hub)}, tried {reading.effects.attempts(left)}")
            raise


def open_effects(hub: Hub) -> list[Effect]:
    with hub.reading(TENANT) as reading:
        return reading.effects._found(EFFECTS.c.is_open)


def found(site: Site, tenant: str = TENANT) -> Found:
    with closing(site.hub()) as hub, hub.reading(tenant) as reading:
        return _found(reading)


def check(site: Site, *, ordered: int) -> Found:
    """Everything, after nothing is owed any more; `ordered` is how many orders were placed."""
    ours, others = found(site), found(site, STRANGER)
    assert len(ours.orders) == ordered
    assert (others.orders, others.quotes, others.effects) == ([], [], [])
    _one_push_of_each(site, ours)
    _billed_to_the_cent(site, ours)
    check_told(site, ours)
    return ours


def check_told(site: Site, ours: Found) -> None:
    """What happened was told, once each, and each effect has succeeded once."""
    _one_order_of_each(ours)
    _told(ours)
    _delivered(site, ours)
    assert [each for each in ours.effects if each.status is not EffectStatus.SUCCEEDED] == []
    _once_successful(ours)


def _found(reading: Reading) -> Found:
    today = reading.clock.now().date()
    quotes = reading.quotes.search(QuoteSearch(today=today), _ALL)
    orders = reading.orders.search(OrderSearch(), _ALL)
    effects = reading.effects._found(EFFECTS.c.id != "")
    return Found(
        quotes=quotes,
        orders=orders,
        quote_history={each.id: reading.quote_history.of(each.id) for each in quotes},
        order_history={each.id: reading.order_history.of(each.id) for each in orders},
        contracts=reading.contracts.search(ContractSearch(today=today), _ALL),
        events=list(reading.events.chain()),
        effects=effects,
        attempts=reading.effects.attempts([each.id for each in effects]),
    )


def _one_order_of_each(ours: Found) -> None:
    """One order of each quote that was ordered, none of others."""
    ordered = [each.id for each in ours.quotes if each.status is QuoteStatus.ORDERED]
    assert sorted(each.quote_id for each in ours.orders) == sorted(ordered)
    numbers = sorted(int(each.number.rpartition("-")[2]) for each in ours.orders)
    assert numbers == list(range(1, len(numbers) + 1))


def _one_push_of_each(site: Site, ours: Found) -> None:
    """The ERP has each part of each order once, under the key of its effect."""
    pushes = [each for each in ours.effects if each.kind == EffectKind.ERP]
    owed = [(order.id, system) for order in ours.orders for system in order.systems]
    assert sorted((each.subject, each.target) for each in pushes) == sorted(owed)
    numbers = {order.id: order.number for order in ours.orders}
    keys = {
        each.id: (numbers[each.subject], each.target) for each in pushes if each.target != CONTRACTS
    }
    taken = site.erp.ledger(TENANT)
    assert len({each.key for each in taken}) == len(taken)
    assert {each.key: (each.order_number, each.system) for each in taken} == keys
    assert site.erp.ledger(STRANGER) == ()


def _billed_to_the_cent(site: Site, ours: Found) -> None:
    """One document for each push, whose sum is what was accepted."""
    owed = [each for each in ours.effects if each.kind == EffectKind.BILLING]
    taken = site.billing.ledger(TENANT)
    assert sorted(each.key for each in taken) == sorted(each.id for each in owed)
    assert len({each.quote_id for each in taken}) == len(taken)
    with closing(site.hub()) as hub, hub.reading(TENANT) as reading:
        for document in taken:
            [push] = reading.billing_pushes.of_quote(document.quote_id)
            assert push.status is PushStatus.PUSHED
            assert push.external_ids["document"] == f"SIM-{document.number:06d}"
            offered = drafting.get(reading, document.quote_id).version.offered
            assert document.total == push.document.total == offered.totals.net
    assert site.billing.ledger(STRANGER) == ()


def _told(ours: Found) -> None:
    """Every change has its event, once, and the chain holds."""
    assert verify(TENANT, ours.events) is None
    told = Counter((each.subject, each.type) for each in ours.events)
    expected: Counter[tuple[str, str]] = Counter()
    for quote, entries in ours.quote_history.items():
        expected.update((quote, event.value) for each in entries for event in TOLD[each.what])
    for order, happened in ours.order_history.items():
        words = Counter(each.what for each in happened)
        assert words[OrderHappening.PLACED] == 1
        expected[order, "order.placed"] = 1
        expected[order, "order.changed"] = words[OrderHappening.CHANGED]
        moved = words[OrderHappening.REPORTED] + words[OrderHappening.PUSHED]
        expected[order, "fulfillment.updated"] = moved
    for push in (each for each in ours.effects if each.kind == EffectKind.BILLING):
        expected[push.subject, "billing.pushed"] = 1
    opened = [each.order_id for each in ours.contracts if each.order_id is not None]
    assert sorted(opened) == sorted(each.id for each in ours.orders)
    expected.update((each.id, "service.created") for each in ours.contracts)
    kinds = {kind for _, kind in expected}
    told = Counter({key: count for key, count in told.items() if key[1] in kinds})
    assert told == expected, (told - expected, expected - told)


def _delivered(site: Site, ours: Found) -> None:
    """Each event went to each subscription, and what came again came under the same id."""
    with closing(site.hub()) as hub, hub.reading(TENANT) as reading:
        subscriptions = reading.subscriptions.active()
    owed = {
        each.id: (each.subject, each.target)
        for each in ours.effects
        if each.kind == EffectKind.WEBHOOK
    }
    assert sorted(owed.values()) == sorted(
        (event.id, each.id) for event in ours.events for each in subscriptions
        if each.wants(event.type) and each.created_at <= event.occurred_at
    )  # fmt: skip
    heard: dict[str, set[bytes]] = {}
    for delivery in site.listener.heard:
        if len(delivery.body) < int(delivery.headers["content-length"]):
            continue  # whoever sent it was killed while it did
        heard.setdefault(delivery.headers["webhook-id"], set()).add(delivery.body)
        assert delivery.event["id"] == owed[delivery.headers["webhook-id"]][0]
    assert heard.keys() == owed.keys()
    assert all(len(bodies) == 1 for bodies in heard.values())


def _once_successful(ours: Found) -> None:
    """No effect was said to have succeeded twice."""
    for each in ours.effects:
        done = [attempt for attempt in ours.attempts.get(each.id, []) if not attempt.error]
        assert len(done) == 1, each


def taken_over_after(ours: Found, lease: int) -> timedelta:
    """How long after the end of a claim that was lost the last effect was claimed again."""
    late = timedelta(0)
    for each in ours.effects:
        if each.generation < 2:
            continue
        [*_, last] = ours.attempts[each.id]
        began = last.at - timedelta(milliseconds=last.elapsed_ms)
        late = max(late, began - (each.due_at - timedelta(seconds=lease)))
    return late
