"""A tenant's systems are connected, tested, named and compared from the command line."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adapters.systems import Systems, inside
from connector.cli import commands
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.ports.ports import Ports
from engine.services import connecting
from engine.tenants.secrets import KeyRing
from tests.adapters.erp.tryton.stub import TrytonStub, peer
from tests.connector.cli.conftest import NOON, RING
from tests.connector.superoffice.conftest import KEYRING

Run = Callable[..., Result]
NEW = KeyRing([bytes([7]) * 32])
SYSTEM = ("CustDemo", "ERP-MFG")


@pytest.fixture
def tryton(tmp_path: Path) -> Iterator[TrytonStub]:
    with peer(tmp_path) as stub:
        yield stub


@pytest.fixture
def url(tryton: TrytonStub) -> str:
    host, port = tryton.address
    return f"http://{host}:{port}"


@pytest.fixture
def run(seeded_url: str, url: str) -> Run:
    ports = Ports(adapters=Systems(inside([url])))

    def run(*words: str) -> Result:
        group = commands(
            lambda: Hub(seeded_url, clock=FixedClock(NOON), keyring=KEYRING, ports=ports),
            lambda: KEYRING,
        )
        return CliRunner().invoke(group, words)

    return run


@pytest.fixture
def credentials(tryton: TrytonStub, url: str, tmp_path: Path) -> str:
    file = tmp_path / "key.json"
    file.write_text(json.dumps(dict(tryton.access(url).credentials)))
    return str(file)


def added(run: Run, url: str, credentials: str) -> Result:
    return run(
        *("connections", "add", *SYSTEM, "--adapter", "tryton", "--url", f"{url}/hub"),
        *("--credentials-file", credentials, "--option", "payment_term=NET30"),
    )


def test_a_system_is_connected_and_tried(
    run: Run, url: str, credentials: str, tryton: TrytonStub, seeded_url: str
) -> None:
    made = added(run, url, credentials)
    assert made.exit_code == 0, made.output
    key = tryton.access(url).credentials["key"]
    shown = run("connections", "list", "CustDemo")
    assert "tryton" in shown.stdout
    assert key not in made.output + shown.output
    assert run("connections", "test", *SYSTEM).exit_code == 0
    tryton.deny()
    assert run("connections", "test", *SYSTEM).exit_code == 1
    assert "locked" in run("connections", "list", "CustDemo").stdout
    tryton.allow()
    assert run("connections", "test", *SYSTEM).exit_code == 0
    assert "active" in run("connections", "list", "CustDemo").stdout
    assert run("connections", "pause", *SYSTEM).exit_code == 0
    assert run("connections", "test", *SYSTEM).exit_code == 0
    assert "paused" in run("connections", "list", "CustDemo").stdout
    assert run("connections", "resume", *SYSTEM).exit_code == 0
    assert run("connections", "remove", *SYSTEM).exit_code == 0
    assert added(run, url, credentials).exit_code == 0
    with closing(Hub(seeded_url, clock=FixedClock(NOON))) as hub:
        with hub.reading("CustDemo") as view:
            [found] = view.connections.all()
        assert key not in found.sealed
        assert connecting.opened(found, "CustDemo", KEYRING)["key"] == key


def test_what_cannot_be_is_refused(run: Run, url: str, credentials: str) -> None:
    assert added(run, "https://192.0.2.1", credentials).exit_code == 0
    assert "connected already" in added(run, url, credentials).output
    other = ("connections", "add", "CustDemo", "OTHER", "--credentials-file", credentials)
    for adapter, address in (
        ("none", url),
        ("tryton", "http://erp.example"),
        ("tryton", "ftp://x"),
    ):
        refused = run(*other, "--adapter", adapter, "--url", address)
        assert refused.exit_code == 1, (adapter, address)
    contracts = ("connections", "add", "CustDemo", "CONTRACTS", "--adapter", "tryton", "--url", url)
    assert run(*contracts).exit_code == 1
    assert run("connections", "test", "CustOther", "ERP-MFG").exit_code == 1
    assert run("connections", "add", "CustOther", "X", "--adapter", "tryton", "--url", url,
               "--option", "calls_per_second=often").exit_code == 1  # fmt: skip


def test_names_come_word_by_word_or_from_a_file(
    run: Run, url: str, credentials: str, tmp_path: Path
) -> None:
    added(run, url, credentials)
    named = run("connections", "name", *SYSTEM, "sku", "VX-2000=A", "VX-1200=B")
    assert named.stdout.strip() == "sku has 2 names of ERP-MFG."
    rows = tmp_path / "rows.csv"
    rows.write_text("VX-HOS-50,C\nVX-1200,\n")
    more = run("connections", "name", *SYSTEM, "sku", "--file", str(rows))
    assert more.stdout.strip() == "sku has 2 names of ERP-MFG."
    assert run("connections", "name", *SYSTEM, "colour", "a=b").exit_code == 2
    assert run("connections", "name", *SYSTEM, "sku", "nothing").exit_code == 1


def test_credentials_are_sealed_anew(
    migrated_url: str, url: str, credentials: str, tryton: TrytonStub
) -> None:
    ports = Ports(adapters=Systems(inside([url])))

    def run(ring: KeyRing, *words: str) -> Result:
        group = commands(
            lambda: Hub(migrated_url, clock=FixedClock(NOON), ports=ports), lambda: ring
        )
        return CliRunner().invoke(group, words)

    run(RING, "tenants", "add", "CustDemo")
    add = ("connections", "add", *SYSTEM, "--adapter", "tryton", "--url", url)
    assert run(RING, *add, "--credentials-file", credentials).exit_code == 0
    assert run(NEW, "tenants", "reseal").exit_code == 1
    assert run(KeyRing([bytes([7]) * 32, bytes(32)]), "tenants", "reseal").exit_code == 0
    with (
        closing(Hub(migrated_url, clock=FixedClock(NOON))) as hub,
        hub.reading("CustDemo") as view,
    ):
        [found] = view.connections.all()
    assert connecting.opened(found, "CustDemo", NEW) == tryton.access(url).credentials
