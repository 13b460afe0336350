"""A database that is away, locked or slow is `Unavailable`, and work goes on when it is back."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from hashlib import sha512

import psycopg
import pytest
from sqlalchemy import make_url

from engine.catalog.product import Product
from engine.hub import Hub
from engine.kernel.clock import SystemClock
from engine.kernel.errors import Conflict, EngineError, Invalid, Unavailable
from engine.tenants.tenant import Tenant

Act = Callable[[Hub], object]


def standing(hub: Hub) -> object:
    return hub.standing("fjord")


def snapshot(hub: Hub) -> object:
    return hub.snapshot("fjord", 99)


def read(hub: Hub) -> object:
    with hub.reading("fjord") as view:
        return view.catalogues.revision()


def write(hub: Hub) -> object:
    with hub.unit_of_work("fjord") as work:
        return work.numbers.next("Q")


def administrate(hub: Hub) -> object:
    with hub.administration() as administration:
        return administration.tenants.all()


ACTS = pytest.mark.parametrize("act", [standing, snapshot, read, write, administrate])
WRITES = pytest.mark.parametrize("act", [write, administrate])


@pytest.fixture
def on_sqlite(database_engine: str) -> None:
    if database_engine != "sqlite":
        pytest.skip("about SQLite's lock")


@pytest.fixture
def on_postgresql(database_engine: str) -> None:
    if database_engine != "postgresql":
        pytest.skip("about a database server")


@pytest.fixture
def hub(migrated_url: str) -> Iterator[Hub]:
    impatient = migrated_url + "?timeout=0.2" if migrated_url.startswith("sqlite") else migrated_url
    with closing(Hub(impatient, clock=SystemClock())) as hub:
        with hub.administration() as administration:
            administration.tenants.add(Tenant(id="fjord"))
        yield hub


def server(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    """A bare connection to the test's database."""
    parts = make_url(url)
    return psycopg.connect(
        host=str(parts.query["host"]), user="postgres", dbname=parts.database, autocommit=True
    )


def cut_every_connection(url: str) -> None:
    """The server ends every session on the test's database but its own."""
    with server(url) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Somebody else holds SQLite's write lock."""
    with closing(sqlite3.connect(str(make_url(url).database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@ACTS
@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////nowhere/at/all/hub.db",
        "postgresql://nobody@127.0.0.1:9/hub",
        "postgresql:///hub?host=/nowhere",
    ],
    ids=["no folder", "no server", "no socket"],
)
def test_a_database_that_is_not_there_is_unavailable(act: Act, url: str) -> None:
    with closing(Hub(url, clock=SystemClock())) as hub:
        with pytest.raises(Unavailable):
            act(hub)
        assert not hub.ready()


@WRITES
@pytest.mark.usefixtures("on_sqlite")
def test_a_lock_that_another_process_holds_is_unavailable(
    hub: Hub, migrated_url: str, act: Act
) -> None:
    with locked(migrated_url):
        with pytest.raises(Unavailable):
            act(hub)
        assert standing(hub) == Tenant(id="fjord")
        assert read(hub) == 1
    act(hub)


@pytest.mark.usefixtures("on_sqlite")
def test_writers_of_one_process_stand_in_line_and_give_up_in_time(hub: Hub) -> None:
    with hub.unit_of_work("fjord") as first:
        with pytest.raises(Unavailable):
            write(hub)
        assert first.numbers.next("Q") == 1
    assert write(hub) == 2


@pytest.mark.usefixtures("on_sqlite")
def test_orders_are_on_disk_when_they_are_committed(hub: Hub) -> None:
    with hub.unit_of_work("fjord") as work:
        connection = work.orders._session.connection()
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.mark.usefixtures("on_postgresql")
def test_a_row_that_stays_locked_is_unavailable(hub: Hub, migrated_url: str) -> None:
    with server(migrated_url) as other, other.transaction():
        other.execute("SELECT FROM tenants WHERE tenant_id = 'fjord' FOR UPDATE")
        began = time.monotonic()
        with pytest.raises(Unavailable), hub.unit_of_work("fjord") as work:
            work.catalogues.touch()
        assert 1.5 < time.monotonic() - began < 4
        assert standing(hub) == Tenant(id="fjord")
    with hub.unit_of_work("fjord") as work:
        work.catalogues.touch()


@pytest.mark.usefixtures("on_postgresql")
def test_two_who_wait_for_each_other_are_told_apart(hub: Hub) -> None:
    met = threading.Barrier(2, timeout=30)
    outcomes: list[EngineError | None] = []

    def count(*series: str) -> None:
        try:
            with hub.unit_of_work("fjord") as work:
                work.numbers.next(series[0])
                met.wait()
                work.numbers.next(series[1])
        except EngineError as error:
            outcomes.append(error)
        else:
            outcomes.append(None)

    threads = [threading.Thread(target=count, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(outcomes) == 2
    assert None in outcomes
    assert any(isinstance(outcome, Unavailable) for outcome in outcomes)


@pytest.mark.usefixtures("on_postgresql")
def test_work_goes_on_after_the_server_has_cut_every_connection(
    hub: Hub, migrated_url: str
) -> None:
    for act in (standing, read, write, administrate):
        act(hub)
    for act in (standing, read, write, administrate):
        cut_every_connection(migrated_url)
        act(hub)


@pytest.mark.usefixtures("on_postgresql")
def test_a_transaction_whose_connection_is_cut_is_unavailable_and_leaves_nothing(
    hub: Hub, migrated_url: str
) -> None:
    def interrupted() -> None:
        with hub.unit_of_work("fjord") as work:
            work.numbers.next("Q")
            cut_every_connection(migrated_url)
            work.numbers.next("Q")

    with pytest.raises(Unavailable):
        interrupted()
    assert write(hub) == 1


@pytest.mark.usefixtures("on_postgresql")
def test_a_failure_that_was_swallowed_is_not_taken_for_a_commit(hub: Hub) -> None:
    def careless() -> None:
        with hub.unit_of_work("nobody") as work, suppress(Conflict):
            work.numbers.next("Q")

    with pytest.raises(Conflict, match="nothing was kept"):
        careless()


@pytest.mark.usefixtures("on_postgresql")
def test_a_lost_connection_that_was_swallowed_is_not_taken_for_a_commit(
    hub: Hub, migrated_url: str
) -> None:
    def careless() -> None:
        with hub.unit_of_work("fjord") as work, suppress(Unavailable):
            cut_every_connection(migrated_url)
            work.numbers.next("Q")

    with pytest.raises(Unavailable):
        careless()


@pytest.mark.usefixtures("on_postgresql")
def test_sessions_begin_with_their_limits(hub: Hub) -> None:
    with hub.unit_of_work("fjord") as work:
        connection = work.orders._session.connection()
        limits = {
            name: connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in (
                "statement_timeout",
                "lock_timeout",
                "idle_in_transaction_session_timeout",
                "transaction_isolation",
                "jit",
            )
        }
    assert limits == {
        "statement_timeout": "5s",
        "lock_timeout": "2s",
        "idle_in_transaction_session_timeout": "10s",
        "transaction_isolation": "read committed",
        "jit": "off",
    }


@pytest.mark.usefixtures("on_postgresql")
def test_a_key_too_long_for_an_index_is_invalid_not_unavailable(hub: Hub) -> None:
    sku = "".join(sha512(bytes([number])).hexdigest() for number in range(100))
    with pytest.raises(Invalid), hub.unit_of_work("fjord") as work:
        work.catalogues.put_products([Product(sku=sku, code="", name="")])
