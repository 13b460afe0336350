"""Ledgers of simulated systems: SQLite files that several processes open as they please."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from engine.ports.outcomes import Postponed

_PATIENCE = 5.0
_PAUSE = 0.01


@contextmanager
def opened(file: Path, schema: str) -> Iterator[sqlite3.Connection]:
    """A ledger, made by `schema` where it is new; Postponed while it cannot be reached."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        found = sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None)
        with closing(found) as ledger:
            _log_ahead(ledger)
            ledger.executescript(schema)
            yield ledger
    except (sqlite3.OperationalError, OSError) as error:
        raise Postponed(f"the ledger cannot be reached: {error}") from error


def _log_ahead(ledger: sqlite3.Connection) -> None:
    """Switch the file to WAL, unless it is; SQLite itself does not wait for others who do.

    Nor does it wait for whoever mends the file after a process was killed.
    """
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            if ledger.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",):
                return
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
        time.sleep(_PAUSE)
