"""The database behind the store: SQLite and PostgreSQL differ here and nowhere else.

Three doors: `writing` (SQLite: BEGIN IMMEDIATE on the one connection that writes, whose pool
is the queue of writers; PostgreSQL: READ COMMITTED), `reading` (one consistent view; the
database itself refuses writes) and `asking` (single statements on bare connections). What
an address says itself (`?timeout=` for SQLite, libpq's parameters for PostgreSQL) wins over
what is set here.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import (
    Connection,
    Engine,
    ExceptionContext,
    NullPool,
    Table,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session

from engine.kernel.errors import Conflict
from engine.store import failures
from engine.store.asking import Asking

PATIENCE = 5
"""Seconds anybody waits for a connection, a statement or SQLite's lock."""
_MIGRATION_PATIENCE = 60
_MIGRATION_LOCK = 7_170_515_237
"""The advisory lock on PostgreSQL that means: a migration is running."""

_SESSION = {
    "statement_timeout": f"{PATIENCE}s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
    "timezone": "UTC",
    "jit": "off",
}
"""Every PostgreSQL session begins with these; no statement is worth being compiled."""

Upsert = postgresql.Insert | sqlite.Insert


def located(database_url: str) -> URL:
    """The address of a database the store can use; ValueError for any other."""
    try:
        url = make_url(database_url)
    except ArgumentError:
        raise ValueError("the database's address cannot be read") from None
    backend = url.get_backend_name()
    if backend in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and url.database and url.database != ":memory:":
        return url.set(drivername="sqlite+pysqlite")
    raise ValueError("the database is a PostgreSQL server or an SQLite file")


class Database:
    """One database and the pools of connections that this process keeps to it."""

    def __init__(self, database_url: str, pool_size: int) -> None:
        self._url = located(database_url)
        self._is_sqlite = self._url.get_backend_name() == "sqlite"
        if self._is_sqlite:
            self._writer = _sqlite(self._url, writes=True, pool_size=1)
            self._reader = _sqlite(self._url, writes=False, pool_size=pool_size)
            self.asking = Asking(_sqlite(self._url, writes=False, pool_size=None))
        else:
            self._writer = _postgresql(
                self._url,
                pool_size=pool_size,
                pool_pre_ping=True,
                isolation_level="READ COMMITTED",
            )
            self._reader = self._writer.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            bare = _postgresql(self._url, pool_size=None, isolation_level="AUTOCOMMIT")
            self.asking = Asking(bare)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that writes: commits on a clean exit, rolls back on an exception."""
        with _transaction(self._writer) as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that sees one moment of the database and cannot write."""
        with _transaction(self._reader) as session:
            yield session

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A transaction that may change the schema; other processes wait for it to end."""
        if self._is_sqlite:
            Path(str(self._url.database)).parent.mkdir(parents=True, exist_ok=True)
            engine = _sqlite(self._url, writes=True, migrates=True)
        else:
            engine = _postgresql(self._url, pool_size=1)
        try:
            with engine.begin() as connection:
                if not self._is_sqlite:
                    _take_turn(connection)
                yield connection
        finally:
            engine.dispose()

    def close(self) -> None:
        """Give every connection back to the database."""
        self.asking.close()
        for engine in (self._writer, self._reader):
            engine.dispose()


def upsert(connection: Connection, table: Table) -> Upsert:
    """An INSERT for `table` that can say what to do when the key is there already."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


@contextmanager
def _transaction(engine: Engine) -> Iterator[Session]:
    with Session(engine, autoflush=False, expire_on_commit=False) as session, session.begin():
        try:
            session.connection()
        except PoolTimeoutError as error:
            raise failures.away() from error
        yield session
        _not_given_up(session)


def _not_given_up(session: Session) -> None:
    """Whoever swallowed a failure must not believe in a commit.

    PostgreSQL answers the COMMIT of a failed transaction by quietly keeping nothing.
    """
    connection = session.connection()
    if connection.invalidated:
        raise failures.away()
    driver: object = connection.connection.dbapi_connection
    if isinstance(driver, psycopg.Connection):
        status = driver.info.transaction_status
        if status is psycopg.pq.TransactionStatus.INERROR:
            raise Conflict("a statement had failed before, so nothing was kept")


def _take_turn(connection: Connection) -> None:
    """Wait until no other process migrates; the lock goes with the transaction."""
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_MIGRATION_PATIENCE}s'")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")


def _translated(context: ExceptionContext) -> None:
    meaning = failures.meaning(context.original_exception)
    if meaning is not None and not context.is_pre_ping:  # a failed ping only means: connect anew
        raise meaning from context.original_exception


def _sqlite(url: URL, *, writes: bool, migrates: bool = False, pool_size: int | None = 1) -> Engine:
    patience = _MIGRATION_PATIENCE if migrates else float(str(url.query.get("timeout", PATIENCE)))
    engine = create_engine(
        url,
        connect_args={"timeout": patience, "check_same_thread": False},
        **_pool(pool_size, patience),
    )

    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin anything on its own
        if writes:
            _log_ahead(connection, patience)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA foreign_keys = {'OFF' if migrates else 'ON'}")
        connection.execute("PRAGMA temp_store = MEMORY")
        if not writes:
            connection.execute("PRAGMA query_only = ON")

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    event.listen(engine, "handle_error", _translated)
    return engine


def _log_ahead(connection: sqlite3.Connection, patience: float) -> None:
    """Switch the file to WAL, unless it is; SQLite itself does not wait for others who do."""
    until = time.monotonic() + patience
    while connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)


def _pool(size: int | None, patience: float) -> dict[str, Any]:
    """How connections are kept: at most `size` of them; None keeps none."""
    if size is None:
        return {"poolclass": NullPool}
    kept = {"pool_size": size, "max_overflow": 0, "pool_use_lifo": True}
    return kept | {"pool_timeout": patience}


def _postgresql(
    url: URL,
    *,
    pool_size: int | None,
    **options: Any,  # noqa: ANN401 (passed on as they are)
) -> Engine:
    wanted: dict[str, object] = {
        "connect_timeout": 3,
        "tcp_user_timeout": 10_000,
        "application_name": "quotewright",
        "options": " ".join(f"-c {name}={value}" for name, value in _SESSION.items()),
    }
    engine = create_engine(
        url,
        connect_args={name: value for name, value in wanted.items() if name not in url.query},
        **_pool(pool_size, PATIENCE),
        **options,
    )
    event.listen(engine, "handle_error", _translated)
    return engine
