"""A hub with simulated systems, a receiver beside it, and programs that call it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from adapters.billing.simulated import SimulatedBilling
from adapters.erp.simulated import SimulatedErp
from adapters.webhooks.http import HttpReceivers
from connector.assembly import assemble
from connector.cli import demo
from connector.keys import KeyAuthenticator, PublicKeys
from connector.surfaces import vektra
from connector.worker.loop import Worker
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.ports.ports import Ports
from tests.connector.superoffice.conftest import KEYRING
from tests.connector.vektra.conftest import NOW, ROOT, Caller
from tests.connector.worker.listener import Listener


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as listener:
        yield listener


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def erp(tmp_path: Path) -> SimulatedErp:
    return SimulatedErp(tmp_path / "simulated")


@pytest.fixture
def hub(
    seeded_url: str, clock: FixedClock, listener: Listener, erp: SimulatedErp, tmp_path: Path
) -> Iterator[Hub]:
    ports = Ports(
        receivers=HttpReceivers({listener.target}),
        test_targets=frozenset({listener.target}),
        usual_erp=erp,
        billing={"simulated": SimulatedBilling(tmp_path / "simulated")},
    )
    with closing(Hub(seeded_url, clock=clock, keyring=KEYRING, ports=ports)) as hub:
        yield hub


@pytest.fixture
def worker(hub: Hub) -> Worker:
    return Worker(hub)


@pytest.fixture
def client(hub: Hub) -> Iterator[TestClient]:
    keys = KeyAuthenticator(hub, hub.clock, public=PublicKeys(demo.KEYS))
    with TestClient(assemble(hub, [vektra(ROOT / "openapi")], keys, keys=keys)) as client:
        yield client


@pytest.fixture
def caller(client: TestClient) -> Caller:
    """A program of CustDemo."""
    return Caller(client)


@pytest.fixture
def stranger(client: TestClient) -> Caller:
    """A program of CustOther."""
    return Caller(client, "other-key")
