"""Failpoints: named places where a test may let this process end, wait or fail.

Nothing is set unless the process was started so; then `name:nth:what` acts the nth time the
place is reached. `kill` ends the process as a power cut would, `raise` raises, `sleep=2` waits.
"""

import signal
import time
from dataclasses import dataclass


class Failed(RuntimeError):
    """A failpoint was told to raise."""


@dataclass(slots=True)
class _Point:
    left: int
    what: str


_SET: dict[str, list[_Point]] = {}


def arm(text: str) -> None:
    """Set failpoints: `name:nth:what`, separated by commas. ValueError where that is not so."""
    _SET.clear()
    for each in filter(None, text.split(",")):
        name, nth, what = each.strip().split(":")
        _SET.setdefault(name, []).append(_Point(int(nth), what))


def failpoint(name: str) -> None:
    """A place where something may be made to go wrong."""
    if not _SET:
        return
    for point in _SET.get(name, ()):
        point.left -= 1
        if point.left == 0:
            _act(name, point.what)


def _act(name: str, what: str) -> None:
    if what == "kill":
        signal.raise_signal(signal.SIGKILL)
    if what.startswith("sleep="):
        time.sleep(int(what.removeprefix("sleep=")))
    elif what == "raise":
        raise Failed(name)
