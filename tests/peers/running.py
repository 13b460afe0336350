"""Programs of the peers: started on loopback, waited for, and stopped by their process id."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_PATIENCE = 120.0
_PAUSE = 0.05
_TO_STOP = 10.0


class NotUpError(Exception):
    """A peer did not come up, or a step towards it failed."""


def free_port() -> int:
    """A port nobody listens at just now."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
    return port


def run(command: Sequence[str | Path], settings: Mapping[str, str], patience: int = 900) -> str:
    """What a program said that was run to its end."""
    done = subprocess.run(
        [str(each) for each in command],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=patience,
        check=False,
    )
    if done.returncode:
        raise NotUpError(f"{command[0]} failed:\n{done.stdout[-1000:]}{done.stderr[-3000:]}")
    return done.stdout


@contextlib.contextmanager
def started(
    command: Sequence[str | Path], settings: Mapping[str, str], url: str, log: Path
) -> Iterator[None]:
    """A program that answers at `url`, whatever it says there, until the block ends."""
    with log.open("ab") as said:
        process = subprocess.Popen(
            [str(each) for each in command],
            env={**os.environ, **settings},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        _wait(process, url, log)
        yield
    finally:
        _stop(process)


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise NotUpError(f"it ended with {process.returncode}:\n{log.read_text()[-3000:]}")
        with contextlib.suppress(OSError):
            try:
                urllib.request.urlopen(url, timeout=30).close()  # noqa: S310 (our own loopback address)
            except urllib.error.HTTPError as error:
                error.close()
            return
        time.sleep(_PAUSE)
    raise NotUpError(f"nothing answers at {url}:\n{log.read_text()[-3000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End it with all it has started: they are a group of their own."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_TO_STOP)
            return
