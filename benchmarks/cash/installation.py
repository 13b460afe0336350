"""The demo on a database of its own, and the processes that serve it and carry out what it owes."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks import servers
from benchmarks.servers import ROOT, Server
from connector.cli import demo
from engine.hub import Hub
from engine.kernel.clock import SystemClock
from engine.tenants.secrets import KeyRing, new_key

TENANT, KEY = demo.ANONYMOUS, next(iter(demo.KEYS))
_PATIENCE = 30.0
_STEP = 0.5
_LATER = timedelta(hours=1)
_IDLE = 0.15
"""Of a core: a process that has less to do waits for work."""


class NotSettledError(Exception):
    """Something is still owed, so it may yet be sent again."""


@dataclass(frozen=True, slots=True)
class Installation:
    """The demo on a database of its own; `settings` are those of its processes."""

    name: str
    hub: Hub
    keyring: KeyRing
    folder: Path
    settings: Mapping[str, str]

    @contextlib.contextmanager
    def serving(self, processes: int) -> Iterator[Server]:
        """The web server, until the block ends; nobody carries out what it owes."""
        port = servers.free_port()
        settings = {**self.settings, "HUB_WORKERS": str(processes), "PORT": str(port)}
        log = self.folder / "server.log"
        with servers.started(self.name, ["app.py", "serve"], settings, port, log) as server:
            yield server

    @contextlib.contextmanager
    def working(self, processes: int, **more: str) -> Iterator[list[Server]]:
        """So many workers, idle, with `more` settings, until the block ends."""
        settings = {**self.settings, **more}
        with contextlib.ExitStack() as stack:
            running = [
                stack.enter_context(
                    process(["app.py", "worker"], settings, self.folder / f"worker-{number}.log")
                )
                for number in range(processes)
            ]
            workers = [Server(self.name, 0, each.pid) for each in running]
            for worker, started in zip(workers, running, strict=True):
                _await_idle(worker, started)
            self.await_settled()
            yield workers

    def await_settled(self) -> None:
        """Wait until nothing is owed any more, so that nothing can come twice later."""
        until = time.monotonic() + 2 * _PATIENCE
        while time.monotonic() < until:
            with self.hub.administration(reading=True) as administration:
                if not administration.outbox.waiting(self.hub.clock.now() + _LATER):
                    return
            time.sleep(_STEP)
        raise NotSettledError("not every effect was settled")


@contextlib.contextmanager
def installed(name: str, url: str, folder: Path) -> Iterator[Installation]:
    """The demo, migrated and filled, on the database of that address."""
    folder.mkdir()
    key = new_key()
    settings = {
        "HUB_DEMO": "1",
        "HUB_DATA": str(folder),
        "HUB_DATABASE_URL": url,
        "HUB_HOST": "127.0.0.1",
        "HUB_RATE_LIMIT": "0",
        "HUB_LOG_LEVEL": "warning",
        "HUB_SECRET_KEY": key,
    }
    keyring = KeyRing.read(key)
    with contextlib.closing(Hub(url, clock=SystemClock(), keyring=keyring)) as hub:
        hub.migrate()
        demo.seed(hub, keyring)
        yield Installation(name, hub, keyring, folder, settings)


@contextlib.contextmanager
def process(
    command: list[str], settings: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours with its input open, which is told to end when the block does."""
    inherited = os.environ  # noqa: TID251 (a process is told its settings by its environment)
    kept = {key: value for key, value in inherited.items() if not key.startswith("HUB_")}
    with log.open("ab") as output:
        started = subprocess.Popen(  # noqa: S603 (our own programs)
            [sys.executable, *command],
            cwd=ROOT,
            env={**kept, **settings, "PYTHONWARNINGS": "ignore"},
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield started
    finally:
        if started.stdin is not None:
            started.stdin.close()
        started.terminate()
        try:
            started.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def _await_idle(server: Server, started: subprocess.Popen[bytes]) -> None:
    """Wait until a worker has begun and found nothing to do."""
    until = time.monotonic() + _PATIENCE
    before = 0
    while time.monotonic() < until and started.poll() is None:
        time.sleep(_STEP)
        now = server.cpu()
        if before and now - before < _IDLE * _STEP * 1_000_000_000:
            return
        before = now
    raise servers.NotUpError(f"{server.name}: a worker did not begin or never rests")
