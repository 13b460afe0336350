"""What a database driver's failure means to a caller.

*Away*: the database does not answer, is locked, or took too long — `Unavailable`.
*Refused by a rule*: a key, a reference, a unique index — `Conflict`.
*Cannot be kept*: a value the database has no room for — `Invalid`.
Anything else is a defect of ours and stays what it is.
"""

import sqlite3

import psycopg

from engine.kernel.errors import Conflict, EngineError, Invalid, Unavailable

DRIVER_ERRORS = (sqlite3.Error, psycopg.Error)
"""What either driver raises."""

_SQLITE_AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
_PRIMARY_CODE = 0xFF
"""SQLite's extended codes carry the primary one in their last byte."""

_AWAY = (
    "08",  # the connection was lost or refused
    "25P03",  # idle in a transaction for too long
    "40",  # deadlock: somebody had to give way
    "53",  # too many connections, disk full, out of memory
    "55P03",  # a lock was not to be had in time
    "57",  # shutting down, starting up, or the statement took too long
    "58",  # input or output failed
)
_BROKEN_RULE = ("23",)
_NO_ROOM = ("22", "54")


def meaning(error: BaseException | None) -> EngineError | None:
    """What `error` means in the engine's words; None when it is a defect of ours."""
    if isinstance(error, EngineError):
        return error
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error)
    if isinstance(error, psycopg.Error):
        return _of_postgresql(error)
    return None


def away() -> Unavailable:
    """The database does not answer."""
    return Unavailable("the database does not answer")


def _refused() -> Conflict:
    return Conflict("a rule of the database forbids this")


def _unkept() -> Invalid:
    return Invalid("a value cannot be kept by the database")


def _of_sqlite(error: sqlite3.Error) -> EngineError | None:
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
    if code in _SQLITE_AWAY:
        return away()
    if code == sqlite3.SQLITE_TOOBIG:
        return _unkept()
    return _refused() if isinstance(error, sqlite3.IntegrityError) else None


def _of_postgresql(error: psycopg.Error) -> EngineError | None:
    state = error.sqlstate or ""
    if state.startswith(_AWAY):
        return away()
    if state.startswith(_BROKEN_RULE):
        return _refused()
    if state.startswith(_NO_ROOM) or (not state and isinstance(error, psycopg.DataError)):
        return _unkept()
    unspoken = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return away() if unspoken and not state else None
