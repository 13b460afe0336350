"""The processes that solve: few, each with one question at a time, each killed when it is late."""

import contextlib
import selectors
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from threading import Condition

from connector.solving import wire
from connector.solving.wire import Asked, Defect, Told
from engine.configuration.linting import Inspection
from engine.configuration.questions import Answer, Question, Status
from engine.kernel.errors import Invalid

WALL_SECONDS = 4.0
"""From asking to being told, compiling included."""
_START_SECONDS = 10.0
_TELLING_SECONDS = 0.2
"""Time for an answer to come back before its process is ended."""
_ROOT = Path(__file__).parents[2]


class Busy(Exception):
    """Too many questions wait already; `retry_after` is in seconds."""

    retry_after = 1


class Pool:
    """At most `count` processes, started when they are needed. Threads share the pool.

    A tenant has one question worked on at a time; `queue` questions may wait in all.
    """

    def __init__(self, count: int = 2, queue: int = 8) -> None:
        self._idle: list[_Process] = []
        self._unborn = count
        self._queue = queue
        self._waiting = 0
        self._asking: Counter[str] = Counter()
        self._changed = Condition()

    def ask(self, tenant: str, asked: Asked, question: Question) -> Answer:
        """The answer, `unknown` where it was not to be had in time.

        Busy where too many wait; Invalid where the question cannot be understood.
        """
        found = self._found(tenant, replace(asked, question=question))
        if isinstance(found, Answer):
            return found
        return Answer(mode=question.mode, status=Status.UNKNOWN)

    def inspect(self, tenant: str, asked: Asked) -> Inspection:
        """What is odd about a model, not complete where the time was spent. Busy, Invalid."""
        found = self._found(tenant, asked)
        return found if isinstance(found, Inspection) else Inspection([], complete=False)

    def _found(self, tenant: str, asked: Asked) -> object:
        """What a process answers; None where there is no answer in time."""
        until = time.monotonic() + WALL_SECONDS
        process = self._taken(tenant, until)
        if process is None:
            return None
        found: object = None
        try:
            found = process.ask(asked, until)
        finally:
            self._given_back(tenant, process, alive=found is not None and not process.is_spent)
        if isinstance(found, Invalid):
            raise found
        if isinstance(found, Defect):
            raise RuntimeError(found.trace)  # noqa: TRY004 (a defect of ours, told as one)
        return found

    def close(self) -> None:
        """End every process that rests."""
        with self._changed:
            idle, self._idle = self._idle, []
            self._unborn += len(idle)
        for process in idle:
            process.end()

    def _taken(self, tenant: str, until: float) -> "_Process | None":
        """A process for the tenant, or None where none is free in time."""
        with self._changed:
            if self._waiting >= self._queue:
                raise Busy
            self._waiting += 1
            try:
                while self._asking[tenant] or not (self._idle or self._unborn):
                    if not self._changed.wait(max(0.0, until - time.monotonic())):
                        return None
                self._asking[tenant] += 1
            finally:
                self._waiting -= 1
            if self._idle:
                return self._idle.pop()
            self._unborn -= 1
        try:
            return _Process()
        except OSError:
            self._gone(tenant)
            raise

    def _given_back(self, tenant: str, process: "_Process", *, alive: bool) -> None:
        if not alive:
            process.end()
        self._gone(tenant, process if alive else None)

    def _gone(self, tenant: str, kept: "_Process | None" = None) -> None:
        """The tenant asks no more; its process rests, or another may be started."""
        with self._changed:
            self._asking[tenant] -= 1
            if not self._asking[tenant]:
                del self._asking[tenant]
            if kept is not None:
                self._idle.append(kept)
            else:
                self._unborn += 1
            self._changed.notify_all()


class _Process:
    """One process; it is started at once, and is ready when it says so."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "connector.solving.child"]
        self._process = subprocess.Popen(  # noqa: S603 (our own module)
            command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._is_ready = False
        self.is_spent = False

    def ask(self, asked: Asked, until: float) -> object:
        """What it answers; None where it does not in time, or has gone."""
        if not self._is_ready:
            starting = time.monotonic()
            if self._told(starting + _START_SECONDS) is None:
                return None
            self._is_ready = True
            until += time.monotonic() - starting
        try:
            if self._process.stdin is not None:
                wall = int((until - time.monotonic() - _TELLING_SECONDS) * 1_000)
                wire.write(self._process.stdin, replace(asked, wall=wall))
        except OSError:
            return None
        told = self._told(until)
        if not isinstance(told, Told):
            return None
        self.is_spent = told.is_last
        return told.found

    def end(self) -> None:
        """Kill it, and see that it is gone."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self._process.wait()

    def _told(self, until: float) -> object:
        stream = self._process.stdout
        if stream is None:
            return None
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            if not selector.select(max(0.0, until - time.monotonic())):
                return None
        try:
            found: object = wire.read(stream)
        except (EOFError, OSError):
            return None
        return found
