"""Orders go to the systems that tenants have connected, once, and come back as they are there.

The system is a Tryton of our own making, which keeps to what Tryton documents.
"""

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.systems import Systems, inside
from connector.worker.loop import Worker
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.kernel.errors import NotFound
from engine.ports.connections import TableName
from engine.ports.ports import Ports
from engine.services import connecting, retrying
from tests.adapters.erp.tryton.stub import TrytonStub, peer
from tests.connector.superoffice.conftest import KEYRING
from tests.connector.vektra.changes import later, read
from tests.connector.vektra.conftest import NOW, Caller
from tests.connector.vektra.quotes import act, make
from tests.connector.worker import test_altering

Json = dict[str, Any]
SYSTEM = "ERP-MFG"


@pytest.fixture
def tryton(tmp_path: Path) -> Iterator[TrytonStub]:
    with peer(tmp_path) as stub:
        yield stub


@pytest.fixture
def url(tryton: TrytonStub) -> str:
    host, port = tryton.address
    return f"http://{host}:{port}"


@pytest.fixture
def hub(seeded_url: str, url: str) -> Iterator[Hub]:
    """A hub whose demo tenant has connected its factory's system."""
    ports = Ports(adapters=Systems(inside([url])))
    with closing(Hub(seeded_url, clock=FixedClock(NOW), keyring=KEYRING, ports=ports)) as hub:
        yield hub


@pytest.fixture
def connected(hub: Hub, tryton: TrytonStub, url: str) -> str:
    return connect(hub, tryton, url)


def connect(hub: Hub, tryton: TrytonStub, url: str) -> str:
    """The id of a new connection."""
    return test_altering.connect(hub, tryton.access(url))


@pytest.fixture
def worker(hub: Hub) -> Worker:
    return Worker(hub)


def placed(caller: Caller, *lines: Json) -> Json:
    quote = make(caller, *lines, currency="EUR")
    if act(caller, quote, "submit")["status"] == "in_approval":
        act(caller, quote, "approve")
    act(caller, quote, "accept")
    return caller.post("/orders", {"quote_id": quote["id"]}, 201)


UNITS = {"sku": "VX-2000", "quantity": 4, "unit_price": 10000.01}


@pytest.mark.usefixtures("connected")
def test_an_order_is_there_once_and_comes_back_as_it_is_there(
    caller: Caller, hub: Hub, worker: Worker, tryton: TrytonStub
) -> None:
    order = placed(caller, UNITS)
    worker.drain()
    worker.drain()
    [held] = tryton.held(order["number"])
    assert (held.net, held.lines) == (
        Decimal("40000.04"), (("VX-2000", Decimal(4), Decimal("40000.04")),),
    )  # fmt: skip
    taken = read(caller, order)
    assert taken["lines"][0]["quantity_by_status"] == {"acknowledged": 4}
    with hub.reading("CustDemo") as view:
        [handover] = view.handovers.of_order(order["id"])
    assert (handover.reference, handover.net, handover.net_there, handover.difference) == (
        *(held.reference, Decimal("40000.04"), Decimal("40000.04"), Decimal(0)),
    )
    tryton.ship(held.reference)
    later(hub, 1)
    worker.drain()
    after = read(caller, order)
    assert after["lines"][0]["quantity_by_status"] == {"shipped": 4}
    told = [each["by"] for each in after["history"]]
    worker.drain()
    assert [each["by"] for each in read(caller, order)["history"]] == told


def test_who_lets_us_in_no_longer_is_left_alone_until_it_does(
    caller: Caller, hub: Hub, worker: Worker, tryton: TrytonStub, connected: str
) -> None:
    tryton.deny()
    first = placed(caller, UNITS)
    worker.drain()
    second = placed(caller, UNITS)
    later(hub, 2)
    worker.drain()
    assert tryton.held(first["number"]) == tryton.held(second["number"]) == []
    with hub.reading("CustDemo") as view:
        found = view.connections.get(connected)
    assert (found.status.value, "401" in found.reason) == ("locked", True)
    [event] = caller.send("GET", "/events?type=connection.locked").json()["data"]
    assert event["data"]["system"] == SYSTEM
    tryton.allow()
    with hub.unit_of_work("CustDemo") as uow:
        connecting.resume(uow, connected)
    worker.drain()
    assert len(tryton.held(first["number"])) == len(tryton.held(second["number"])) == 1


def test_what_is_missing_is_parked_and_sent_again_once_it_has_a_name(
    caller: Caller, hub: Hub, worker: Worker, tryton: TrytonStub, connected: str
) -> None:
    order = placed(caller, {"sku": "VX-HOS-50", "quantity": 3, "unit_price": 9.5})
    worker.drain()
    assert tryton.held(order["number"]) == []
    assert read(caller, order)["history"][-1]["what"] == "push_failed"
    with hub.reading("CustDemo") as view:
        [given_up] = retrying.given_up(view, 10)
    assert given_up.last is not None
    assert "lines/0/sku" in given_up.last.answer
    names = {"VX-HOS-50": "CABLE-M"}
    with hub.unit_of_work("CustDemo") as uow:
        connecting.name(uow, connected, TableName.SKU, names)
        retrying.again(uow, [given_up.effect.id])
    worker.drain()
    [held] = tryton.held(order["number"])
    assert held.net == Decimal("28.50")


def test_connections_and_what_went_through_them_are_their_tenants(
    caller: Caller, hub: Hub, worker: Worker, connected: str
) -> None:
    order = placed(caller, UNITS)
    worker.drain()
    with hub.reading("CustOther") as view:
        assert view.connections.all() == ()
        assert view.connections.find(SYSTEM) is None
        assert view.handovers.of_order(order["id"]) == ()
        assert view.handovers.count(SYSTEM) == 0
    with hub.reading("CustDemo") as view:
        kept = view.connections.get(connected)
    assert "key" not in repr(kept)
    with pytest.raises(NotFound), hub.unit_of_work("CustOther") as uow:
        connecting.pause(uow, connected)


def test_what_waited_for_a_system_goes_to_the_next_connection(
    caller: Caller, hub: Hub, worker: Worker, tryton: TrytonStub, url: str, connected: str
) -> None:
    with hub.unit_of_work("CustDemo") as uow:
        connecting.pause(uow, connected)
    order = placed(caller, UNITS)
    worker.drain()
    with hub.unit_of_work("CustDemo") as uow:
        connecting.disconnect(uow, connected)
    later(hub, 1)
    worker.drain()
    assert tryton.held(order["number"]) == []
    connect(hub, tryton, url)
    worker.drain()
    assert len(tryton.held(order["number"])) == 1
