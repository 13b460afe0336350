"""A small model of how far a line is: its units one by one, and its reports in their order.

It is what the hub should come to, worked out in another way: every unit has a status, every
report is read when it is its turn, and nothing ever comes late.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

WAY = ("pending", "acknowledged", "in_progress", "ready", "shipped", "delivered", "completed")
HOUSE = WAY[: WAY.index("shipped")]
STOPPED = ("held", "backordered", "failed", "cancel_requested")
SIDES = {
    "held": {*HOUSE, "backordered"},
    "backordered": {*HOUSE, "held"},
    "failed": {*HOUSE, "shipped", "held", "backordered"},
    "cancelled": {*HOUSE, *STOPPED},
    "returned": {"shipped", "delivered", "completed"},
}


@dataclass(frozen=True)
class Said:
    """A report: `units` of a line have reached a status, or all where None, at an hour."""

    id: str
    hour: int
    status: str
    units: int | None = None


def in_order(size: int, reports: Iterable[Said]) -> dict[str, int]:
    """How many units are where after the reports, each of them once, by the hour."""
    units = ["pending"] * size
    told: Counter[str] = Counter()
    once = {each.id: each for each in reports}
    for said in sorted(once.values(), key=lambda each: each.hour):
        if said.status in SIDES:
            _leave(units, said)
        else:
            _advance(units, said, told)
    return dict(Counter(units))


def _leave(units: list[str], said: Said) -> None:
    """Those that are least far leave the way."""
    ranked = (*WAY, *STOPPED)
    open_ones = [n for n, each in enumerate(units) if each in SIDES[said.status]]
    open_ones.sort(key=lambda n: ranked.index(units[n]))
    for n in open_ones[: said.units]:
        units[n] = said.status


def _advance(units: list[str], said: Said, told: Counter[str]) -> None:
    """Those that are furthest go on; of counted ones as many as are known to have come so far."""
    rank = WAY.index(said.status)
    ranked = (*WAY, *reversed(STOPPED))
    behind = [n for n, each in enumerate(units) if each in (*WAY[:rank], *STOPPED)]
    behind.sort(key=lambda n: (units[n] in STOPPED, -ranked.index(units[n])))
    if said.units is not None:
        possible = len(units) - units.count("cancelled")
        told[said.status] = min(told[said.status] + said.units, possible)
        known = max(told[each] for each in WAY[rank:])
        there = sum(each in {*WAY[rank:], "returned"} for each in units)
        behind = behind[: max(known - there, 0)]
    for n in behind:
        units[n] = said.status
