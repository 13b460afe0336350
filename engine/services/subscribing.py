"""Subscribing: who is told of what happens, and what came of telling them."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import timedelta

from engine.events.effect import Attempt, Effect
from engine.events.event import Event, EventSearch
from engine.events.signature import new_secret
from engine.events.subscription import (
    MOST,
    MOST_SECRETS,
    Subscription,
    SubscriptionStatus,
    is_known,
)
from engine.events.target import webhook_url_problem
from engine.events.types import EventType
from engine.kernel.errors import IllegalTransition, Invalid, NotFound
from engine.kernel.finding import Finding, Severity
from engine.ports.effects import EffectKind
from engine.store.unit_of_work import Administration, Reading, UnitOfWork
from engine.tenants.secrets import KeyRing

OLD_SECRET_HOLDS = timedelta(hours=24)
"""So long a secret signs after it was exchanged."""
_TYPES = tuple(each.value for each in EventType)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe:
    """Tell `url` of events of some types; `targets` may be told although they are not public."""

    url: str
    events: tuple[str, ...]
    description: str = ""
    targets: AbstractSet[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Secret:
    """A subscription with its secret in clear, which is shown this once."""

    subscription: Subscription
    secret: str


@dataclass(frozen=True, slots=True)
class Logged:
    """An event with its deliveries and every try of each."""

    event: Event
    deliveries: tuple[tuple[Effect, tuple[Attempt, ...]], ...]


def subscribe(uow: UnitOfWork, keyring: KeyRing, command: Subscribe) -> Secret:
    """A new subscription. Invalid names what is wrong with it."""
    _check(command.url, command.events, command.targets)
    uow.catalogues.hold()  # whoever else subscribes is counted first
    if uow.subscriptions.count() >= MOST:
        raise _wrong("too_many_webhooks", "", most=MOST)
    secret = new_secret()
    made = Subscription(
        id=uow.ids.new("whk"),
        url=command.url,
        events=command.events,
        description=command.description,
        created_at=uow.clock.now(),
        secret=keyring.seal(uow.tenant_id, secret),
    )
    uow.subscriptions.add(made)
    return Secret(made, secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resubscribe:
    """What to change about a subscription; None leaves it as it is."""

    url: str | None = None
    events: tuple[str, ...] | None = None
    description: str | None = None
    status: SubscriptionStatus | None = None
    targets: AbstractSet[str] = field(default_factory=frozenset)


def change(uow: UnitOfWork, subscription_id: str, command: Resubscribe) -> Subscription:
    """The subscription, changed; one that is active again is sent what has waited for it."""
    before = uow.subscriptions.get(subscription_id, lock=True)
    after = replace(
        before,
        url=before.url if command.url is None else command.url,
        events=before.events if command.events is None else command.events,
        description=before.description if command.description is None else command.description,
    )
    _check(after.url, after.events, command.targets)
    if command.status is not None and command.status is not before.status:
        after = _moved(uow, after, command.status)
    uow.subscriptions.save(after)
    return after


def unsubscribe(uow: UnitOfWork, subscription_id: str) -> None:
    """Forget a subscription; what is still owed to it is given up."""
    found = uow.subscriptions.get(subscription_id, lock=True)
    uow.effects.drop(found.id, "the subscription was deleted")
    uow.subscriptions.remove(found.id)


def rotate(uow: UnitOfWork, keyring: KeyRing, subscription_id: str) -> Secret:
    """A new secret; each one before it signs for a day after it was exchanged.

    Invalid where as many as may sign at a time do so already: none of them ends early.
    """
    found, now = uow.subscriptions.get(subscription_id, lock=True), uow.clock.now()
    if len(found.signing_secrets(now)) >= MOST_SECRETS:
        raise _wrong("too_many_rotations", "", most=MOST_SECRETS)
    secret = new_secret()
    rotated = found.rotated(keyring.seal(uow.tenant_id, secret), now, now + OLD_SECRET_HOLDS)
    uow.subscriptions.save(rotated)
    return Secret(rotated, secret)


def test(uow: UnitOfWork, subscription_id: str) -> Effect:
    """Send a subscription an event that tells of nothing but itself."""
    found = uow.subscriptions.get(subscription_id)
    if found.status is not SubscriptionStatus.ACTIVE:
        raise IllegalTransition(f"webhook {found.id} is {found.status.value}")
    uow.emit(EventType.WEBHOOK_TEST, found.id, {"url": found.url})
    [event] = uow.seal()
    owed = uow.effects.of_subjects([event.id]).get(event.id, [])
    mine = next((each for each in owed if each.target == found.id), None)
    return mine or uow.effects.owe(EffectKind.WEBHOOK, found.id, event.id)


def reseal(administration: Administration, keyring: KeyRing) -> int:
    """Seal every secret with the ring's first key; how many were sealed with another.

    Raises `Unsealable`, and changes nothing, when the ring lacks a key that is still in use.
    """

    def anew(tenant: str, sealed: str) -> str | None:
        secret = keyring.open(tenant, sealed)
        return None if keyring.is_current(sealed) else keyring.seal(tenant, secret)

    return administration.subscription_secrets.reseal(anew)


def redeliver(uow: UnitOfWork, event_id: str, only: str | None = None) -> Logged:
    """Send an event again, to all it was owed to or to one of them, under the same ids.

    Where nobody was told of it, those are that want it now. Invalid where `only` names none.
    """
    event = uow.events.find(event_id)
    if event is None:
        raise NotFound(f"there is no event {event_id}")
    every = {each.id: each for each in uow.subscriptions.all()}
    if only is not None and only not in every:
        raise _wrong("unknown_webhook", "webhook_id")
    if only is not None and every[only].status is not SubscriptionStatus.ACTIVE:
        raise IllegalTransition(f"webhook {only} is {every[only].status.value}")
    known = {each.id: each for each in every.values() if each.status is SubscriptionStatus.ACTIVE}
    owed = uow.effects.of_subjects([event.id]).get(event.id, [])
    wanted = [
        each for each in owed if each.target in known and (only is None or each.target == only)
    ]
    uow.effects.again([each.id for each in wanted], uow.clock.now())
    told = {each.target for each in owed}
    new = [
        each.id
        for each in known.values()
        if each.id not in told
        and (each.id == only or (only is None and not owed and _wants(each, event)))
    ]
    uow.effects.owe_all((EffectKind.WEBHOOK, target, event.id, {}) for target in new)
    return _logged(uow, [event])[0]


def search(
    reading: Reading, wanted: EventSearch, limit: int, before: str | None = None
) -> list[Logged]:
    """At most `limit` events with their deliveries, the newest first, older than `before`.

    Invalid where `before` names no event of the tenant.
    """
    if wanted.type is not None and not is_known(wanted.type, _TYPES):
        raise _wrong("unknown_event_type", "type")
    position = None
    if before is not None:
        last = reading.events.find(before)
        if last is None:
            raise _wrong("unknown_cursor", "cursor")
        position = last.position
    return _logged(reading, reading.events.search(wanted, limit, position))


def _logged(reading: Reading, events: Sequence[Event]) -> list[Logged]:
    deliveries = reading.effects.of_subjects([each.id for each in events])
    ids = [each.id for owed in deliveries.values() for each in owed]
    attempts = reading.effects.attempts(ids)
    return [
        Logged(
            event,
            tuple(
                (each, tuple(attempts.get(each.id, ()))) for each in deliveries.get(event.id, ())
            ),
        )
        for event in events
    ]


def _wants(subscription: Subscription, event: Event) -> bool:
    return subscription.status is SubscriptionStatus.ACTIVE and subscription.wants(event.type)


def _moved(uow: UnitOfWork, after: Subscription, status: SubscriptionStatus) -> Subscription:
    if status is SubscriptionStatus.DISABLED:
        raise _wrong("webhook_disabled_by_hub", "status")
    uow.effects.hold(after.id, is_held=status is SubscriptionStatus.PAUSED)
    return replace(after, status=status, failing_since=None, reason="")


def _check(url: str, events: Sequence[str], targets: AbstractSet[str]) -> None:
    findings = []
    problem = webhook_url_problem(url, targets)
    if problem is not None:
        findings.append(Finding(Severity.ERROR, problem, where="url"))
    findings += [
        Finding(Severity.ERROR, "unknown_event_type", where=f"events/{place}")
        for place, each in enumerate(events)
        if not is_known(each, _TYPES)
    ]
    if findings:
        raise Invalid("the subscription cannot be taken", findings)


def _wrong(code: str, where: str, **params: object) -> Invalid:
    return Invalid("that cannot be done", [Finding(Severity.ERROR, code, params, where)])
