"""A running server for the tests that talk to one over the network."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.house.sources import ROOT

PATIENCE = 30
"""Seconds a server may take until it is ready."""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_ready(address: str) -> bool:
    try:
        return requests.get(f"{address}/ready", timeout=2).ok
    except requests.RequestException:
        return False


@pytest.fixture(scope="session")
def live_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of the running server and of commands beside it: data of their own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("HUB_")}
    folder = str(tmp_path_factory.mktemp("live"))
    return kept | {"HUB_DEMO": "1", "HUB_DATA": folder, "HUB_HOST": "127.0.0.1"}


@pytest.fixture(scope="session")
def live_server(live_environment: dict[str, str]) -> Iterator[str]:
    """The address of `app.py run`: migrated, with the demo tenants."""
    with _serving(live_environment) as address:
        yield address


@pytest.fixture(scope="session")
def unlimited_server(
    live_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Another one, with data of its own, that counts no requests."""
    folder = str(tmp_path_factory.mktemp("unlimited"))
    limits = {"HUB_DATA": folder, "HUB_RATE_LIMIT": "0", "HUB_LOG_LEVEL": "warning"}
    with _serving(live_environment | limits) as address:
        yield address


@pytest.fixture
def new_server(live_environment: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """One that nobody has asked anything."""
    with _serving(live_environment | {"HUB_DATA": str(tmp_path)}) as address:
        yield address


@contextmanager
def _serving(settings: dict[str, str]) -> Iterator[str]:
    port = _free_port()
    address, log = f"http://127.0.0.1:{port}", Path(settings["HUB_DATA"]) / "server.log"
    environment = settings | {"PORT": str(port)}
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "app.py", "run"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while not _is_ready(address):
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the server is not ready:\n{log.read_text()[-4000:]}")
            time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
