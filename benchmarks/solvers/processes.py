"""Solvers as processes: started where they are installed, asked by lines, ended when late."""

import contextlib
import json
import select
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.solvers.models import State

_ROOT = Path(__file__).parents[2]
_WANTED = Path(__file__).with_name("requirements.txt")
_INSTALLING = 600
_STARTING = 60
_GRACE = 1.5
"""How much longer than allowed an answer is awaited before the process is ended."""


class BrokenError(Exception):
    """A solver ended by itself, or could not be installed."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer (None: the time was spent first) and the milliseconds of its parts."""

    answer: Any
    parts: dict[str, float]


LATE = Reply(None, {})


class Process:
    """A solver with a model. Whoever is late is ended, and begins again when asked next."""

    def __init__(self, name: str, python: str, log: Path) -> None:
        self.name = name
        self.version = ""
        self._python, self._log = python, log
        self._running: subprocess.Popen[str] | None = None
        self._model: tuple[Path, float] | None = None

    def load(self, model: Path, seconds: float) -> Reply:
        """Give it a model."""
        self._model = (model, seconds)
        if self._running is None:
            self._start()
        reply = self._told({"work": "load", "model": str(model)}, seconds)
        if reply.answer is None:
            self._model = None
        return reply

    def ask(self, work: str, state: State, seconds: float) -> Reply:
        """Ask about the model; never answered where there is none."""
        if self._model is None:
            return LATE
        if self._running is None and self.load(*self._model).answer is None:
            return LATE
        asked = {"work": work, "state": list(state.items()), "seconds": seconds}
        return self._told(asked, seconds)

    def end(self) -> None:
        """End it, answer or not."""
        if self._running is not None:
            self._running.kill()
            self._running.communicate()
            self._running = None

    def _start(self) -> None:
        with self._log.open("ab") as log:
            self._running = subprocess.Popen(  # noqa: S603 (our own program)
                [self._python, "-m", "benchmarks.solvers.peer", self.name],
                cwd=_ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        told = self._line(self._running, _STARTING)
        self.version = "" if told is None else told["version"]

    def _told(self, asked: dict[str, object], seconds: float) -> Reply:
        running = self._running
        if running is None or running.stdin is None:
            raise BrokenError(self.name)
        running.stdin.write(json.dumps(asked) + "\n")
        running.stdin.flush()
        told = self._line(running, seconds * _GRACE + 1)
        if told is None:
            self.end()
            return LATE
        parts = {part: taken / 1e6 for part, taken in told["parts"].items()}
        return Reply(told["answer"], parts)

    def _line(self, running: "subprocess.Popen[str]", seconds: float) -> dict[str, Any] | None:
        """The next line; None where it is late."""
        if running.stdout is None or not select.select([running.stdout], [], [], seconds)[0]:
            return None
        line = running.stdout.readline()
        if not line:
            raise BrokenError(f"{self.name}:\n{self._log.read_text(errors='replace')[-2000:]}")
        told: dict[str, Any] = json.loads(line)
        return told


@contextlib.contextmanager
def processes(names: Mapping[str, str], folder: Path) -> Iterator[dict[str, Process]]:
    """A process for each name with its interpreter, until the block ends."""
    made = {name: Process(name, python, folder / f"{name}.log") for name, python in names.items()}
    try:
        yield made
    finally:
        for each in made.values():
            each.end()


def environment(folder: Path) -> str:
    """The interpreter of an environment that has the other solvers; made if it is not there."""
    python = folder / "bin" / "python"
    if not python.exists():
        _run([sys.executable, "-m", "venv", str(folder)])
    _run([str(python), "-m", "pip", "install", "-q", "-r", str(_WANTED)])
    return str(python)


def _run(command: list[str]) -> None:
    done = subprocess.run(  # noqa: S603 (our own commands)
        command, capture_output=True, text=True, timeout=_INSTALLING, check=False
    )
    if done.returncode:
        raise BrokenError(f"{command[0]} failed:\n{done.stdout[-1000:]}{done.stderr[-2000:]}")
