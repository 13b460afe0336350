"""Tryton as a peer: installed, seeded once, and started on a copy of the seeded database."""

import contextlib
import json
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.peers import environments, postgresql, running, shelf
from tests.peers.tryton_peer import TrytonPeer

_HERE = Path(__file__).parent
_WANTED = _HERE / "tryton-requirements.txt"
_SEED = _HERE / "tryton_seed.py"
_DATABASE = "hub"
_MODULES = ("sale", "account_invoice_stock")
_BUILDING = threading.Lock()


def version() -> str:
    """The version of the server that is pinned."""
    [found] = re.findall(r"^trytond==(\S+)", _WANTED.read_text(), re.MULTILINE)
    return str(found)


def python() -> Path:
    """The interpreter of Tryton's environment."""
    with _BUILDING:
        return environments.python_of("tryton", _WANTED)


@contextlib.contextmanager
def on_sqlite() -> Iterator[TrytonPeer]:
    """A freshly seeded Tryton on SQLite, until the block ends."""
    kept = seeded_sqlite()
    with _folder() as folder:
        shutil.copyfile(kept / "hub.sqlite", folder / "hub.sqlite")
        with _served(folder, "sqlite://", {}, kept) as peer:
            yield peer


@contextlib.contextmanager
def on_postgresql() -> Iterator[TrytonPeer]:
    """A freshly seeded Tryton on PostgreSQL, until the block ends."""
    kept = seeded_postgresql()
    with _folder() as folder, postgresql.started() as server:
        server.load(_DATABASE, kept / "hub.dump")
        with _served(folder, "postgresql://", server.settings, kept) as peer:
            yield peer


def seeded_sqlite() -> Path:
    """The folder with the seeded database of SQLite, and the keys that lead into it."""
    return shelf.kept("tryton-sqlite", _made_from(), _seed_sqlite)


def seeded_postgresql() -> Path:
    """As `seeded_sqlite`, with what PostgreSQL's was saved as."""
    return shelf.kept("tryton-postgresql", _made_from(), _seed_postgresql)


def _made_from() -> str:
    return shelf.key(_WANTED.read_bytes(), _SEED.read_bytes(), *_MODULES)


def _seed_sqlite(kept: Path) -> None:
    with _folder() as folder:
        (folder / "hub.sqlite").touch()
        _fill(folder, "sqlite://", {}, kept)
        shutil.copyfile(folder / "hub.sqlite", kept / "hub.sqlite")


def _seed_postgresql(kept: Path) -> None:
    with _folder() as folder, postgresql.started() as server:
        server.create(_DATABASE)
        _fill(folder, "postgresql://", server.settings, kept)
        server.save(_DATABASE, kept / "hub.dump")


def _fill(folder: Path, uri: str, settings: dict[str, str], kept: Path) -> None:
    config = _config(folder, uri)
    secret = folder / "password"
    secret.write_text("a-password-of-this-run")
    program = python().with_name("trytond-admin")
    admin: list[str | Path] = [program, "-c", config, "-d", _DATABASE]
    modules = ["--activate-dependencies", "-u", *_MODULES]
    running.run(
        [*admin, "--email", "admin@example.org", *modules],
        {**settings, "TRYTONPASSFILE": str(secret)},
    )
    keys = running.run([python(), _SEED, config, _DATABASE], settings)
    (kept / "keys.json").write_text(keys)


@contextlib.contextmanager
def _served(folder: Path, uri: str, settings: dict[str, str], kept: Path) -> Iterator[TrytonPeer]:
    port = running.free_port()
    config = _config(folder, uri, port)
    # It loads a database named here before it serves; one named later it may never load.
    command: list[str | Path] = [python().with_name("trytond"), "-c", config, "-d", _DATABASE]
    url = f"http://127.0.0.1:{port}/{_DATABASE}/rest/model/sale.sale"
    keys = json.loads((kept / "keys.json").read_text())
    with running.started(command, settings, url, folder / "tryton.log"):
        yield TrytonPeer(port, _DATABASE, keys["hub"], keys["people"], version())


def _config(folder: Path, uri: str, port: int = 0) -> Path:
    file = folder / "trytond.conf"
    file.write_text(
        f"[database]\nuri = {uri}\npath = {folder}\n[web]\nlisten = 127.0.0.1:{port}\n"
        "[email]\nuri = smtp://127.0.0.1:9\n"
    )
    return file


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="quotewright-peer-") as name:
        yield Path(name)
