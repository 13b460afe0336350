"""Who calls: a token signed with the demo tenant's secret, and the revision of its data."""

import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import jwt

from benchmarks.peers import shelf
from benchmarks.peers.shelf import TENANT, Book

SECRET = "demo-shared-secret-0123456789abcdef"  # noqa: S105 (the demo prints it)
CLAIM = "http://schemes.superoffice.net/identity/ctx"
AUDIENCE = "quotewright-demo"

_ROW = "SELECT revision, disabled, credentials_version FROM tenants WHERE tenant_id = ?"
_MOST = 4096


class RefusedError(Exception):
    """The caller proved nothing."""


def token(seconds: int) -> str:
    """A token that holds for `seconds`."""
    claims = {CLAIM: TENANT, "aud": AUDIENCE, "exp": int(time.time()) + seconds}
    return jwt.encode(claims, SECRET, "HS256")


def prove(text: str) -> tuple[str, int]:
    """The tenant a token speaks for, and the second it ends."""
    try:
        claims = jwt.decode(
            text, SECRET, algorithms=["HS256"], audience=AUDIENCE, options={"require": ["exp"]}
        )
    except jwt.PyJWTError:
        raise RefusedError from None
    return claims[CLAIM], claims["exp"]


class ProvenTokens:
    """Proves every token once, and keeps it until it ends."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, int]] = {}

    def tenant(self, authorization: str | None) -> str:
        """The tenant that the value of an Authorization header speaks for."""
        if authorization is None or not authorization.startswith("Bearer "):
            raise RefusedError
        found = self._kept.get(authorization)
        if found is None or found[1] <= time.time():
            if len(self._kept) >= _MOST:
                self._kept.clear()
            found = self._kept[authorization] = prove(authorization[7:])
        return found[0]


class Revisions:
    """Asks the database, before every answer, which revision a tenant's data has."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._local = threading.local()

    def of(self, tenant: str) -> int:
        """The revision at this moment; RefusedError where the tenant is not served."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = sqlite3.connect(self._database)
            connection.isolation_level = None
        row = connection.execute(_ROW, (tenant,)).fetchone()
        if row is None or row[1]:
            raise RefusedError
        return int(row[0])


class Prices:
    """The books of prices, read anew when the tenant's revision has moved."""

    def __init__(self, read: Callable[[], dict[int, Book]] = shelf.books) -> None:
        self._read = read
        self._revision = -1
        self._books: dict[int, Book] = {}

    def at(self, revision: int) -> dict[int, Book]:
        """The books at `revision`."""
        if revision != self._revision:
            self._books, self._revision = self._read(), revision
        return self._books
