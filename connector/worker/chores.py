"""Chores: what becomes due by the calendar, once for each tenant and business day."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import structlog

from connector.worker.singly import Single, Singly
from engine.hub import Hub
from engine.pricing.snapshot import Snapshot
from engine.services import (
    assigning,
    beginning,
    due_renewals,
    ending_keys,
    expiring,
    retrying,
)
from engine.tenants.tenant import Tenant

_LOG = structlog.get_logger()
_EVERY_SECONDS = 30.0
_AT_ONCE_SECONDS = 2.0
"""So long what is to be carried out waits for chores; then it is its turn again."""
_PAUSE_SECONDS = 1.0
Chore = Callable[[Any, date, date], bool]
"""Does a part of what became due since a day, and says whether that was all of it."""


@dataclass(frozen=True, slots=True)
class Walk:
    """A chore that goes through what there is, by number, a few at a time.

    `step` does the few after a number and says how far it came; None where that was the end.
    """

    step: Callable[[Any, int], int | None]


def _expired_quotes(uow: Any, since: date, today: date) -> bool:
    expiring.expired_quotes(uow, since, today)
    return True


def _old_tries(uow: Any, _: date, __: date) -> bool:
    return retrying.forget_old_tries(uow) < retrying.MOST_AT_ONCE


def _ending_keys(uow: Any, _: date, today: date) -> bool:
    ending_keys.tell_ending_keys(uow, today)
    return True


CHORES: dict[str, Chore | Single | Walk] = {
    "expired_quotes": _expired_quotes,
    "renewals": Single(
        due=due_renewals.due_renewals,
        do=due_renewals.deal_with,
        failed=due_renewals.not_dealt_with,
    ),
    "begun_contracts": Single(
        due=lambda reading, _, most: beginning.begun(reading, most),
        do=lambda uow, _, order_id, __: beginning.provide(uow, order_id),
    ),
    "old_tries": _old_tries,
    "ending_keys": _ending_keys,
    assigning.CHORE: Walk(step=assigning.assign_some),
}


class Chores:
    """Does what is due by the calendar; a chore that fails keeps no other, and is tried again."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._singly = Singly(hub)
        self._reached: dict[tuple[str, str], int] = {}
        self._next = 0.0
        self._last = ""

    def do_in_time(self) -> None:
        """Do what is due, if it is time to look again."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _EVERY_SECONDS
            if not self.do(until=time.monotonic() + _AT_ONCE_SECONDS):
                self._next = time.monotonic() + _PAUSE_SECONDS

    def do(self, until: float = math.inf) -> bool:
        """Do what is due for every tenant, as long as there is time; whether that was all."""
        with self._hub.administration(reading=True) as administration:
            tenants = [each for each in administration.tenants.all() if not each.disabled]
        # Where there was no time for all, those that were not reached come first.
        for tenant in sorted(tenants, key=lambda each: (each.id <= self._last, each.id)):
            try:
                self._of_tenant(tenant, until)
            except Exception:  # noqa: BLE001 (one tenant's trouble is no other's; it is tried again)
                _LOG.exception("chores_failed", tenant=tenant.id)
            if time.monotonic() >= until:
                self._last = tenant.id
                return False
        self._last = ""
        return True

    def _of_tenant(self, tenant: Tenant, until: float) -> None:
        data = self._hub.snapshot(tenant.id, tenant.revision)
        today = data.today(self._hub.clock)
        with self._hub.reading(tenant.id) as view:
            due = [each for each in CHORES if view.chores.done_until(each) != today]
        for name in due:
            try:
                while time.monotonic() < until and not self._part(data, name, today, until):
                    pass
            except Exception:  # noqa: BLE001 (as above)
                _LOG.exception("chore_failed", tenant=tenant.id, chore=name)

    def _part(self, data: Snapshot, name: str, today: date, until: float) -> bool:
        """A part of a chore; whether nothing is left of it that can be done now."""
        chore = CHORES[name]
        if isinstance(chore, Single):
            return self._singly.go_on(data, name, chore, today, until)
        if isinstance(chore, Walk):
            return self._walked(data.tenant, name, chore, today)
        with self._hub.unit_of_work(data.tenant) as uow:
            done = uow.chores.hold(name)
            if done is not None and done >= today:
                return True
            is_all = chore(uow, done or today, today)
            if is_all:
                uow.chores.done(name, today)
            return is_all

    def _walked(self, tenant: str, name: str, chore: Walk, today: date) -> bool:
        """Whether the next step was the last one; after a step that fails it begins anew."""
        after = self._reached.pop((tenant, name), 0)
        with self._hub.unit_of_work(tenant) as uow:
            done = uow.chores.hold(name)
            if done is not None and done >= today:
                return True
            reached = chore.step(uow, after)
            if reached is None:
                uow.chores.done(name, today)
        if reached is not None:
            self._reached[tenant, name] = reached
        return reached is None
