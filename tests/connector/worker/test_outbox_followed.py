"""What a system is owed is followed from the command line, many orders at a time."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adapters.systems import Systems, inside
from connector.cli import commands
from connector.worker.loop import Worker
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.ports.effects import EffectKind
from engine.ports.ports import Ports
from engine.services import connecting
from tests.adapters.erp.tryton.stub import TrytonStub, peer
from tests.connector.superoffice.conftest import KEYRING
from tests.connector.vektra.changes import order_of
from tests.connector.vektra.conftest import NOW, Caller
from tests.connector.worker.test_altering import SYSTEM, UNITS, connect

Run = Callable[..., Result]


@pytest.fixture
def tryton(tmp_path: Path) -> Iterator[TrytonStub]:
    with peer(tmp_path) as stub:
        yield stub


@pytest.fixture
def ports(tryton: TrytonStub) -> Ports:
    host, port = tryton.address
    return Ports(adapters=Systems(inside([f"http://{host}:{port}"])))


@pytest.fixture
def hub(seeded_url: str, ports: Ports) -> Iterator[Hub]:
    with closing(Hub(seeded_url, clock=FixedClock(NOW), keyring=KEYRING, ports=ports)) as hub:
        yield hub


@pytest.fixture
def run(seeded_url: str, ports: Ports) -> Run:
    def run(*words: str) -> Result:
        group = commands(
            lambda: Hub(seeded_url, clock=FixedClock(NOW), keyring=KEYRING, ports=ports),
            lambda: KEYRING,
        )
        return CliRunner().invoke(group, words)

    return run


def test_orders_are_followed_until_all_of_them_are_there(
    caller: Caller, hub: Hub, run: Run, tryton: TrytonStub
) -> None:
    host, port = tryton.address
    connection = connect(hub, tryton.access(f"http://{host}:{port}"))
    with hub.unit_of_work("CustDemo") as uow:
        connecting.pause(uow, connection)
    orders = [order_of(caller, UNITS, currency="EUR") for _ in range(5)]
    paused = run("outbox", "follow", "CustDemo", SYSTEM)
    assert (paused.exit_code, paused.stdout) == (*(1, "0 handed over, 0 parked, 5 waiting.\n"),)
    with hub.unit_of_work("CustDemo") as uow:
        connecting.resume(uow, connection)
    working = threading.Thread(target=Worker(hub).drain)
    working.start()
    followed = run("outbox", "follow", "CustDemo", SYSTEM)
    working.join(60)
    assert (followed.exit_code, followed.stdout) == (*(0, "5 handed over, 0 parked, 0 waiting.\n"),)
    assert all(len(tryton.held(each["number"])) == 1 for each in orders)


def test_what_is_parked_is_counted_and_another_tenants_is_not(
    caller: Caller, hub: Hub, run: Run, tryton: TrytonStub
) -> None:
    host, port = tryton.address
    connect(hub, tryton.access(f"http://{host}:{port}"))
    order_of(caller, {"sku": "VX-HOS-50", "quantity": 3, "unit_price": 9.5}, currency="EUR")
    with hub.unit_of_work("CustOther") as uow:
        uow.effects.owe(EffectKind.ERP, SYSTEM, "ord_of_nobody")
    Worker(hub).drain()
    followed = run("outbox", "follow", "CustDemo", SYSTEM)
    assert (followed.exit_code, followed.stdout) == (*(1, "0 handed over, 1 parked, 0 waiting.\n"),)
    assert run("outbox", "follow", "CustNobody", SYSTEM).exit_code == 1
