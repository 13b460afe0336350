"""Marks: how far one has read what changed.

A *sweep* reads every sale that changed since a moment, page by page in the order of their ids.
It ends at the moment that was the latest change when it began; the next one goes back a little
further, since what was written first may be seen last. A sale may be told twice, none is left out.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adapters.erp.tryton.wire import moment
from engine.ports.outcomes import Declined

LATE = timedelta(seconds=60)
"""How much later than it was written something may come to be seen."""
OPEN = ["state", "not in", ["done", "cancelled"]]
_MARK = re.compile(r"(\d{1,17})?/(\d{1,17})?/(\d{1,17})\Z", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Mark:
    """The sweep since `since` (None: of everything open), ending at `until`, is past `after`.

    `until` is None while a sweep has not begun, and where there has never been anything.
    """

    since: datetime | None = None
    until: datetime | None = None
    after: int = 0

    def domain(self, company: int) -> list[object]:
        """What Tryton is asked for."""
        domain: list[object] = [
            ["company", "=", company],
            ["reference", "!=", None],
            ["id", ">", self.after],
        ]
        if self.since is None:
            return [*domain, OPEN]
        changed = ("create_date", "write_date", "lines.write_date", "lines.moves.write_date")
        since = moment(self.since - LATE)
        return [*domain, ["OR", *([each, ">=", since] for each in changed)]]

    def __str__(self) -> str:
        return f"{_number(self.since)}/{_number(self.until)}/{self.after}"


def mark_of(text: str | None) -> Mark:
    """The mark that was written as `text`; the first one for none."""
    if not text:
        return Mark()
    found = _MARK.match(text)
    if found is None:
        raise Declined("this is no mark that was given out here")
    since, until, after = found.groups()
    return Mark(_moment(since), _moment(until), int(after))


def _number(at: datetime | None) -> str:
    return "" if at is None else str((at - _EPOCH) // _MICROSECOND)


def _moment(number: str | None) -> datetime | None:
    return None if not number else _EPOCH + int(number) * _MICROSECOND
