"""The loop: claim what is due, fairly, carry it out at once, keep what came of it.

Whatever is claimed is given back by the clock if this process ends: its lease runs out and
somebody else claims it. So one worker more or less changes how fast things go, never whether.
"""

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from connector.worker.carrying import Carrier, Told, log_lost
from connector.worker.chores import Chores
from connector.worker.leases import Leases
from connector.worker.sharing import Place, Sharing
from connector.worker.suspects import Suspects
from engine.events.effect import Claimed
from engine.hub import Hub
from engine.kernel.errors import Conflict, EngineError, NotFound
from engine.kernel.failpoints import failpoint
from engine.ports.effects import EffectKind
from engine.services import relaying

_LOG = structlog.get_logger()
LEASE = timedelta(seconds=30)
"""Longer than any one try may take."""
SLOTS = 48
_POLL_SECONDS = 0.1
_TOGETHER_SECONDS = 0.01
_AWAY_SECONDS = 1.0


Ended = tuple[Place, Told | None]
"""Of whom something has ended, and what is to be kept of it."""


class Worker:
    """Carries effects out on up to `slots` threads; `lease` is how long a claim holds.

    What may have ended those that had it is carried out one at a time.
    """

    def __init__(self, hub: Hub, *, lease: timedelta = LEASE, slots: int = SLOTS) -> None:
        self._hub = hub
        self._lease = lease
        self._slots = slots
        self._carrier = Carrier(hub, lease)
        self._chores = Chores(hub)
        self._leases = Leases(lease.total_seconds())
        self._in_hand = Sharing(slots)
        self._suspects = Suspects(self._in_hand)
        self._ended: queue.SimpleQueue[Ended] = queue.SimpleQueue()

    def run(self, stop: threading.Event) -> None:
        """Go on until told to stop; what is under way is finished."""
        with ThreadPoolExecutor(self._slots, thread_name_prefix="carrier") as pool:
            while not stop.is_set():
                try:
                    self._turn(pool)
                except EngineError as error:  # the database is away: nothing else can be done
                    _LOG.warning("worker_waits", reason=error.detail)
                    stop.wait(_AWAY_SECONDS)
        with suppress(EngineError):
            self._settle(self._ended_now())

    def drain(self) -> None:
        """Carry out everything that is due now, and what becomes due by that."""
        with ThreadPoolExecutor(self._slots, thread_name_prefix="carrier") as pool:
            self._chores.do()
            while self._claim_and_start(pool) or self._in_hand.total:
                if self._in_hand.total:
                    self._settle([self._ended.get(), *self._ended_now()])

    def _turn(self, pool: ThreadPoolExecutor) -> None:
        self._hold_on()
        self._chores.do_in_time()
        started = self._claim_and_start(pool)
        is_full = self._in_hand.free <= 0
        self._settle(
            self._ended_within(_POLL_SECONDS if is_full or not started else _TOGETHER_SECONDS)
        )

    def _hold_on(self) -> None:
        """Renew the claims of what takes long."""
        due = self._leases.due()
        if due:
            with self._hub.administration() as administration:
                administration.outbox.renew(due, self._hub.clock.now() + self._lease)

    def _claim_and_start(self, pool: ThreadPoolExecutor) -> int:
        now = self._hub.clock.now()
        self._suspects.forget_lapsed(now)
        self._start_suspect(pool)
        if self._in_hand.free <= 0:
            return 0
        with self._hub.administration(reading=True) as view:
            suspected, waiting = view.outbox.suspected(now), view.outbox.waiting(now)
        suspects = self._claimed(self._suspects.room(suspected), now, suspects=True)
        self._suspects.wait(suspects)
        self._start_suspect(pool)
        claimed = self._claimed(self._in_hand.room(waiting), now)
        by_tenant: dict[str, list[Claimed]] = {}
        for each in claimed:
            by_tenant.setdefault(each.tenant, []).append(each)
        for tenant, mine in by_tenant.items():
            try:
                self._start(pool, tenant, mine)
            except Exception:  # noqa: BLE001 (one tenant's trouble is no other's; the claims run out)
                _LOG.exception("claims_not_started", tenant=tenant)
        return len(suspects) + len(claimed)

    def _claimed(
        self, room: dict[Place, int], now: datetime, *, suspects: bool = False
    ) -> list[Claimed]:
        if not room:
            return []
        with self._hub.administration() as administration:
            claimed = administration.outbox.claim(room, now, self._lease, suspects=suspects)
        failpoint("claimed")
        return claimed

    def _start_suspect(self, pool: ThreadPoolExecutor) -> None:
        """Start the next suspect, if none is under way."""
        chosen = self._suspects.next()
        if chosen is None:
            return

        def carry() -> Told | None:
            try:
                return self._carrier.carry_suspect(chosen, self._lease)
            finally:
                self._suspects.over()

        self._submit(pool, chosen, carry)

    def _start(self, pool: ThreadPoolExecutor, tenant: str, claimed: list[Claimed]) -> None:
        told = [each for each in claimed if each.effect.kind == EffectKind.WEBHOOK]
        for push in (each for each in claimed if each.effect.kind != EffectKind.WEBHOOK):
            self._submit(pool, push, lambda push=push: self._carrier.push(push))  # type: ignore[misc]
        if not told:
            return
        with self._hub.reading(tenant) as reading:
            prepared = relaying.prepare(reading, told, self._hub.keyring, self._hub.clock.now())
        for each in prepared:
            self._submit(pool, each.claimed, lambda each=each: self._carrier.deliver(each))  # type: ignore[misc]

    def _submit(
        self, pool: ThreadPoolExecutor, claimed: Claimed, work: Callable[[], Told | None]
    ) -> None:
        place = (claimed.tenant, claimed.effect.target)
        self._in_hand.begin(place)
        is_push = claimed.effect.kind != EffectKind.WEBHOOK

        def carry() -> None:
            told = None
            if is_push:
                self._leases.begin(claimed)
            try:
                told = work()
            except EngineError as error:
                _LOG.warning("effect_postponed", tenant=claimed.tenant, reason=error.detail)
            except Exception:  # noqa: BLE001 (a defect of ours must not end the worker)
                _LOG.exception("effect_failed", tenant=claimed.tenant)
            finally:
                if is_push:
                    self._leases.end(claimed)
                self._ended.put((place, told))

        pool.submit(carry)

    def _ended_within(self, seconds: float) -> list[Ended]:
        """What ends in time, and what ends right after it: many are kept for the price of one."""
        with suppress(queue.Empty):
            ended = [self._ended.get(timeout=seconds), *self._ended_now()]
            if len(ended) < self._in_hand.total:
                time.sleep(_TOGETHER_SECONDS)
            return ended + self._ended_now()
        return []

    def _ended_now(self) -> list[Ended]:
        ended = []
        with suppress(queue.Empty):
            while True:
                ended.append(self._ended.get_nowait())
        return ended

    def _settle(self, ended: list[Ended]) -> None:
        """Keep every delivery that was taken, all of them at once."""
        for place, _ in ended:
            self._in_hand.end(place)
        told = [each for _, each in ended if each is not None]
        if not told:
            return
        failpoint("before_settle")
        with self._hub.administration() as administration:
            pairs = [(each.claimed, each.attempt) for each in told]
            lost = administration.outbox.succeeded(pairs)
        for claimed in lost:
            log_lost(claimed.tenant, claimed.effect)
        recovered = {
            (each.claimed.tenant, each.claimed.effect.target) for each in told if each.was_failing
        }
        for tenant, subscription_id in recovered:
            with suppress(NotFound, Conflict), self._hub.unit_of_work(tenant) as uow:
                relaying.recovered(uow, subscription_id)
