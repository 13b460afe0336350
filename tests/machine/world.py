"""The hub that the machine drives, with simulated systems, and a count of what was done."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import structlog
from starlette.testclient import TestClient

from adapters.billing.simulated import SimulatedBilling
from adapters.erp.simulated import SimulatedErp
from connector.assembly import assemble
from connector.cli import demo
from connector.keys import KeyAuthenticator, PublicKeys
from connector.surfaces import vektra
from connector.worker.loop import Worker
from engine.events.event import verify
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.ports.ports import Ports
from engine.ports.webhooks import Delivered, Message
from tests.connector.superoffice.conftest import KEYRING
from tests.connector.vektra.conftest import NOW, ROOT, Caller

Json = dict[str, Any]
TARGET = "127.0.0.1:9"
TENANT = "CustDemo"


class Notebook:
    """A receiver of webhooks that takes everything and remembers what it heard of each subject."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._heard: dict[str, list[tuple[int, str]]] = {}

    def deliver(self, message: Message) -> Delivered:
        event = json.loads(message.body)
        with self._lock:
            told = (event["sequence"], event["type"])
            self._heard.setdefault(event["subject"], []).append(told)
        return Delivered(status=204)

    def heard(self, subject: str) -> list[str]:
        """The types of the events it heard of a subject, in the subject's order."""
        return [kind for _, kind in sorted(self._heard.get(subject, []))]


class World:
    """Everything outside of the machine; examples share it and use quotes of their own."""

    def __init__(self, hub: Hub, client: TestClient, erp: SimulatedErp, notebook: Notebook) -> None:
        assert isinstance(hub.clock, FixedClock)
        self.hub, self.erp, self.notebook = hub, erp, notebook
        self.clock = hub.clock
        self.demo, self.other = Caller(client), Caller(client, "other-key")
        self.worker = Worker(hub, slots=1)
        self.drained_on: date | None = None
        self.steps: Counter[str] = Counter()
        self.pairs: Counter[tuple[str, str]] = Counter()
        hook = {"url": f"http://{TARGET}/hook", "events": ["order.*", "quote.accepted"]}
        self.webhook = self.demo.post("/webhooks", hook, 201)["id"]

    @property
    def today(self) -> date:
        return self.clock.instant.date()

    def later(self, **time: int) -> None:
        self.clock.instant += timedelta(**time)

    def pushes(self) -> Counter[tuple[str, str]]:
        """How often each part of each order stands in the ERP's ledger."""
        return Counter((each.order_number, each.system) for each in self.erp.ledger(TENANT))

    def check_chains(self) -> None:
        for tenant in (TENANT, "CustOther"):
            with self.hub.reading(tenant) as view:
                assert verify(tenant, view.events.chain()) is None


@contextmanager
def world(url: str, folder: Path) -> Iterator[World]:
    """A hub with the demo tenants, at a moment of autumn 2026."""
    erp, notebook = SimulatedErp(folder / "erp"), Notebook()
    ports = Ports(
        receivers=notebook,
        test_targets=frozenset({TARGET}),
        usual_erp=erp,
        billing={"simulated": SimulatedBilling(folder / "billing")},
    )
    hub = Hub(url, clock=FixedClock(NOW), keyring=KEYRING, ports=ports)
    with closing(hub), _quietly():
        keys = KeyAuthenticator(hub, hub.clock, public=PublicKeys(demo.KEYS))
        app = assemble(hub, [vektra(ROOT / "openapi")], keys, keys=keys)
        with TestClient(app) as client:
            yield World(hub, client, erp, notebook)


@contextmanager
def _quietly() -> Iterator[None]:
    """Without a line in the log for each of many thousand requests."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    try:
        yield
    finally:
        structlog.configure(**before)
