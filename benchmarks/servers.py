"""The servers under measurement: each a process of its own on a free port of this machine."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_PATIENCE = 60


class NotUpError(Exception):
    """A server did not start."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `group` is the process group it leads."""

    name: str
    port: int
    group: int

    def cpu(self) -> int:
        """Nanoseconds of processor time the living threads of the group have had so far."""
        return sum(_on_cpu(task) for pid in _members(self.group) for task in pid.glob("task/*"))


@contextlib.contextmanager
def started(  # noqa: PLR0913 (how a program is started)
    name: str,
    command: Sequence[str],
    settings: Mapping[str, str],
    port: int,
    log: Path,
    *,
    python: str = sys.executable,
) -> Iterator[Server]:
    """A server started by `command`, until the block ends. Raises NotUpError."""
    inherited = os.environ  # noqa: TID251 (a server is told its settings by its environment)
    kept = {key: value for key, value in inherited.items() if not key.startswith("HUB_")}
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 (our own servers)
            [python, *command],
            cwd=ROOT,
            env={**kept, **settings, "PYTHONWARNINGS": "ignore"},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _await(process, name, port, log)
        yield Server(name, port, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(process: subprocess.Popen[bytes], name: str, port: int, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise NotUpError(f"{name} is not up:\n{log.read_text(errors='replace')[-2000:]}")


def _members(group: int) -> Iterator[Path]:
    """The processes of a group, as their folders."""
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            after_name = (process / "stat").read_text().rpartition(")")[2].split()
            if int(after_name[2]) == group:
                yield process


def _on_cpu(task: Path) -> int:
    with contextlib.suppress(OSError):
        return int((task / "schedstat").read_text().split()[0])
    return 0
