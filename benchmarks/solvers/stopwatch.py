"""Processor time of this process, by the part of the work it goes into."""

import contextlib
import time
from collections.abc import Iterator

CALL = "call"


class Stopwatch:
    """Runs while its block does; what is outside of blocks is not measured."""

    def __init__(self) -> None:
        self.parts: dict[str, int] = {}

    @contextlib.contextmanager
    def __call__(self, part: str = CALL) -> Iterator[None]:
        """Add the nanoseconds of the block to `part`."""
        before = time.process_time_ns()
        try:
            yield
        finally:
            spent = time.process_time_ns() - before
            self.parts[part] = self.parts.get(part, 0) + spent
