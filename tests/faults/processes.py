"""Processes of the application that a test may stop, let go on and kill, each by its id."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from tests.house.sources import ROOT

PATIENCE = 30.0
"""Seconds that anything may take on a busy machine before a test gives up."""
_POLL = 0.01


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(fact: Callable[[], bool], what: str, seconds: float = PATIENCE) -> float:
    """Wait for a fact; the seconds that it took."""
    began = time.monotonic()
    while not fact():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"after {seconds} seconds still not so: {what}")
        time.sleep(_POLL)
    return time.monotonic() - began


class Nursery:
    """Starts processes as copies of one that has loaded the application."""

    def __init__(self) -> None:
        self._born: list[int] = []
        self._ended: dict[int, int] = {}
        self._ready = False
        self._news = threading.Condition()

    def __enter__(self) -> Self:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", str(Path(__file__).with_name("nursery.py"))],
            cwd=ROOT,
            env=kept | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._environment = kept
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()
        wait_until(lambda: self._ready, "the application is loaded", 2 * PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._listening.join(PATIENCE)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def start(self, arguments: Sequence[str], settings: Mapping[str, str], log: Path) -> "Child":
        """A process of `app.py` with these arguments."""
        wanted = {
            "arguments": list(arguments),
            "environment": {**self._environment, **settings},
            "log": str(log),
        }
        with self._news:
            count = len(self._born)
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(wanted).encode() + b"\n")
            self._process.stdin.flush()
            assert self._news.wait_for(lambda: len(self._born) > count, PATIENCE)
            return Child(self, self._born[-1], log)

    def end_of(self, pid: int) -> int | None:
        """How a process ended: what it returned, or below zero the signal; None while it runs."""
        with self._news:
            return self._ended.get(pid)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said = json.loads(line)
            with self._news:
                self._ready = self._ready or "ready" in said
                if "born" in said:
                    self._born.append(said["born"])
                if "ended" in said:
                    self._ended[said["ended"]] = said["status"]
                self._news.notify_all()


class Child:
    """One process that we started."""

    def __init__(self, nursery: Nursery, pid: int, log: Path) -> None:
        self._nursery = nursery
        self.pid = pid
        self._log = log

    @property
    def status(self) -> int | None:
        """How it ended; None while it runs."""
        return self._nursery.end_of(self.pid)

    @property
    def said(self) -> str:
        """What it has printed, with what others printed to the same file."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def dies(self, seconds: float = PATIENCE) -> None:
        """Wait until it was killed, as it is to be at its failpoint."""
        wait_until(lambda: self.status is not None, "the process has died", seconds)
        assert self.status == -signal.SIGKILL, self.said[-2000:]

    def send(self, number: signal.Signals) -> None:
        """A signal to this process alone, if it still runs."""
        if self.status is None:
            os.kill(self.pid, number)

    def end(self) -> None:
        """Make sure that it runs no more."""
        self.send(signal.SIGKILL)
        wait_until(lambda: self.status is not None, "the process has ended")
