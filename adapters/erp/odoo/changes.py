"""The mark that changes are asked from, page by page.

Odoo tells when an order was written to the second, and as the time its transaction began: an
order may show up behind others that were written later. So the last minute is read again, and
what was seen in it is left out.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from adapters.erp.odoo.client import Record
from adapters.erp.odoo.states import changed_at, written
from engine.ports.outcomes import Declined

PAGE = 50
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_OVERLAP = timedelta(minutes=1)
_MOST_SEEN = 500
"""Of more orders in the last minute only those of the last second are remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """From when on to ask, and after how many; `seen` is when orders were written, by number.

    `is_first`: only what is open is asked for.
    """

    since: datetime = _BEGINNING
    skip: int = 0
    seen: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    is_first: bool = False

    def fresh(self, page: Sequence[Record]) -> list[Record]:
        """What was not seen before as it is now."""
        return [each for each in page if self.seen.get(str(each["id"])) != each.get("write_date")]

    def after(self, page: Sequence[Record]) -> "Mark":
        """The mark for what comes after a page."""
        reached = max((changed_at(each) or self.since for each in page), default=self.since)
        seen = {**self.seen, **{str(each["id"]): str(each.get("write_date")) for each in page}}
        newest = changed_at({"write_date": max(seen.values(), default="")}) or self.since
        begin = newest - _OVERLAP if seen else newest
        if sum(at >= written(begin) for at in seen.values()) > _MOST_SEEN:
            begin = newest
        left = {name: at for name, at in seen.items() if at >= written(begin)}
        if len(page) < PAGE:
            return Mark(since=begin, seen=left)
        skip = self.skip + PAGE if reached == self.since else 0
        return Mark(since=reached, skip=skip, seen=left, is_first=self.is_first)

    def text(self) -> str:
        """The mark for somebody to keep."""
        kept = [written(self.since), self.skip, dict(self.seen), self.is_first]
        return json.dumps(kept, separators=(",", ":"))


def mark_of(text: str | None) -> Mark:
    """The mark somebody kept; the beginning without one."""
    if not text:
        return Mark(is_first=True)
    try:
        since, skip, seen, is_first = json.loads(text)
        mark = Mark(skip=int(skip), seen=dict(seen), is_first=bool(is_first))
    except (ValueError, TypeError):
        moment = None
    else:
        moment = changed_at({"write_date": since})
    if moment is None:
        raise Declined(f"{text[:50]} is no mark of Odoo's changes")
    return replace(mark, since=moment)
