"""An event: something that happened, chained to what happened to its tenant before.

The hash of an event is over everything it says and over the hash before it, so that none can
be changed, left out or put in between without every later hash being wrong. It is SHA-256 over
the JSON array `[previous_hash, tenant, position, id, type, subject, sequence, occurred_at, data]`
in UTF-8, without spaces, members sorted by name, instants in UTC to the microsecond.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

FIRST = "0" * 64
"""What stands for the hash before a tenant's first event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What is to become an event; `data` is JSON."""

    type: str
    subject: str
    at: datetime
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to `subject`.

    `position` counts the tenant's events, `sequence` those of the subject, both from 1.
    """

    id: str
    type: str
    subject: str
    sequence: int
    position: int
    occurred_at: datetime
    data: Mapping[str, object]
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSearch:
    """Which events to list: of a type or `prefix.*`, of a subject, since an instant."""

    type: str | None = None
    subject: str | None = None
    since: datetime | None = None


def sealed(
    happened: Happened, tenant: str, event_id: str, place: tuple[int, int], previous: str
) -> Event:
    """The event of what happened; `place` is its position and its sequence."""
    position, sequence = place
    said = (happened.type, happened.subject, happened.at, happened.data)
    return Event(
        id=event_id,
        type=happened.type,
        subject=happened.subject,
        sequence=sequence,
        position=position,
        occurred_at=happened.at,
        data=happened.data,
        previous_hash=previous,
        hash=_digest(previous, tenant, event_id, place, said),
    )


@dataclass(frozen=True, slots=True)
class Broken:
    """Where a chain does not hold: the event's id, and what is wrong with it."""

    event_id: str
    why: str


def verify(tenant: str, events: Iterable[Event]) -> Broken | None:
    """The first event of a tenant's chain, told from its beginning, that does not hold."""
    previous = FIRST
    last: dict[str, int] = {}
    for position, each in enumerate(events, 1):
        sequence = last.get(each.subject, 0) + 1
        last[each.subject] = sequence
        if each.position != position:
            return Broken(each.id, f"stands at position {each.position} instead of {position}")
        if each.sequence != sequence:
            return Broken(each.id, f"has sequence {each.sequence} instead of {sequence}")
        if each.previous_hash != previous:
            return Broken(each.id, "names another hash before it")
        if each.hash != digest(tenant, each):
            return Broken(each.id, "says something else than its hash")
        previous = each.hash
    return None


def digest(tenant: str, event: Event) -> str:
    """The hash that an event should have."""
    said = (event.type, event.subject, event.occurred_at, event.data)
    place = (event.position, event.sequence)
    return _digest(event.previous_hash, tenant, event.id, place, said)


def _digest(
    previous: str,
    tenant: str,
    event_id: str,
    place: tuple[int, int],
    said: tuple[str, str, datetime, Mapping[str, object]],
) -> str:
    kind, subject, at, data = said
    position, sequence = place
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    whole = [previous, tenant, position, event_id, kind, subject, sequence, moment, data]
    return hashlib.sha256(_ENCODER.encode(whole)).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"an event cannot say a {type(value).__name__}")


_ENCODER = msgspec.json.Encoder(decimal_format="number", order="sorted", enc_hook=_plain)
