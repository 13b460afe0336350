"""A site: a database of its own, the processes that share it, and the systems around it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from adapters.billing.simulated import SimulatedBilling
from adapters.erp.simulated import SimulatedErp
from engine.hub import Hub
from engine.kernel.clock import SystemClock
from engine.tenants.secrets import KeyRing, new_key
from tests.connector.worker.listener import Listener
from tests.faults.processes import Child, Nursery, free_port, wait_until

TENANT, STRANGER = "CustDemo", "CustOther"
KEY, STRANGERS_KEY = "demo-key", "other-key"
SECRET = new_key()
KEYRING = KeyRing.read(SECRET)
LEASE = 2
"""Seconds that a worker has for what it claimed."""


@dataclass
class Site:
    """Where a test's processes run."""

    url: str
    folder: Path
    nursery: Nursery
    listener: Listener
    lease: int = LEASE
    inside: tuple[str, ...] = ()
    children: list[Child] = field(default_factory=list)

    @property
    def erp(self) -> SimulatedErp:
        return SimulatedErp(self.folder / "simulated")

    @property
    def billing(self) -> SimulatedBilling:
        return SimulatedBilling(self.folder / "simulated")

    @property
    def log(self) -> Path:
        return self.folder / "processes.log"

    def hub(self) -> Hub:
        """The same database, for looking at it."""
        return Hub(self.url, clock=SystemClock(), pool_size=2, keyring=KEYRING)

    def web(self, failpoints: str = "") -> tuple[Child, str]:
        """A web process that is ready, and its address."""
        port = free_port()
        child = self._start(["serve"], failpoints, {"PORT": str(port)})
        address = f"http://127.0.0.1:{port}"
        wait_until(lambda: _is_ready(child, address), f"{address} is ready")
        return child, address

    def worker(self, failpoints: str = "") -> Child:
        """A worker."""
        return self._start(["worker"], failpoints, {})

    def _start(self, arguments: list[str], failpoints: str, settings: dict[str, str]) -> Child:
        everywhere = {
            "HUB_DEMO": "1",
            "HUB_WORKERS": "1",
            "HUB_WORKER": "0",
            "HUB_WORKER_LEASE": str(self.lease),
            "HUB_WEBHOOK_TEST_TARGETS": self.listener.target,
            "HUB_INSIDE": ",".join(self.inside),
            "HUB_DATABASE_URL": self.url,
            "HUB_DATA": str(self.folder),
            "HUB_DB_POOL": "6",
            "HUB_SECRET_KEY": SECRET,
            "HUB_RATE_LIMIT": "0",
            "HUB_FAILPOINTS": failpoints,
        }
        child = self.nursery.start(arguments, everywhere | settings, self.log)
        self.children.append(child)
        return child


@contextmanager
def opened(site: Site) -> Iterator[Site]:
    """A site whose processes end with it."""
    try:
        yield site
    finally:
        for child in site.children:
            child.end()


def _is_ready(child: Child, address: str) -> bool:
    assert child.status is None, child.said[-4000:]
    try:
        return requests.get(f"{address}/ready", timeout=5).ok
    except requests.RequestException:
        return False
