"""Doing the parts of a chore singly, each in a transaction of its own: none keeps another."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import structlog

from engine.hub import Hub
from engine.kernel.errors import Unavailable
from engine.pricing.snapshot import Snapshot

_LOG = structlog.get_logger()
MOST_AT_ONCE = 100
"""So many parts are looked for at once."""


@dataclass(frozen=True, slots=True)
class Single:
    """A chore of parts that know nothing of each other.

    `due` names at most so many parts that are due on a day, `do` does one and says whether there
    was anything to do, `failed` tells of one that failed in a way nobody foresaw.
    """

    due: Callable[[Any, date, int], Sequence[str]]
    do: Callable[[Any, Snapshot, str, date], bool]
    failed: Callable[[Any, str, date, Exception], None] | None = None


@dataclass(slots=True)
class _Skipped:
    """Parts of a day that are left: those that failed, and those the database had no time for."""

    day: date
    failed: set[str] = field(default_factory=set)
    postponed: set[str] = field(default_factory=set)


class Singly:
    """Does chores part by part; a part that fails is left for the next day."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._skipped: dict[tuple[str, str], _Skipped] = {}

    def go_on(self, data: Snapshot, name: str, chore: Single, today: date, until: float) -> bool:
        """Do some parts of a chore; whether nothing is left that can be done now."""
        skipped = self._skipped.get((data.tenant, name))
        if skipped is None or skipped.day != today:
            skipped = self._skipped[data.tenant, name] = _Skipped(today)
        passed = skipped.failed | skipped.postponed
        with self._hub.reading(data.tenant) as view:
            due = chore.due(view, today, MOST_AT_ONCE + len(passed))
        ready = [each for each in due if each not in passed]
        for each in ready:
            if time.monotonic() >= until:
                return False
            self._do(data, name, chore, each, skipped)
        if ready:
            return False
        if skipped.postponed:
            skipped.postponed.clear()
            return True
        with self._hub.unit_of_work(data.tenant) as uow:
            done = uow.chores.hold(name)
            if done is None or done < today:
                uow.chores.done(name, today)
        del self._skipped[data.tenant, name]
        return True

    def _do(self, data: Snapshot, name: str, chore: Single, part: str, skipped: _Skipped) -> None:
        try:
            with self._hub.unit_of_work(data.tenant) as uow:
                was_due = chore.do(uow, data, part, skipped.day)
        except Unavailable:  # the others come first, then this one again
            skipped.postponed.add(part)
            raise
        except Exception as error:  # noqa: BLE001 (one part's trouble is no other's)
            _LOG.exception("chore_failed", tenant=data.tenant, chore=name, part=part)
            skipped.failed.add(part)
            if chore.failed is not None:
                self._tell(data.tenant, chore.failed, part, skipped.day, error)
        else:
            if not was_due:  # whatever looks for it takes it for due: once a day is enough
                skipped.failed.add(part)

    def _tell(
        self,
        tenant: str,
        failed: Callable[[Any, str, date, Exception], None],
        part: str,
        today: date,
        error: Exception,
    ) -> None:
        try:
            with self._hub.unit_of_work(tenant) as uow:
                failed(uow, part, today, error)
        except Exception:  # noqa: BLE001 (it is told of when it fails again)
            _LOG.exception("failure_not_told", tenant=tenant, part=part)
