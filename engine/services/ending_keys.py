"""Ending keys: that credentials end is told in time, where somebody has said when they do.

A connection's option `key_ends_on` names the day, as 2027-02-18.
"""

from datetime import date
from typing import Any

from engine.connections.connection import Connection
from engine.events.event import EventSearch
from engine.events.types import EventType
from engine.store.unit_of_work import UnitOfWork

NOTICES = (1, 7, 14)
"""So many days before the last one it is told."""
_OPTION = "key_ends_on"


def tell_ending_keys(uow: UnitOfWork, today: date) -> None:
    """Tell of every connection whose credentials end soon, once for each notice."""
    for each in uow.connections.all():
        ends = _day(each.options.get(_OPTION, ""))
        notice = None if ends is None else notice_of((ends - today).days)
        if ends is None or notice is None or notice in _told(uow, each, ends):
            continue
        left = (ends - today).days
        told = {"system": each.system, "ends_on": ends.isoformat(), "days_left": left}
        uow.emit(EventType.CONNECTION_KEY_EXPIRES, each.id, told)


def notice_of(days_left: int) -> int | None:
    """The notice that is due so many days before the end; None where that is far away."""
    return next((each for each in NOTICES if days_left <= each), None)


def _told(uow: UnitOfWork, connection: Connection, ends: date) -> frozenset[int | None]:
    """The notices of that end which were told."""
    wanted = EventSearch(type=EventType.CONNECTION_KEY_EXPIRES.value, subject=connection.id)
    data: list[Any] = [each.data for each in uow.events.search(wanted, len(NOTICES))]
    return frozenset(
        notice_of(each["days_left"]) for each in data if each["ends_on"] == ends.isoformat()
    )


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
