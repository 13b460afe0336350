"""Figures: what was measured by the clock, and what it has to reach."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

_LARGE = 99


@dataclass(frozen=True, slots=True)
class Figure:
    """Something that was measured; `goal` is what it has to reach, at least or at most."""

    name: str
    unit: str
    value: float
    goal: float | None = None
    at_most: bool = False

    @property
    def verdict(self) -> str:
        """Whether the goal is reached; nothing where there is none."""
        if self.goal is None:
            return ""
        is_reached = self.value <= self.goal if self.at_most else self.value >= self.goal
        bound = "at most" if self.at_most else "at least"
        return f"{bound} {self.goal:g} {'reached' if is_reached else 'MISSED'}"


def faults(name: str, lost: int, doubled: int) -> list[Figure]:
    """What must not have happened to what was sent: nothing is lost, nothing comes twice."""
    return [
        Figure(f"{name}, lost", "", lost, 0, at_most=True),
        Figure(f"{name}, doubled", "", doubled, 0, at_most=True),
    ]


def show(found: Sequence[Figure], console: Console) -> None:
    """Print what was measured and what it should be."""
    table = Table("figure", "measured", "unit", "goal")
    table.columns[1].justify = "right"
    for each in found:
        table.add_row(each.name, _written(each.value), each.unit, each.verdict)
    console.print(table)


def write(
    found: Sequence[Figure], sizes: Mapping[str, int], results: Path, console: Console
) -> None:
    """Write the figures, with how much was measured and on what machine; tell its load."""
    machine = {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[1], 1),
    }
    console.print(f"The load of the last five minutes is {machine['load']}.")
    figures = [{**asdict(each), "value": round(each.value, 3)} for each in found]
    written = {"machine": machine, "sizes": dict(sizes), "figures": figures}
    results.write_text(json.dumps(written, indent=2) + "\n")


def _written(value: float) -> str:
    return f"{value:,.0f}" if value >= _LARGE or value == int(value) else f"{value:.2f}"
