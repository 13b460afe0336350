"""What the worker looks for again and again is found by an index, and by the right one."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from engine.hub import Hub
from engine.ports.effects import EffectKind
from engine.store.unit_of_work import Administration
from tests.engine.store.nouns import INSTANT

Statement = tuple[str, Any]
DUE, SUSPECT, PROVIDED = "ix_effects_due", "ix_effects_suspect", "ix_orders_provided_at"
SETTLED = 2_000
LEASE = timedelta(seconds=30)
ROOM = {("fjord", "one"): 4, ("fjord", "two"): 4}


@contextmanager
def heard(connection: Connection) -> Iterator[list[Statement]]:
    """Every statement the block executes, with what was bound."""
    statements: list[Statement] = []

    def hear(_: object, __: object, statement: str, bound: object, *___: object) -> None:
        statements.append((statement, bound))

    event.listen(connection, "before_cursor_execute", hear)
    try:
        yield statements
    finally:
        event.remove(connection, "before_cursor_execute", hear)


def plan(connection: Connection, statements: Sequence[Statement]) -> str:
    """How the database would carry statements out."""
    is_sqlite = connection.dialect.name == "sqlite"
    explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
    if not is_sqlite:  # where there is little it would read all of it
        connection.execute(text("SET LOCAL enable_seqscan = off"))
    steps: list[str] = []
    for statement, bound in statements:
        rows = connection.exec_driver_sql(f"{explain} {statement}", bound).all()
        steps += [str(row[-1]) for row in rows]
    return "\n".join(steps)


@pytest.fixture
def owing(hub: Hub) -> Hub:
    """The hub, with much that is settled, little that is due, and two suspects."""
    with hub.unit_of_work("fjord") as work:
        for target, count in (("one", SETTLED), ("two", 4)):
            work.effects.owe_all(
                (EffectKind.WEBHOOK, target, f"evt_{number}", {}) for number in range(count)
            )
        ones = [each.id for each in work.effects.of_subjects(["evt_1"])["evt_1"]]
    with hub.administration() as administration:
        connection = administration.outbox._session.connection()
        connection.execute(
            text("UPDATE effects SET is_open = :no, status = 'succeeded' WHERE target = 'one'"),
            {"no": False},
        )
        again = text("UPDATE effects SET is_open = :yes, unheard = 2 WHERE id = :id")
        connection.execute(again, [{"yes": True, "id": each} for each in ones])
    analyzed(hub)
    return hub


def analyzed(hub: Hub) -> None:
    """PostgreSQL knows what is there, as it does after a while."""
    with hub.administration() as administration:
        connection = administration.outbox._session.connection()
        if connection.dialect.name != "sqlite":
            connection.execute(text("ANALYZE effects"))


ASKED: dict[str, tuple[Callable[[Administration], object], str]] = {
    "who waits": (lambda each: each.outbox.waiting(INSTANT), DUE),
    "what is claimed": (lambda each: each.outbox.claim(ROOM, INSTANT, LEASE), DUE),
    "whom suspects wait for": (lambda each: each.outbox.suspected(INSTANT), SUSPECT),
    "which suspect is claimed": (
        lambda each: each.outbox.claim(ROOM, INSTANT, LEASE, suspects=True),
        SUSPECT,
    ),
}


@pytest.mark.parametrize(("ask", "index"), ASKED.values(), ids=ASKED)
def test_what_is_due_is_found_by_its_index(
    owing: Hub, ask: Callable[[Administration], object], index: str
) -> None:
    with owing.administration() as administration:
        connection = administration.outbox._session.connection()
        with heard(connection) as statements:
            assert ask(administration)
        found = plan(connection, statements)
    assert index in found
    others = {DUE, SUSPECT, "ix_effects_target", "ix_effects_subject"} - {index}
    assert [each for each in others if each in found] == []
    assert "Seq Scan on effects" not in found


def test_what_contracts_provide_is_found_by_its_index(hub: Hub) -> None:
    with hub.reading("fjord") as view:
        connection = view.orders._session.connection()
        with heard(connection) as statements:
            assert view.orders.provided_by(INSTANT, 100) == ()
        found = plan(connection, statements)
    assert PROVIDED in found
