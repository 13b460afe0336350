"""What units of order lines are expected to be: each unit is one word in a list."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal as D

MAIN = ("pending", "acknowledged", "in_progress", "ready", "shipped", "delivered", "completed")
BEFORE = MAIN[:4]
AFTER = MAIN[4:]
STOPPED = ("held", "backordered", "failed", "cancel_requested")
SIDE = {
    "held": (*BEFORE, "backordered"),
    "backordered": (*BEFORE, "held"),
    "failed": (*BEFORE, "shipped", "held", "backordered"),
    "rejected": ("pending", "acknowledged", "held", "backordered"),
    "cancel_requested": (*BEFORE, "held", "backordered", "failed"),
    "cancelled": (*BEFORE, *STOPPED),
    "returned": AFTER,
}
"""What may come before a status that is not on the main way."""
STATUSES = (*MAIN, *SIDE)
OVER = frozenset({"completed", "cancelled", "rejected", "returned"})
LOST = frozenset({"cancelled", "rejected", "returned"})
GIVEN_UP = frozenset({"cancelled", "cancel_requested"})


@dataclass
class Goods:
    """A line of an order: its units, how many were told, and when a status was spoken of."""

    id: str
    sku: str
    system: str
    net_each: D
    units: list[str]
    told: Counter[str] = field(default_factory=Counter)
    at: dict[str, datetime] = field(default_factory=dict)
    named: bool = False
    """whether its system has a name for it"""

    @property
    def counted(self) -> dict[str, int]:
        return dict(Counter(self.units))

    @property
    def net(self) -> D:
        """What it comes to: what is given up comes to nothing."""
        return self.net_each * sum(each not in GIVEN_UP for each in self.units)

    def hear(self, status: str, at: datetime, count: int | None = None) -> str:
        """Hear a report; why it changes nothing, or an empty text."""
        if status in MAIN:
            return self._way(status, at, count)
        sources = [each for each in (*MAIN, *STOPPED) if each in SIDE[status]]
        found = self._open(sources, at, is_counted=False)
        if not found:
            nothing = "backward" if status in self.units else "not_possible"
            return "late" if set(sources) & set(self.units) else nothing
        self._move(found, status, at, count)
        return ""

    def _way(self, status: str, at: datetime, count: int | None) -> str:
        rank = MAIN.index(status)
        possible = sum(each not in {"cancelled", "rejected"} for each in self.units)
        if count is not None:
            self.told[status] = min(self.told[status] + count, possible)
        here = sum(each in {*MAIN[rank:], "returned"} for each in self.units)
        reached = possible if count is None else max(self.told[each] for each in MAIN[rank:])
        if reached <= here and possible:
            return "backward"
        sources = [*reversed(MAIN[:rank]), *STOPPED] if rank else []
        found = self._open(sources, at, is_counted=count is not None)
        if not found:
            return "late" if set(sources) & set(self.units) else "backward"
        self._move(found, status, at, None if count is None else reached - here)
        return ""

    def _open(self, sources: Iterable[str], at: datetime, *, is_counted: bool) -> list[str]:
        return [
            each
            for each in sources
            if each in self.units
            and ((is_counted and each in MAIN) or self.at.get(each, at) <= at)
        ]

    def _move(self, sources: list[str], status: str, at: datetime, count: int | None) -> None:
        self.at[status] = max(self.at.get(status, at), at)
        left = len(self.units) if count is None else count
        for source in sources:
            while left and source in self.units:
                self.units[self.units.index(source)] = status
                left -= 1


def rolled_up(units: Iterable[str]) -> str:
    """An order's status, by its units."""
    found = set(units)
    if found <= {"pending", "acknowledged"}:
        return "placed"
    if found == {"cancelled"}:
        return "cancelled"
    if found & {"failed", "rejected"}:
        return "attention"
    if found <= {"delivered", "completed"}:
        return "completed"
    if found <= {"delivered", "completed"} | LOST:
        return "completed_partially"
    if found & set(AFTER) and found - set(AFTER) - LOST:
        return "partially_shipped"
    return "in_progress"


@dataclass
class Placed:
    """An order as it should be."""

    id: str
    quote_id: str
    number: str
    placed_at: datetime
    goods: list[Goods]
    events: list[str] = field(default_factory=lambda: ["order.placed"])
    heard: set[str] = field(default_factory=set)
    contracts: list[str] = field(default_factory=list)
    fees: list[D] = field(default_factory=list)
    is_pushed: bool = False

    @property
    def status(self) -> str:
        return rolled_up(unit for each in self.goods for unit in each.units)

    @property
    def net(self) -> D:
        return sum((each.net for each in self.goods), D(0))

    @property
    def systems(self) -> list[str]:
        return list(dict.fromkeys(each.system for each in self.goods))

    def hear(
        self, lines: list[Goods], status: str, at: datetime, count: int | None = None
    ) -> str:
        """All of `lines` hear a report; why nothing of it was news, or an empty text."""
        before = self.status
        ignored = [each.hear(status, at, count) for each in lines]
        if all(ignored):
            return ignored[0]
        self.events.append("fulfillment.updated")
        self.moved(before)
        return ""

    def moved(self, before: str) -> None:
        if self.status != before:
            self.events.append("order.status_changed")

    def spoken_of(self, system: str) -> list[Goods]:
        """The lines a report about a whole system means."""
        mine = [each for each in self.goods if each.system == system]
        return [each for each in mine if not set(each.units) <= OVER] or mine
