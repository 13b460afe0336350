"""Tryton as a peer: an environment of its own, a filled database, and its server."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import basket, servers
from benchmarks.servers import Server

NAME = "tryton"
PATH = "/bench/price"
_HERE = Path(__file__).parent
_PEER = _HERE / "peers" / "tryton.py"
_WANTED = _HERE / "peers" / "tryton-requirements.txt"
_PATIENCE = 600


@contextlib.contextmanager
def started(folder: Path) -> Iterator[Server]:
    """The server with the basket's products, until the block ends."""
    python = _environment(folder / "tryton")
    data = folder / "tryton-data"
    data.mkdir()
    config = data / "trytond.conf"
    config.write_text(f"[database]\nuri = sqlite://\npath = {data}\n")
    (data / "bench.sqlite").touch()
    (data / "password").write_text("a-password-of-this-run")
    catalogue = data / "catalogue.json"
    catalogue.write_bytes(basket.for_tryton())
    admin = [str(python.with_name("trytond-admin")), "-c", str(config), "-d", "bench"]
    made = [
        *admin,
        "-u",
        "product_price_list",
        "--activate-dependencies",
        "--email",
        "a@example.org",
    ]
    _run(made, {"TRYTONPASSFILE": str(data / "password")})
    _run([str(python), str(_PEER), "fill", str(config), str(catalogue)])
    port = servers.free_port()
    command = [str(_PEER), "serve", str(config), str(port)]
    log = folder / "tryton.log"
    with servers.started(NAME, command, {}, port, log, python=str(python)) as server:
        yield server


def _environment(folder: Path) -> Path:
    """The interpreter of a new environment that has Tryton."""
    _run([sys.executable, "-m", "venv", str(folder)])
    python = folder / "bin" / "python"
    _run([str(python), "-m", "pip", "install", "-q", "-r", str(_WANTED)])
    return python


def _run(command: list[str], settings: dict[str, str] | None = None) -> None:
    environment = {**os.environ, **(settings or {})}  # noqa: TID251 (what the machine says)
    done = subprocess.run(  # noqa: S603 (our own commands)
        command, env=environment, capture_output=True, text=True, timeout=_PATIENCE, check=False
    )
    if done.returncode:
        raise servers.NotUpError(
            f"{command[0]} failed:\n{done.stdout[-1000:]}{done.stderr[-2000:]}"
        )
