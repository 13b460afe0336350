"""Time is passed in: nothing in the engine asks the machine what time it is."""

from datetime import UTC, date, datetime, tzinfo
from typing import Protocol


class Clock(Protocol):
    """A source of aware UTC instants."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 (the one place that may ask)


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant


def today(clock: Clock, zone: tzinfo) -> date:
    """The business day it is now in `zone`."""
    return clock.now().astimezone(zone).date()
