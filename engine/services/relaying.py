"""Relaying: what the hub owes to systems outside is handed over, and what came of it is kept.

A push is made under the effect's own id as its key. The first claim creates; every other one
looks first whether it was created before, since a claim may have ended without a word.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from engine.events.effect import Attempt, Claimed, Effect, EffectStatus
from engine.events.event import Event
from engine.events.retry import MOST_TRIES, next_try
from engine.events.subscription import GIVEN_UP_AFTER, Subscription, SubscriptionStatus
from engine.events.types import EventType
from engine.kernel.failpoints import failpoint
from engine.ports.billing import BillingDocument, BillingReceipt
from engine.ports.connections import Steps
from engine.ports.effects import EffectKind
from engine.ports.outcomes import Declined, Postponed, Uncertain
from engine.ports.ports import Ports
from engine.ports.webhooks import Delivered, Message
from engine.services import charging, fulfilling
from engine.services.reaching import Reach, adapters_of
from engine.store.unit_of_work import Reading, UnitOfWork
from engine.tenants.secrets import KeyRing, Unsealable

GONE = "the receiver wants nothing more"
UNREADABLE = "no key opens the secret that signs it"
UNHEARD = "every try ended without a word"
LATE_SECONDS = 120
"""So long a system may still be doing what it was asked for when the connection broke."""
_OF_ORDERS = frozenset({EffectKind.ERP.value, EffectKind.ERP_CHANGE.value})
NO_ONE = "nobody is connected: the system reads the order and reports over the API"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A delivery to be made; `message` is None where there is nobody to tell any more.

    With `trouble` it cannot be made now, and is a failed try.
    """

    claimed: Claimed
    message: Message | None
    is_failing: bool = False
    trouble: str = ""


def prepare(
    reading: Reading, claimed: Sequence[Claimed], keyring: KeyRing, now: datetime
) -> list[Prepared]:
    """The messages of claimed deliveries of one tenant."""
    targets = {each.effect.target for each in claimed}
    subscriptions = {each.id: each for each in reading.subscriptions.all() if each.id in targets}
    secrets = {
        each.id: _opened(reading.tenant_id, each, keyring, now) for each in subscriptions.values()
    }
    events = reading.events.of_ids({each.effect.subject for each in claimed})
    prepared = []
    for each in claimed:
        effect = each.effect
        event, to = events.get(effect.subject), subscriptions.get(effect.target)
        if event is None or to is None:
            prepared.append(Prepared(each, None))
            continue
        if not secrets[to.id]:
            prepared.append(Prepared(each, None, trouble=UNREADABLE))
            continue
        message = Message(
            url=to.url,
            delivery_id=effect.id,
            timestamp=int(now.timestamp()),
            body=payload(event),
            secrets=secrets[to.id],
        )
        prepared.append(Prepared(each, message, to.failing_since is not None))
    return prepared


def _opened(
    tenant: str, subscription: Subscription, keyring: KeyRing, now: datetime
) -> tuple[str, ...]:
    """The secrets that sign now; none where no key of ours opens one of them."""
    try:
        return tuple(keyring.open(tenant, one) for one in subscription.signing_secrets(now))
    except Unsealable:
        return ()


def payload(event: Event) -> bytes:
    """What a receiver is sent: the same bytes at every try."""
    return _encode(
        {
            "id": event.id,
            "type": event.type,
            "timestamp": event.occurred_at,
            "subject": event.subject,
            "sequence": event.sequence,
            "data": dict(event.data),
        }
    )


def undelivered(
    uow: UnitOfWork, effect: Effect, delivered: Delivered | None, jitter: Decimal
) -> None:
    """A delivery was not taken: it is tried later, or given up.

    A receiver that is gone, or has only failed for five days, is told nothing more.
    """
    now = uow.clock.now()
    subscription = uow.subscriptions.find(effect.target, lock=True)  # before what is owed to it
    attempt = attempt_of(delivered or Delivered(error=GONE), now)
    if delivered is None or delivered.is_gone:
        uow.effects.settle(effect, attempt, **dead())
    else:
        _again_or_never(uow, effect, attempt, jitter, delivered.retry_after)
    if delivered is not None and subscription is not None:
        _note_failure(uow, subscription, delivered, now)


def recovered(uow: UnitOfWork, subscription_id: str) -> None:
    """A receiver that had failed took a message."""
    subscription = uow.subscriptions.get(subscription_id, lock=True)
    uow.subscriptions.save(replace(subscription, failing_since=None))


def hand_over_charges(
    ports: Ports, document: BillingDocument, reach: Reach, effect: Effect, steps: Steps
) -> BillingReceipt | None:
    """Have charges taken; None where their billing system is not connected any more."""
    if reach.access is None:
        billing = ports.billing.get(effect.target)
    else:
        billing = adapters_of(ports).billing(reach.access)
    if billing is None:
        return None
    failpoint("before_billing")
    found = billing.find(document, effect.id) if effect.generation > 1 else None
    return found or billing.create(document, effect.id, steps)


def charges_taken(
    uow: UnitOfWork, effect: Effect, receipt: BillingReceipt | None, attempt: Attempt
) -> None:
    """A billing system has taken charges over."""
    uow.effects.settle(effect, attempt, **done())
    failpoint("push_settled")
    if receipt is None:
        charging.failed(uow, effect.subject, NO_ONE)
    else:
        charging.settled(uow, effect.subject, receipt)


def not_pushed(
    uow: UnitOfWork, effect: Effect, error: Exception, attempt: Attempt, jitter: Decimal
) -> None:
    """A push did not succeed: it is tried later, or given up with the reason."""
    if effect.kind in _OF_ORDERS:
        uow.orders.get(effect.subject, lock=True)  # before what is owed about it
    if isinstance(error, Declined):
        gave_up = ended(uow, effect, attempt, **dead())
    else:
        wish = error.retry_after if isinstance(error, Postponed) else None
        if isinstance(error, Uncertain):
            wish = LATE_SECONDS
        gave_up = _again_or_never(uow, effect, attempt, jitter, wish)
    if not gave_up:
        return
    if effect.kind in _OF_ORDERS:
        fulfilling.refused(uow, effect.subject, effect.target, attempt.error)
    elif effect.kind == EffectKind.BILLING:
        charging.failed(uow, effect.subject, attempt.error)


def in_turn(uow: UnitOfWork, effect: Effect, wait: timedelta) -> None:
    """A system is busy with others: the effect has its turn in a while, and nothing was tried."""
    uow.effects.step_back(effect, uow.clock.now() + wait)


def over(uow: UnitOfWork, effect: Effect, attempt: Attempt) -> None:
    """What was owed is done, or there is nobody left to do it for."""
    uow.effects.settle(effect, attempt, **done())


def ended(uow: UnitOfWork, effect: Effect, attempt: Attempt, **changes: object) -> bool:
    """Settle an effect, unless it was asked for anew meanwhile: then it goes on."""
    current = uow.effects.get(effect.id)
    is_over = current is None or current.payload == effect.payload
    if is_over:
        uow.effects.settle(effect, attempt, **changes)
    else:
        uow.effects.put_off(effect, uow.clock.now())
    return is_over


def is_given_up(effect: Effect) -> bool:
    """Whether a claim comes after the last try: those before ended without a word, each alone."""
    return effect.tries > MOST_TRIES


def attempt_of(delivered: Delivered, now: datetime) -> Attempt:
    """The try that a delivery was."""
    return Attempt(
        at=now,
        response_status=delivered.status,
        error=delivered.error,
        elapsed_ms=delivered.elapsed_ms,
        answer=delivered.answer,
    )


def _again_or_never(
    uow: UnitOfWork, effect: Effect, attempt: Attempt, jitter: Decimal, wish: int | None
) -> bool:
    """Whether that was the last try."""
    due = next_try(effect.tries, uow.clock.now(), jitter, wish)
    if due is None:
        return ended(uow, effect, attempt, **dead())
    uow.effects.settle(effect, attempt, status=EffectStatus.RETRYING.value, due_at=due)
    return False


def _note_failure(
    uow: UnitOfWork, subscription: Subscription, delivered: Delivered, now: datetime
) -> None:
    since = subscription.failing_since or now
    changed = replace(subscription, failing_since=since)
    if subscription.status is SubscriptionStatus.ACTIVE:
        reason = GONE if delivered.is_gone else ""
        if now - since >= GIVEN_UP_AFTER:
            reason = f"failed since {since.isoformat()}"
        if reason:
            changed = _disabled(uow, changed, reason)
    uow.subscriptions.save(changed)


def _disabled(uow: UnitOfWork, subscription: Subscription, reason: str) -> Subscription:
    uow.effects.hold(subscription.id, is_held=True)
    told = {"url": subscription.url, "reason": reason}
    uow.emit(EventType.WEBHOOK_DISABLED, subscription.id, told)
    return replace(subscription, status=SubscriptionStatus.DISABLED, reason=reason)


def dead() -> Mapping[str, object]:
    """An effect that was given up."""
    return {"status": EffectStatus.DEAD.value, "is_open": False}


def done() -> Mapping[str, object]:
    """An effect that is over."""
    return {"status": EffectStatus.SUCCEEDED.value, "is_open": False}


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"an event cannot say a {type(value).__name__}")


_encode = msgspec.json.Encoder(decimal_format="number", enc_hook=_plain).encode
