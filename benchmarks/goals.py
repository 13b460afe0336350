"""What the ratios have to reach, and how a run is written down."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.peers.work import LINE_CHANGED, RECALCULATE

PEERS = ("starlette+msgspec", "fastapi", "echo", "connexion")

_GOALS = {
    LINE_CHANGED: (0.45, 1.5, 0.28, 3),
    f"{RECALCULATE}, 20 lines": (0.45, 1.5, 0.28, 10),
    f"{RECALCULATE}, 200 lines": (None, None, None, 10),
    f"{RECALCULATE}, 500 lines": (0.45, 1.2, 0.33, 25),
}


@dataclass(frozen=True, slots=True)
class Result:
    """How often the cost of our request goes into the peer's; `goal` is the least it should."""

    work: str
    against: str
    ratio: float
    goal: float | None


def goal(work: str, against: str) -> float | None:
    """The goal for a work against a peer, if there is one."""
    return _GOALS[work][PEERS.index(against)]


def write(results: Sequence[Result], path: Path) -> None:
    """Write `results` as a sorted JSON list."""
    ordered = sorted(results, key=lambda result: (result.work, result.against))
    path.write_text(json.dumps([asdict(result) for result in ordered], indent=2) + "\n")
