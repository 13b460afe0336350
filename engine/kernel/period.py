"""Half-open date ranges: the first day belongs to the period, the end day does not."""

from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` (inclusive) to `end` (exclusive); None on a side means no bound there."""

    start: date | None = None
    end: date | None = None

    @classmethod
    def of_days(cls, first: date | None, last: date | None) -> "Period":
        """The period from `first` to `last`, both days belonging to it."""
        return cls(first, None if last is None or last == date.max else last + _DAY)

    @property
    def last_day(self) -> date | None:
        """The last day that belongs to the period; None when it is open."""
        return None if self.end is None else self.end - _DAY

    def __contains__(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def overlaps(self, other: "Period") -> bool:
        """Whether any day belongs to both."""
        return _before(self.start, other.end) and _before(other.start, self.end)


def _before(start: date | None, end: date | None) -> bool:
    return start is None or end is None or start < end


ALWAYS = Period()
