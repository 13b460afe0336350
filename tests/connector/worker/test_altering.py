"""What becomes of an order is brought to the system that has it, or a person is told.

The systems are of our own making and keep to what is documented of them.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.systems import Systems, inside
from connector.worker.loop import Worker
from engine.connections.connection import ConnectionKind
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.ports.connections import Access, TableName
from engine.ports.ports import Ports
from engine.services import connecting, retrying
from engine.services.connecting import Connect
from engine.services.retrying import GivenUp
from tests.adapters.conformance.orders import order as order_there
from tests.adapters.conformance.working import key_of
from tests.adapters.erp.generic.peer import GenericPeer, json_peer
from tests.adapters.erp.tryton.stub import TrytonStub, peer
from tests.adapters.steps import MemorySteps
from tests.connector.superoffice.conftest import KEYRING
from tests.connector.vektra.changes import change, line, order_of, read
from tests.connector.vektra.conftest import NOW, Caller

Json = dict[str, Any]
SYSTEM = "ERP-MFG"
UNITS = {"sku": "VX-2000", "quantity": 4, "unit_price": 10000.01}


@pytest.fixture
def tryton(tmp_path: Path) -> Iterator[TrytonStub]:
    with peer(tmp_path) as stub:
        yield stub


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[GenericPeer]:
    with json_peer(tmp_path) as running:
        yield running


@pytest.fixture
def hub(seeded_url: str, tryton: TrytonStub, receiver: GenericPeer) -> Iterator[Hub]:
    inner = inside([_url(tryton), _url(receiver)])
    ports = Ports(adapters=Systems(inner))
    with closing(Hub(seeded_url, clock=FixedClock(NOW), keyring=KEYRING, ports=ports)) as hub:
        yield hub


def _url(system: TrytonStub | GenericPeer) -> str:
    host, port = system.address
    return f"http://{host}:{port}"


@pytest.fixture
def worker(hub: Hub) -> Worker:
    return Worker(hub)


def connect(hub: Hub, access: Access, **options: str) -> str:
    """The id of a new connection of the factory's system."""
    with hub.unit_of_work("CustDemo") as uow:
        made = connecting.connect(
            uow,
            KEYRING,
            connecting.adapters_of(hub.ports),
            Connect(
                kind=ConnectionKind.ERP,
                system=SYSTEM,
                adapter=access.adapter,
                url=access.url,
                credentials=access.credentials,
                options={**access.options, **options},
            ),
        )
        for table, rows in access.tables.rows.items():
            connecting.name(uow, made.id, table, rows)
        if access.adapter == "tryton":
            connecting.name(uow, made.id, TableName.CUSTOMER, {"ACME": "superoffice:contact:4711"})
    return made.id


def placed(caller: Caller, *lines: Json) -> Json:
    return order_of(caller, *(lines or (UNITS,)), currency="EUR")


def revised(caller: Caller, order: Json, **members: object) -> Json:
    """The order with its first line changed, whatever that costs."""
    return changed(caller, order, type="revise", lines=[line(order, **members)])


def changed(caller: Caller, order: Json, **body: object) -> Json:
    quoted = change(caller, order, 200, **body)
    if not quoted["applied"]:
        quoted = change(caller, order, 200, **body, fee_quote_id=quoted["fee_quote_id"])
    assert quoted["applied"]
    return read(caller, order)


def units(order: Json) -> dict[str, int]:
    found: dict[str, int] = order["lines"][0]["quantity_by_status"]
    return found


def pass_by(hub: Hub, worker: Worker, **span: int) -> None:
    assert isinstance(hub.clock, FixedClock)
    hub.clock.instant += timedelta(**span)
    worker.drain()


def given_up(hub: Hub) -> list[GivenUp]:
    with hub.reading("CustDemo") as view:
        return retrying.given_up(view, 10)


def test_what_is_cancelled_before_anybody_works_on_it_is_cancelled_there(
    caller: Caller, hub: Hub, worker: Worker, tryton: TrytonStub
) -> None:
    connect(hub, tryton.access(_url(tryton)), confirm="no")
    order = placed(caller)
    worker.drain()
    assert units(changed(caller, order, type="cancel")) == {"cancel_requested": 4}
    worker.drain()
    [held] = tryton.held(order["number"])
    assert held.state == "cancelled"
    after = read(caller, order)
    assert (after["status"], units(after)) == ("cancelled", {"cancelled": 4})
    assert given_up(hub) == []


def test_what_is_begun_there_is_for_a_person_to_cancel(
    caller: Caller, hub: Hub, worker: Worker, tryton: TrytonStub
) -> None:
    connect(hub, tryton.access(_url(tryton)))
    order = placed(caller)
    worker.drain()
    changed(caller, order, type="cancel")
    worker.drain()
    [held] = tryton.held(order["number"])
    assert held.state == "processing"
    after = read(caller, order)
    assert units(after) == {"cancel_requested": 4}
    assert after["history"][-1]["what"] == "push_failed"
    [parked] = given_up(hub)
    assert (parked.effect.kind, parked.effect.target) == ("erp_change", SYSTEM)
    assert parked.last is not None
    assert "processing" in parked.last.error


def test_what_is_revised_is_changed_there(
    caller: Caller, hub: Hub, worker: Worker, receiver: GenericPeer
) -> None:
    connect(hub, receiver.access(_url(receiver)), change="yes")
    order = placed(caller)
    worker.drain()
    revised(caller, order, quantity=6)
    worker.drain()
    [held] = receiver.held(order["number"])
    assert held.lines == (("VX-2000", Decimal(6), Decimal("60000.06")),)
    assert units(read(caller, order)) == {"acknowledged": 6}
    revised(caller, order, quantity=5)
    assert units(read(caller, order)) == {"acknowledged": 5, "cancel_requested": 1}
    worker.drain()
    [held] = receiver.held(order["number"])
    assert held.lines == (("VX-2000", Decimal(5), Decimal("50000.05")),)
    assert units(read(caller, order)) == {"acknowledged": 5, "cancelled": 1}
    with hub.reading("CustDemo") as view:
        [known] = view.handovers.of_order(order["id"])
    assert (known.net, known.net_there) == (Decimal("50000.05"), Decimal("50000.05"))
    assert given_up(hub) == []


def test_what_it_does_not_take_is_told_line_by_line_and_nothing_more_is_taken_for_shipped(
    caller: Caller, hub: Hub, worker: Worker, receiver: GenericPeer
) -> None:
    connect(hub, receiver.access(_url(receiver)), read_seconds="60")
    order = placed(caller)
    worker.drain()
    revised(caller, order, quantity=6)
    worker.drain()
    [parked] = given_up(hub)
    assert parked.last is not None
    name = order["lines"][0]["id"]
    told = "VX-2000: 4 were handed over, 6 are wanted"
    assert f"lines/{name}/quantity: {told}" in parked.last.answer
    assert units(read(caller, order)) == {"acknowledged": 4, "pending": 2}
    receiver.ship(receiver.held(order["number"])[0].reference)
    pass_by(hub, worker, minutes=3)
    assert units(read(caller, order)) == {"shipped": 4, "pending": 2}
    [event] = caller.send("GET", "/events?type=fulfillment.differs").json()["data"]
    assert (event["data"]["net"], event["data"]["net_there"]) == (60000.06, 40000.04)


def test_what_a_person_has_changed_there_is_found_when_it_is_asked_for_again(
    caller: Caller, hub: Hub, worker: Worker, receiver: GenericPeer
) -> None:
    connect(hub, receiver.access(_url(receiver)))
    order = placed(caller)
    worker.drain()
    revised(caller, order, quantity=3)
    worker.drain()
    [parked] = given_up(hub)
    [there] = receiver.stub.orders
    there["lines"][0] |= {"quantity": Decimal(3), "net": Decimal("30000.03")}
    there["net"] = Decimal("30000.03")
    with hub.unit_of_work("CustDemo") as uow:
        retrying.again(uow, [parked.effect.id])
    worker.drain()
    assert given_up(hub) == []
    assert units(read(caller, order)) == {"acknowledged": 3, "cancelled": 1}


def test_an_order_that_is_changed_on_its_way_is_there_as_it_became(
    caller: Caller, hub: Hub, worker: Worker, receiver: GenericPeer
) -> None:
    connection = connect(hub, receiver.access(_url(receiver)), change="yes")
    with hub.unit_of_work("CustDemo") as uow:
        connecting.pause(uow, connection)
    order = placed(caller)
    revised(caller, order, quantity=2)
    with hub.unit_of_work("CustDemo") as uow:
        connecting.resume(uow, connection)
    worker.drain()
    [held] = receiver.held(order["number"])
    assert held.lines == (("VX-2000", Decimal(2), Decimal("20000.02")),)
    pass_by(hub, worker, minutes=1)
    assert units(read(caller, order)) == {"acknowledged": 2, "cancelled": 2}
    assert given_up(hub) == []


def test_an_open_order_is_read_from_time_to_time(
    caller: Caller, hub: Hub, worker: Worker, receiver: GenericPeer
) -> None:
    connect(hub, receiver.access(_url(receiver)))
    order = placed(caller)
    worker.drain()
    receiver.ship(receiver.held(order["number"])[0].reference)
    pass_by(hub, worker, minutes=50)
    assert units(read(caller, order)) == {"acknowledged": 4}
    pass_by(hub, worker, minutes=20)
    assert units(read(caller, order)) == {"shipped": 4}


def test_everything_that_changed_is_told_at_once_however_much_it_is(
    caller: Caller, hub: Hub, worker: Worker, tryton: TrytonStub
) -> None:
    access = tryton.access(_url(tryton))
    connect(hub, access)
    erp = connecting.adapters_of(hub.ports).erp(replace(access, system=SYSTEM))
    for _ in range(120):
        document = order_there()
        erp.create(document, key_of(document), MemorySteps())
    order = placed(caller)
    worker.drain()
    tryton.ship(tryton.held(order["number"])[0].reference)
    pass_by(hub, worker, minutes=2)
    assert units(read(caller, order)) == {"shipped": 4}


def test_who_was_asked_in_vain_is_sent_an_order_again_once_a_person_has_looked(
    caller: Caller, hub: Hub, worker: Worker, receiver: GenericPeer
) -> None:
    """A receiver that cannot be asked whether it has an order is sent none twice by itself."""
    receiver.stub.looks_up, receiver.stub.loses = False, True
    connect(hub, receiver.access(_url(receiver)), look_up="no")
    order = placed(caller)
    worker.drain()
    receiver.stub.loses = False
    pass_by(hub, worker, hours=1)
    [parked] = given_up(hub)
    assert parked.last is not None
    assert "somebody has to look" in parked.last.error
    receiver.stub.orders.clear()
    with hub.unit_of_work("CustDemo") as uow:
        retrying.again(uow, [parked.effect.id])
    worker.drain()
    assert len(receiver.held(order["number"])) == 1
    assert units(read(caller, order)) == {"acknowledged": 4}
