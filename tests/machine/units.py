"""What units of order lines are expected to be: each unit is one word in a list."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP
from decimal import Decimal as D

MAIN = ("pending", "acknowledged", "in_progress", "ready", "shipped", "delivered", "completed")
BEFORE = MAIN[:4]
AFTER = MAIN[4:]
STOPPED = ("held", "backordered", "failed", "cancel_requested")
ASIDE = ("cancel_requested", *MAIN, "held", "backordered", "failed")
"""Which units go aside first: what is cancelled are those that were asked to be."""
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
GIVEN_UP = LOST | {"cancel_requested"}
TAKEN_UP = frozenset({"acknowledged", "in_progress", "ready", "shipped"})


def cents(amount: D) -> D:
    """An amount that can be paid."""
    return amount.quantize(D("0.01"), ROUND_HALF_UP)


@dataclass
class Goods:
    """A line of an order: its units, how many were told, and when a status was spoken of.

    `told` is what was said since `before`, in the order in which it happened.
    """

    id: str
    sku: str
    system: str
    total: D
    units: list[str]
    told: list[tuple[datetime, str, int | None]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    at: dict[str, datetime] = field(default_factory=dict)
    before: "Goods | None" = None

    @property
    def counted(self) -> dict[str, int]:
        return dict(Counter(self.units))

    @property
    def net(self) -> D:
        """What it comes to: what is given up comes to nothing."""
        return self.part(sum(each not in GIVEN_UP for each in self.units))

    def goes_on(self, status: str) -> bool:
        """Whether a contract goes on although a report would give the line up."""
        gives_up = status in LOST | {"cancel_requested", "failed"}
        is_there = any(each not in LOST | {"cancel_requested"} for each in self.units)
        return self.system == "CONTRACTS" and gives_up and is_there

    def part(self, count: int) -> D:
        """What so many units of it come to."""
        return cents(self.total * count / len(self.units))

    def settle(self) -> None:
        """Somebody has changed the line: what was told before is not read again."""
        self.told, self.before = [], deepcopy(self)
        self.before.told = []

    def hear(self, status: str, at: datetime, count: int | None = None) -> str:
        """Hear a report; why it changes nothing, or an empty text.

        What is told late is read in its place, and what came after it once more.
        """
        if self.before is None:
            self.settle()
        was = Counter(self.units)
        place = bisect_right(self.told, at, key=lambda each: each[0])
        self.told.insert(place, (at, status, count))
        if place == len(self.told) - 1:
            return self._read(status, at, count)
        start = deepcopy(self.before)
        assert start is not None
        self.units, self.counts, self.at = start.units, start.counts, start.at
        why = [self._read(status, at, count) for at, status, count in self.told][place]
        return "" if Counter(self.units) != was else why or "late"

    def _read(self, status: str, at: datetime, count: int | None) -> str:
        if status in MAIN:
            return self._way(status, at, count)
        order = ("cancel_requested", *MAIN, *STOPPED[:3])
        sources = [each for each in order if each in SIDE[status]]
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
            self.counts[status] = min(self.counts[status] + count, possible)
        here = sum(each in {*MAIN[rank:], "returned"} for each in self.units)
        reached = possible if count is None else max(self.counts[each] for each in MAIN[rank:])
        if reached <= here and possible:
            return "backward"
        sources = [*reversed(MAIN[:rank]), *STOPPED] if rank else []
        reachable = self._open(sources, at, is_counted=count is not None)
        stay = {"cancel_requested"} if count is None and status in BEFORE else set()
        found = [each for each in reachable if each not in stay]
        if not found:
            return "late" if set(sources) & set(self.units) else "backward"
        self._move(found, status, at, None if count is None else reached - here)
        return ""

    def _open(self, sources: Iterable[str], at: datetime, *, is_counted: bool) -> list[str]:
        return [
            each
            for each in sources
            if each in self.units and ((is_counted and each in MAIN) or self.at.get(each, at) <= at)
        ]

    def _move(self, sources: list[str], status: str, at: datetime, count: int | None) -> None:
        self.at[status] = max(self.at.get(status, at), at)
        left = len(self.units) if count is None else count
        for source in sources:
            while left and source in self.units:
                self.units[self.units.index(source)] = status
                left -= 1


def rolled_up(units: Iterable[str]) -> str:
    """An order's status, by its units: the first of these that is so."""
    found = set(units)
    untouched, here = set(BEFORE[:2]), {"delivered", "completed"}
    said = {
        "placed": bool(found & untouched) and found <= {*untouched, "cancelled"},
        "cancelled": found == {"cancelled"},
        "attention": bool(found & {"failed", "rejected"}),
        "completed": found <= here,
        "completed_partially": found <= here | LOST,
        "partially_shipped": bool(found & set(AFTER) and found - set(AFTER) - LOST),
        "in_progress": True,
    }
    return next(status for status, is_so in said.items() if is_so)


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
    begun: datetime | None = None
    """when the first day of what its contract serves is over"""
    is_owed: bool = True
    pushed: list[str] = field(default_factory=list)
    """the systems that were handed their part of it"""

    @property
    def status(self) -> str:
        return rolled_up(unit for each in self.goods for unit in each.units)

    @property
    def net(self) -> D:
        return sum((each.net for each in self.goods), D(0))

    @property
    def systems(self) -> list[str]:
        return list(dict.fromkeys(each.system for each in self.goods))

    def hear(self, lines: list[Goods], status: str, at: datetime, count: int | None = None) -> str:
        """All of `lines` hear a report; why nothing of it was news, or an empty text."""
        before = self.status
        ignored = [each.hear(status, at, count) for each in lines]
        if all(ignored):
            return ignored[0]
        self.events.append("fulfillment.updated")
        self.moved(before)
        if self.status == "cancelled" != before:
            self.events.append("order.cancelled")
        return ""

    def give_up(self, now: datetime) -> None:
        """What its contract serves never is: it was ended before it began."""
        before, gone = self.status, False
        for each in self.goods:
            still = [unit not in OVER | {"delivered"} for unit in each.units]
            if each.system == "CONTRACTS" and any(still):
                pairs = zip(each.units, still, strict=True)
                each.units = ["cancelled" if is_open else unit for unit, is_open in pairs]
                each.at["cancelled"] = now
                each.settle()
                gone = True
        if gone:
            self.events.append("fulfillment.updated")
            self.moved(before)
            if self.status == "cancelled" != before:
                self.events.append("order.cancelled")

    def provide(self, now: datetime) -> None:
        """What its contract serves is provided where that has begun and all else is over."""
        served = [each for each in self.goods if each.system == "CONTRACTS"]
        open_ones = [each for each in served if TAKEN_UP & set(each.units)]
        for each in self.goods:
            usual = OVER | {"delivered"}
            if set(each.units) - usual - (TAKEN_UP if each in open_ones else set()):
                return
        if open_ones and self.begun is not None and now >= self.begun:
            self.hear(open_ones, "completed", now)

    @property
    def is_unsettled(self) -> bool:
        """Whether units wait to be cancelled."""
        return any("cancel_requested" in each.units for each in self.goods)

    @property
    def can_be_billed(self) -> bool:
        """Whether it is said what is due, and something is."""
        left = any(set(each.units) - GIVEN_UP for each in self.goods)
        return not self.is_unsettled and (left or bool(self.fees))

    def moved(self, before: str) -> None:
        if self.status != before:
            self.events.append("order.status_changed")

    @property
    def coming(self) -> list[str]:
        """The systems of which anything is to come."""
        lost = {each.id for each in self.goods if set(each.units) <= LOST}
        return list(dict.fromkeys(each.system for each in self.goods if each.id not in lost))

    def hand_over(self, systems: list[str], now: datetime) -> None:
        """Each system takes its part, in the order in which they said so."""
        self.is_owed, self.pushed = False, systems
        for system in systems:
            self.hear([each for each in self.goods if each.system == system], "acknowledged", now)
            self.provide(now)

    def spoken_of(self, system: str) -> list[Goods]:
        """The lines a report about a whole system means."""
        mine = [each for each in self.goods if each.system == system]
        return [each for each in mine if not set(each.units) <= OVER] or mine
