"""One solver as a process: `python -m benchmarks.solvers.peer NAME`, lines of JSON in and out.

It runs where its solver is installed, and imports nothing but the standard library, this
package and that solver. A line in is the name of a work and what it needs; a line out has the
nanoseconds of each part and the answer, null where the time was spent first.
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Any, Protocol

from benchmarks.solvers.models import Model, read
from benchmarks.solvers.stopwatch import Stopwatch


class Solver(Protocol):
    """What a module of a solver has as `Solver`: besides, a method for each work it can do.

    A work takes the state and the seconds it has, uses the stopwatch for what counts, and
    returns None where the time was spent first.
    """

    VERSION: str

    def __init__(self, model: Model, watch: Stopwatch) -> None:
        """Build whatever can be kept, on the stopwatch, up to the first check."""


def _serve(kind: type[Solver]) -> None:
    solver: Solver | None = None
    watch = Stopwatch()
    _say({"version": kind.VERSION})
    for line in sys.stdin:
        asked = json.loads(line)
        watch.parts.clear()
        answer: Any = True
        if asked["work"] == "load":
            model = read(Path(asked["model"]))
            solver = None
            solver = kind(model, watch)
        else:
            state = dict(asked["state"])
            answer = getattr(solver, asked["work"])(state, asked["seconds"])
        _say({"parts": watch.parts, "answer": answer})


def _say(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _serve(importlib.import_module(f"benchmarks.solvers.with_{sys.argv[1]}").Solver)
