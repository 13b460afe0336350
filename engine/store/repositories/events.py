"""Events of one tenant: added to the end of its chain, and read."""

from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlmodel import Session

from engine.events.event import FIRST, Broken, Event, EventSearch, Happened, sealed
from engine.events.subscription import EVERYTHING
from engine.kernel.ids import Ids
from engine.store.columns import utc
from engine.store.database import upsert
from engine.store.tables.events import EventHeadRow, EventRow
from engine.store.tables.row import table

_EVENTS = table(EventRow)
_HEADS = table(EventHeadRow)
_AT_ONCE = 500


class Events:
    """The events of one tenant."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def add(self, happenings: Iterable[Happened], ids: Ids) -> list[Event]:
        """Put what happened at the end of the chain, which nobody else extends meanwhile."""
        connection, tenant_id = self._session.connection(), self._tenant_id
        happened = list(happenings)
        mine = select(_HEADS).where(_HEADS.c.tenant_id == tenant_id).with_for_update()
        head = connection.execute(mine).one_or_none()
        if head is None:
            first = upsert(connection, _HEADS).values(tenant_id=tenant_id, position=0, hash=FIRST)
            connection.execute(first.on_conflict_do_nothing())
            head = connection.execute(mine).one()
        position, previous = head.position, head.hash
        told: list[Event] = []
        last = self._last_sequences({each.subject for each in happened})
        for each in happened:
            position += 1
            sequence = last[each.subject] = last.get(each.subject, 0) + 1
            event = sealed(each, tenant_id, ids.new("evt"), (position, sequence), previous)
            previous = event.hash
            told.append(event)
        connection.execute(insert(_EVENTS), [self._values(event) for event in told])
        moved = update(_HEADS).where(_HEADS.c.tenant_id == tenant_id)
        connection.execute(moved.values(position=position, hash=previous))
        return told

    def find(self, event_id: str) -> Event | None:
        """The event of that id, if there is one."""
        mine = select(_EVENTS).where(*self._mine(), _EVENTS.c.id == event_id)
        row = self._session.connection().execute(mine).one_or_none()
        return None if row is None else _event(row)

    def of_ids(self, event_ids: Iterable[str]) -> dict[str, Event]:
        """The events of those ids that there are, by id."""
        mine = select(_EVENTS).where(*self._mine(), _EVENTS.c.id.in_(list(event_ids)))
        return {row.id: _event(row) for row in self._session.connection().execute(mine)}

    def search(self, wanted: EventSearch, limit: int, before: int | None = None) -> list[Event]:
        """At most `limit` events, the newest first, with positions below `before`."""
        mine = select(_EVENTS).where(*self._mine(), *_wanted(wanted))
        if before is not None:
            mine = mine.where(_EVENTS.c.position < before)
        mine = mine.order_by(_EVENTS.c.position.desc()).limit(limit)
        return [_event(row) for row in self._session.connection().execute(mine)]

    def chain(self) -> Iterator[Event]:
        """Every event from the first on."""
        last = 0
        while True:
            mine = select(_EVENTS).where(*self._mine(), _EVENTS.c.position > last)
            some = mine.order_by(_EVENTS.c.position).limit(_AT_ONCE)
            rows = self._session.connection().execute(some).all()
            yield from map(_event, rows)
            if not rows:
                return
            last = rows[-1].position

    def _last_sequences(self, subjects: Iterable[str]) -> dict[str, int]:
        """The last event of each subject that has any."""
        mine = select(_EVENTS.c.subject, func.max(_EVENTS.c.sequence).label("last"))
        mine = mine.where(*self._mine(), _EVENTS.c.subject.in_(list(subjects)))
        rows = self._session.connection().execute(mine.group_by(_EVENTS.c.subject))
        return {row.subject: row.last for row in rows}

    def cut_off(self, count: int) -> Broken | None:
        """What is wrong where the chain has another end than the one that was kept of it."""
        kept = select(_HEADS).where(_HEADS.c.tenant_id == self._tenant_id)
        head = self._session.connection().execute(kept).one_or_none()
        position, digest = (0, FIRST) if head is None else (head.position, head.hash)
        last = self.search(EventSearch(), 1)
        if position != count or digest != (last[0].hash if last else FIRST):
            return Broken(last[0].id if last else "its beginning", f"is {position} events long")
        return None

    def _mine(self) -> tuple[ColumnElement[bool]]:
        return (_EVENTS.c.tenant_id == self._tenant_id,)

    def _values(self, event: Event) -> dict[str, Any]:
        return {
            "tenant_id": self._tenant_id,
            "id": event.id,
            "position": event.position,
            "type": event.type,
            "subject": event.subject,
            "sequence": event.sequence,
            "occurred_at": event.occurred_at,
            "data": dict(event.data),
            "previous_hash": event.previous_hash,
            "hash": event.hash,
        }


def _wanted(wanted: EventSearch) -> Iterator[ColumnElement[bool]]:
    if wanted.type == EVERYTHING:
        pass
    elif wanted.type is not None and wanted.type.endswith(".*"):
        prefix = wanted.type.removesuffix("*")
        yield _EVENTS.c.type.startswith(prefix, autoescape=True)
    elif wanted.type is not None:
        yield _EVENTS.c.type == wanted.type
    if wanted.subject is not None:
        yield _EVENTS.c.subject == wanted.subject
    if wanted.since is not None:
        yield _EVENTS.c.occurred_at >= wanted.since


def _event(row: Any) -> Event:  # noqa: ANN401 (a row of a table that is told by its columns)
    return Event(
        id=row.id,
        type=row.type,
        subject=row.subject,
        sequence=row.sequence,
        position=row.position,
        occurred_at=utc(row.occurred_at),
        data=MappingProxyType(row.data),
        previous_hash=row.previous_hash,
        hash=row.hash,
    )
