"""A worker beside a server: a process of its own, started again whenever it ends."""

import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import structlog

_LOG = structlog.get_logger()
_SOON = 1.0
_LATEST = 30.0
_STEADY_SECONDS = 60.0
"""Whoever ran for so long is started again soon."""


@contextmanager
def kept_running(command: Sequence[str], grace: float) -> Iterator[None]:
    """Keep `command` running until the block ends; then it has `grace` seconds to finish.

    Its standard input ends when this process does, however that ends.
    """
    keeper = _Keeper(command)
    thread = threading.Thread(target=keeper.keep, name="worker-beside", daemon=True)
    thread.start()
    try:
        yield
    finally:
        keeper.end(grace)
        thread.join(grace)


class _Keeper:
    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._over = threading.Event()
        self._running: subprocess.Popen[bytes] | None = None

    def keep(self) -> None:
        wait = _SOON
        while not self._over.is_set():
            began = time.monotonic()
            self._running = subprocess.Popen(self._command, stdin=subprocess.PIPE)  # noqa: S603 (our own program)
            status = self._running.wait()
            if self._over.is_set():
                return
            steady = time.monotonic() - began > _STEADY_SECONDS
            wait = _SOON if steady else min(2 * wait, _LATEST)
            _LOG.warning("worker_ended", status=status, again_in_seconds=wait)
            self._over.wait(wait)

    def end(self, grace: float) -> None:
        self._over.set()
        running = self._running
        if running is None:
            return
        if running.stdin is not None:
            running.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            running.wait(grace)
        running.kill()
