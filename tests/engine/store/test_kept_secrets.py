"""A secret that was being exchanged when the schema changed still signs until its time."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.store import schema
from engine.store.database import Database

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ENDS = NOW + timedelta(hours=3)


def reflected(connection: Connection, name: str) -> sa.Table:
    return sa.Table(name, sa.MetaData(), autoload_with=connection)


def put(connection: Connection, name: str, **values: Any) -> None:  # noqa: ANN401 (any value)
    """A row of those values; what is left out and needed is empty."""
    table = reflected(connection, name)
    empty = {
        each.name: {int: 0, bool: True, datetime: NOW}.get(each.type.python_type, "")
        for each in table.columns
        if not each.nullable
    }
    connection.execute(table.insert().values({**empty, **values}))


def test_an_old_secret_and_what_is_owed_are_kept(database_url: str) -> None:
    database = Database(database_url, pool_size=1)
    try:
        schema.migrate(database, "0014")
        with create_engine(database_url, poolclass=NullPool).begin() as connection:
            put(connection, "tenants", tenant_id="one")
            hook = {"tenant_id": "one", "events": '["*"]', "status": "active"}
            put(connection, "webhooks", **hook, id="whk_plain", secret="s1")
            put(
                connection, "webhooks", **hook, id="whk_two", secret="s2", old_secret="s0",
                old_secret_ends=ENDS if connection.dialect.name != "sqlite" else
                ENDS.replace(tzinfo=None),
            )  # fmt: skip
            put(
                connection, "effects", tenant_id="one", id="dlv_1", kind="webhook",
                target="whk_two", subject="evt_1", status="retrying", tries=3, payload="{}",
            )  # fmt: skip
        schema.migrate(database)
    finally:
        database.close()
    with closing(Hub(database_url, clock=FixedClock(NOW))) as hub:
        with hub.reading("one") as view:
            plain, two = view.subscriptions.get("whk_plain"), view.subscriptions.get("whk_two")
            owed = view.effects.get("dlv_1")
        with hub.administration(reading=True) as administration:
            [waiting] = administration.outbox.waiting(NOW)
    assert plain.signing_secrets(NOW) == ("s1",)
    assert two.signing_secrets(NOW) == ("s2", "s0")
    assert two.signing_secrets(ENDS) == ("s2",)
    assert owed is not None
    assert (owed.tries, owed.unheard) == (3, 0)
    assert waiting.target == "whk_two"
