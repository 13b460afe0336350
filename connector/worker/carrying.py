"""Carrying effects out: what is sent to whom, and what is kept of the outcome."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import structlog

from connector.worker.pushing import Pushing
from engine.events.effect import Attempt, Claimed, Effect
from engine.hub import Hub
from engine.kernel.errors import Conflict, EngineError
from engine.kernel.failpoints import failpoint
from engine.ports.effects import EffectKind
from engine.ports.outcomes import Busy, Declined, Denied, PushError, Uncertain
from engine.ports.webhooks import Delivered
from engine.services import following, reaching, relaying
from engine.services.relaying import Prepared

_LOG = structlog.get_logger()
_THOUSAND = 1_000
_TURN_SECONDS = 5
_NOBODY = Delivered(error="unreachable", answer="no receivers are connected")


@dataclass(frozen=True, slots=True)
class Told:
    """A delivery that was taken; it is settled together with others."""

    claimed: Claimed
    attempt: Attempt
    was_failing: bool


class Carrier:
    """Carries claimed effects out. Threads share it."""

    def __init__(self, hub: Hub, lease: timedelta) -> None:
        self._hub = hub
        self._pushing = Pushing(hub, lease)

    def carry_suspect(self, claimed: Claimed, lease: timedelta) -> Told | None:
        """Carry out what may have ended those that had it: the try counts before it is made."""
        effect, now = claimed.effect, self._hub.clock.now()
        with self._hub.unit_of_work(claimed.tenant) as uow:
            is_mine = uow.effects.begin(effect, now + lease)
        if not is_mine:
            log_lost(claimed.tenant, effect)
            return None
        if effect.kind != EffectKind.WEBHOOK:
            self.push(claimed)
            return None
        if relaying.is_given_up(effect):
            return self.deliver(Prepared(claimed, None, trouble=relaying.UNHEARD))
        with self._hub.reading(claimed.tenant) as reading:
            [prepared] = relaying.prepare(reading, [claimed], self._hub.keyring, now)
        return self.deliver(prepared)

    def deliver(self, prepared: Prepared) -> Told | None:
        """Tell a receiver once; what it took is given back, what it did not is kept here."""
        claimed, message = prepared.claimed, prepared.message
        receivers = self._hub.ports.receivers
        delivered = Delivered(error=prepared.trouble) if prepared.trouble else None
        if message is not None:
            delivered = _NOBODY if receivers is None else receivers.deliver(message)
            failpoint("webhook_sent")
        if delivered is not None and delivered.is_accepted:
            attempt = relaying.attempt_of(delivered, self._hub.clock.now())
            return Told(claimed, attempt, prepared.is_failing)
        self._keep(
            claimed,
            lambda uow: relaying.undelivered(uow, claimed.effect, delivered, _jitter()),
        )
        return None

    def push(self, claimed: Claimed) -> None:
        """Hand an order or charges over, and keep what came of it."""
        began = time.monotonic()

        def attempt(error: PushError | None = None) -> Attempt:
            elapsed = int((time.monotonic() - began) * _THOUSAND)
            fields = error.fields if isinstance(error, Declined) else {}
            return Attempt(
                at=self._hub.clock.now(),
                error="" if error is None else str(error)[:_THOUSAND],
                elapsed_ms=elapsed,
                answer="\n".join(f"{where}: {why}" for where, why in fields.items())[:_THOUSAND],
            )

        effect = claimed.effect
        try:
            keep = self._pushing.carried_out(claimed)
        except Conflict:  # it was taken over while it was being pushed
            log_lost(claimed.tenant, effect)
        except EngineError:  # our own database: the claim runs out, and somebody tries again
            raise
        except Exception as error:  # noqa: BLE001 (an adapter may fail in any way; each is a failed try)
            known = error if isinstance(error, PushError) else Uncertain(type(error).__name__)
            told = attempt(known)
            self._keep(claimed, lambda uow: _failed(uow, effect, known, told))
        else:
            failpoint("pushed")
            self._keep(claimed, lambda uow: keep(uow, attempt()))

    def _keep(self, claimed: Claimed, keep: Callable[[Any], None]) -> None:
        try:
            with self._hub.unit_of_work(claimed.tenant) as uow:
                keep(uow)
        except Conflict:
            log_lost(claimed.tenant, claimed.effect)


def _failed(uow: Any, effect: Effect, error: PushError, told: Attempt) -> None:
    """Keep that a push did not succeed."""
    if isinstance(error, Denied):
        reaching.denied(uow, effect, error, told)
    elif effect.kind == EffectKind.POLL:
        following.put_off(uow, effect)
    elif isinstance(error, Busy):
        relaying.in_turn(uow, effect, timedelta(seconds=error.retry_after or _TURN_SECONDS))
    else:
        relaying.not_pushed(uow, effect, error, told, _jitter())


def log_lost(tenant: str, effect: Effect) -> None:
    """Somebody else has claimed an effect in the meantime; what they say counts."""
    _LOG.warning("effect_lost", tenant=tenant, effect=effect.id, generation=effect.generation)


def _jitter() -> Decimal:
    """A random number from -1 to 1."""
    return Decimal(secrets.randbelow(2 * _THOUSAND + 1) - _THOUSAND) / _THOUSAND
