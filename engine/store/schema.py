"""The schema in the database: where it is, and how it gets to its newest form."""

from functools import lru_cache
from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from engine.kernel.errors import Unavailable
from engine.store.database import Database

NEWEST = "head"
EMPTY = "base"

_ONE_AT_A_TIME = Lock()
"""Alembic keeps the migration that runs in a global of its own."""


def migrate(database: Database, to: str = NEWEST) -> None:
    """Bring the schema to revision `to`, up or down, in one transaction."""
    with _ONE_AT_A_TIME, database.migrating() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        move = command.downgrade if to == EMPTY else command.upgrade
        move(config, to)


def is_newest(database: Database) -> bool:
    """Whether the database answers and its schema is the newest."""
    try:
        with database.reading() as session:
            return _kept(session.connection()) == _newest()
    except Unavailable:
        return False


def configuration() -> Config:
    """Alembic's configuration; there is no alembic.ini."""
    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    return config


def _kept(connection: Connection) -> tuple[str, ...]:
    return MigrationContext.configure(connection).get_current_heads()


@lru_cache(maxsize=1)
def _newest() -> tuple[str, ...]:
    return tuple(ScriptDirectory.from_config(configuration()).get_heads())
