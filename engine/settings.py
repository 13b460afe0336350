"""What the engine is told from outside: which database, and how many connections to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

_MOST_CONNECTIONS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """Settings of the engine.

    `data` is the folder for everything kept on disk beside a database server;
    `pool_size` bounds the database connections of one process.
    """

    VARIABLES: ClassVar[frozenset[str]] = frozenset({"HUB_DATABASE_URL", "HUB_DATA", "HUB_DB_POOL"})

    database_url: str
    data: Path = Path("var")
    pool_size: int = 10

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "EngineSettings":
        """The settings `environ` asks for; ValueError names the variable that is wrong."""
        data = Path(environ.get("HUB_DATA") or "var")
        url = environ.get("HUB_DATABASE_URL") or f"sqlite:///{data / 'hub.db'}"
        return cls(database_url=url, data=data, pool_size=_pool_size(environ))


def _pool_size(environ: Mapping[str, str]) -> int:
    text = environ.get("HUB_DB_POOL") or "10"
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= _MOST_CONNECTIONS):
        raise ValueError(f"HUB_DB_POOL is a number from 1 to {_MOST_CONNECTIONS}, not {text!r}")
    return int(text)
