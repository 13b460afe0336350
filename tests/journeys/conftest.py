"""A hub with both surfaces, simulated systems, a receiver beside it, and a clock that is moved."""

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
from connector.security import Authenticator
from connector.surfaces import superoffice, vektra
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.ports.ports import Ports
from tests.connector.superoffice.conftest import KEYRING, NoKeys
from tests.connector.vektra.conftest import NOW, ROOT
from tests.connector.worker.listener import Listener
from tests.journeys.playing import Player


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as listener:
        yield listener


@pytest.fixture
def hub(seeded_url: str, listener: Listener, tmp_path: Path) -> Iterator[Hub]:
    ports = Ports(
        receivers=HttpReceivers({listener.target}),
        test_targets=frozenset({listener.target}),
        usual_erp=SimulatedErp(tmp_path / "simulated"),
        billing={"simulated": SimulatedBilling(tmp_path / "simulated")},
    )
    with closing(Hub(seeded_url, clock=FixedClock(NOW), keyring=KEYRING, ports=ports)) as hub:
        yield hub


@pytest.fixture
def client(hub: Hub) -> Iterator[TestClient]:
    credentials = Authenticator(
        hub,
        KEYRING,
        NoKeys(),
        audiences=frozenset({"quotewright-demo"}),
        issuers=frozenset({"SuperOffice AS"}),
        clock=hub.clock,
    )
    keys = KeyAuthenticator(hub, hub.clock, public=PublicKeys(demo.KEYS))
    surfaces = [superoffice(ROOT / "openapi"), vektra(ROOT / "openapi")]
    with TestClient(assemble(hub, surfaces, credentials, keys=keys)) as client:
        yield client


@pytest.fixture
def player(hub: Hub, client: TestClient, listener: Listener) -> Player:
    return Player(hub, client, listener)
