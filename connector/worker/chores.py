"""Chores: what becomes due by the calendar, once for each tenant and business day."""

import math
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import structlog

from engine.hub import Hub
from engine.pricing.snapshot import Snapshot
from engine.services import beginning, due_renewals, expiring, retrying
from engine.tenants.tenant import Tenant

_LOG = structlog.get_logger()
_EVERY_SECONDS = 30.0
_AT_ONCE_SECONDS = 2.0
"""So long what is to be carried out waits for chores; then it is its turn again."""
_PAUSE_SECONDS = 1.0
Chore = Callable[[Any, Snapshot, date, date], bool]


def _expired_quotes(uow: Any, _: Snapshot, since: date, today: date) -> bool:
    expiring.expired_quotes(uow, since, today)
    return True


def _renewals(uow: Any, data: Snapshot, _: date, today: date) -> bool:
    count = due_renewals.due_renewals(uow, data, today)
    return count < due_renewals.MOST_AT_ONCE


def _provided(uow: Any, _: Snapshot, __: date, ___: date) -> bool:
    return beginning.begun_contracts(uow) < beginning.MOST_AT_ONCE


def _old_tries(uow: Any, _: Snapshot, __: date, ___: date) -> bool:
    return retrying.forget_old_tries(uow) < retrying.MOST_AT_ONCE


CHORES: dict[str, Chore] = {
    "expired_quotes": _expired_quotes,
    "renewals": _renewals,
    "begun_contracts": _provided,
    "old_tries": _old_tries,
}
"""Each does a part of what became due since a day, and says whether that was all of it."""


class Chores:
    """Does what is due by the calendar."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
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
            while time.monotonic() < until and not self._part(data, name, today):
                pass

    def _part(self, data: Snapshot, name: str, today: date) -> bool:
        """A part of a chore in one transaction; whether nothing of it is left."""
        with self._hub.unit_of_work(data.tenant) as uow:
            until = uow.chores.hold(name)
            if until is not None and until >= today:
                return True
            is_all = CHORES[name](uow, data, until or today, today)
            if is_all:
                uow.chores.done(name, today)
            return is_all
