"""A hub whose demo tenant has connected a factory and billing systems, and the command."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from starlette.testclient import TestClient

from adapters.billing.simulated import SimulatedBilling
from adapters.systems import Systems, inside
from connector.assembly import assemble
from connector.cli import commands, demo
from connector.keys import KeyAuthenticator, PublicKeys
from connector.surfaces import vektra
from engine.connections.connection import ConnectionKind
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.ports.connections import Access, TableName
from engine.ports.ports import Ports
from engine.services import connecting
from engine.services.connecting import Connect
from tests.adapters.billing.stripe_stub import StripeStub
from tests.adapters.billing.vayu_stub import VayuStub
from tests.adapters.erp.tryton.stub import TrytonStub, peer
from tests.connector.superoffice.conftest import KEYRING
from tests.connector.vektra.conftest import NOW, ROOT, Caller
from tests.connector.vektra.quotes import act, make

Json = dict[str, Any]
Reconcile = Callable[[str], Result]
UNITS = {"sku": "VX-2000", "quantity": 4, "unit_price": 10000.01}
CARE = {"sku": "CARE-PLUS", "quantity": 3, "term_months": 12, "total": 1000}
"""83.33 and a third a month for a year."""


@pytest.fixture
def vayu() -> Iterator[VayuStub]:
    with VayuStub() as stub:
        yield stub


@pytest.fixture
def stripe() -> Iterator[StripeStub]:
    with StripeStub() as stub:
        yield stub


@pytest.fixture
def tryton(tmp_path: Path) -> Iterator[TrytonStub]:
    with peer(tmp_path) as stub:
        yield stub


@pytest.fixture
def ports(vayu: VayuStub, stripe: StripeStub, tryton: TrytonStub, tmp_path: Path) -> Ports:
    urls = [vayu.url, stripe.url, "http://{}:{}".format(*tryton.address)]
    billing = {"simulated": SimulatedBilling(tmp_path / "simulated")}
    return Ports(adapters=Systems(inside(urls)), billing=billing)


@pytest.fixture
def hub(
    seeded_url: str, ports: Ports, vayu: VayuStub, stripe: StripeStub, tryton: TrytonStub
) -> Iterator[Hub]:
    """A hub whose demo tenant has connected a factory and two billing systems."""
    with closing(Hub(seeded_url, clock=FixedClock(NOW), keyring=KEYRING, ports=ports)) as hub:
        connect(hub, ConnectionKind.BILLING, "vayu", vayu.access(vayu.url))
        connect(hub, ConnectionKind.BILLING, "stripe", stripe.access(stripe.url))
        at = "http://{}:{}".format(*tryton.address)
        connect(hub, ConnectionKind.ERP, "ERP-MFG", tryton.access(at))
        yield hub


def connect(hub: Hub, kind: ConnectionKind, system: str, access: Access) -> None:
    with hub.unit_of_work("CustDemo") as uow:
        command = Connect(
            kind=kind,
            system=system,
            adapter=access.adapter,
            url=access.url,
            credentials=access.credentials,
            options=access.options,
        )
        made = connecting.connect(uow, KEYRING, connecting.adapters_of(hub.ports), command)
        for table, rows in access.tables.rows.items():
            connecting.name(uow, made.id, table, rows)
        if kind is ConnectionKind.ERP:
            connecting.name(uow, made.id, TableName.CUSTOMER, {"ACME": "superoffice:contact:4711"})


@pytest.fixture
def caller(hub: Hub) -> Iterator[Caller]:
    keys = KeyAuthenticator(hub, hub.clock, public=PublicKeys(demo.KEYS))
    with TestClient(assemble(hub, [vektra(ROOT / "openapi")], keys, keys=keys)) as client:
        yield Caller(client)


@pytest.fixture
def reconcile(seeded_url: str, ports: Ports) -> Reconcile:
    def reconcile(system: str) -> Result:
        group = commands(
            lambda: Hub(seeded_url, clock=FixedClock(NOW), keyring=KEYRING, ports=ports),
            lambda: KEYRING,
        )
        words = ["connections", "reconcile", "CustDemo", system]
        return CliRunner().invoke(group, words, env={"COLUMNS": "200"})

    return reconcile


def accepted(caller: Caller, *lines: Json) -> Json:
    quote = make(caller, *(lines or (UNITS, CARE)), currency="EUR")
    if act(caller, quote, "submit")["status"] == "in_approval":
        act(caller, quote, "approve")
    return act(caller, quote, "accept")
