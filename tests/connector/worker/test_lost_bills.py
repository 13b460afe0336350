"""A bill whose outcome nobody knows is looked up, and never made a second time."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.billing.simulated import SimulatedBilling
from connector.worker.loop import Worker
from engine.events.retry import MOST_TRIES
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.ports.billing import BillingDocument, BillingReceipt
from engine.ports.connections import Steps
from engine.ports.outcomes import Postponed, Uncertain
from engine.ports.ports import Ports
from tests.connector.superoffice.conftest import KEYRING
from tests.connector.vektra.conftest import NOW, Caller
from tests.connector.vektra.test_orders import accepted


class Forgets(SimulatedBilling):
    """It takes what it is sent and loses its answer; it cannot be asked while it `is_away`."""

    is_away = True

    def find(self, document: BillingDocument, key: str) -> BillingReceipt | None:
        if self.is_away:
            raise Postponed("nobody answers")
        return super().find(document, key)

    def create(self, document: BillingDocument, key: str, steps: Steps) -> BillingReceipt:
        super().create(document, key, steps)
        raise Uncertain("the answer was lost")


@pytest.fixture
def system(tmp_path: Path) -> Forgets:
    return Forgets(tmp_path / "billing")


@pytest.fixture
def hub(seeded_url: str, system: Forgets) -> Iterator[Hub]:
    ports = Ports(billing={"simulated": system})
    with closing(Hub(seeded_url, clock=FixedClock(NOW), keyring=KEYRING, ports=ports)) as hub:
        yield hub


def test_what_failed_without_an_answer_is_not_billed_twice(
    caller: Caller, hub: Hub, system: Forgets
) -> None:
    assert isinstance(hub.clock, FixedClock)
    quote, worker = accepted(caller), Worker(hub)
    begun = caller.post("/billing", {"quote_id": quote["id"]}, 202)
    for _ in range(MOST_TRIES):
        worker.drain()
        hub.clock.instant += timedelta(days=2)
    failed = caller.send("GET", f"/billing/{begun['id']}").json()
    assert (failed["status"], len(system.ledger("CustDemo"))) == ("failed", 1)
    system.is_away = False
    again = caller.post("/billing", {"quote_id": quote["id"]}, 202)
    worker.drain()
    pushed = caller.send("GET", f"/billing/{again['id']}").json()
    assert (pushed["id"], pushed["status"]) == (begun["id"], "pushed")
    assert len(system.ledger("CustDemo")) == 1
