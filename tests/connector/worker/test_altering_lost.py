"""Changes of orders that a system has, when it does not answer, or answers oddly."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from connector.worker.loop import Worker
from engine.hub import Hub
from engine.ports.erp import OrderState, Stage
from engine.services import connecting, following
from tests.adapters.erp.generic.peer import GenericPeer
from tests.adapters.erp.generic.stub import Refused
from tests.adapters.serving import Asked
from tests.connector.vektra.changes import read
from tests.connector.vektra.conftest import Caller
from tests.connector.worker import test_altering
from tests.connector.worker.altering import differs, joined, spoilt, there
from tests.connector.worker.test_altering import (
    changed,
    connect,
    given_up,
    pass_by,
    placed,
    revised,
    units,
)

Json = dict[str, Any]
hub, worker, tryton, receiver = (
    *(test_altering.hub, test_altering.worker, test_altering.tryton, test_altering.receiver),
)


@pytest.mark.parametrize("change", [{"quantity": 6}, {"requested_date": "2027-03-01"}])
def test_an_order_whose_answer_was_lost_is_brought_to_what_it_became(
    caller: Caller, hub: Hub, worker: Worker, receiver: GenericPeer, change: Json
) -> None:
    joined(hub, receiver, change="yes")
    order = placed(caller)
    receiver.stub.loses = True
    worker.drain()
    receiver.stub.loses = False
    revised(caller, order, **change)
    sent: list[str] = []

    def spy(asked: Asked, honest: Callable[[], Json]) -> Json:
        sent.append(asked.method)
        return honest()

    spoilt(receiver, spy)
    pass_by(hub, worker, minutes=30)
    pass_by(hub, worker, minutes=1)
    assert (there(receiver, order), sent.count("PUT")) == ([change.get("quantity", 4)], 1)
    assert units(read(caller, order)) == {"acknowledged": change.get("quantity", 4)}


def test_a_change_whose_answer_was_lost_is_undone_there_too(
    caller: Caller, hub: Hub, worker: Worker, receiver: GenericPeer
) -> None:
    joined(hub, receiver, change="yes")
    order = placed(caller)
    worker.drain()
    revised(caller, order, quantity=3)
    receiver.stub.loses = True
    worker.drain()
    receiver.stub.loses = False
    assert there(receiver, order) == [3]
    revised(caller, order, quantity=4)
    pass_by(hub, worker, minutes=30)
    assert there(receiver, order) == [4]
    assert units(read(caller, order)) == {"acknowledged": 4, "cancelled": 1}


def test_one_order_that_cannot_be_read_keeps_no_other(
    caller: Caller, hub: Hub, worker: Worker, receiver: GenericPeer
) -> None:
    joined(hub, receiver)
    orders = [placed(caller) for _ in range(4)]
    worker.drain()
    bad = receiver.held(orders[1]["number"])[0].reference

    def nameless(asked: Asked, honest: Callable[[], Json]) -> Json:
        return {**honest(), "order_number": ""} if asked.target.endswith(bad) else honest()

    spoilt(receiver, nameless)
    for each in orders:
        receiver.ship(receiver.held(each["number"])[0].reference)
    pass_by(hub, worker, hours=2)
    assert [units(read(caller, each)) for each in orders] == [
        *({"shipped": 4}, {"acknowledged": 4}, {"shipped": 4}, {"shipped": 4}),
    ]


def test_what_was_cancelled_before_it_was_there_is_never_made(
    caller: Caller, hub: Hub, worker: Worker, receiver: GenericPeer
) -> None:
    joined(hub, receiver, cancel="no")
    whole, part = placed(caller), placed(caller)
    honest = receiver.stub.told

    def busy(_: Asked) -> Json:
        raise Refused(429, "later")

    receiver.stub.told = busy  # type: ignore[assignment,method-assign]
    worker.drain()
    changed(caller, whole, type="cancel")
    revised(caller, part, quantity=3)
    receiver.stub.told = honest  # type: ignore[method-assign]
    pass_by(hub, worker, hours=1)
    pass_by(hub, worker, hours=1)
    assert receiver.held(whole["number"]) == []
    assert units(read(caller, whole)) == {"cancelled": 4}
    assert there(receiver, part) == [3]
    assert units(read(caller, part)) == {"acknowledged": 3, "cancelled": 1}
    assert given_up(hub) == []


def test_a_cancellation_whose_answer_was_lost_is_looked_up(
    caller: Caller, hub: Hub, worker: Worker, receiver: GenericPeer
) -> None:
    joined(hub, receiver)
    order = placed(caller)
    worker.drain()
    changed(caller, order, type="cancel")
    receiver.stub.loses = True
    worker.drain()
    receiver.stub.loses = False

    def once(asked: Asked, honest: Callable[[], Json]) -> Json:
        if asked.method == "DELETE":
            raise Refused(409, "it is cancelled already")
        return honest()

    spoilt(receiver, once)
    pass_by(hub, worker, minutes=30)
    assert units(read(caller, order)) == {"cancelled": 4}
    assert given_up(hub) == []


def test_what_changes_while_nobody_is_connected_waits(
    caller: Caller, hub: Hub, worker: Worker, receiver: GenericPeer
) -> None:
    connection = joined(hub, receiver, change="yes")
    order = placed(caller)
    worker.drain()
    with hub.unit_of_work("CustDemo") as uow:
        connecting.disconnect(uow, connection)
    revised(caller, order, quantity=3)
    worker.drain()
    assert there(receiver, order) == [4]
    joined(hub, receiver, change="yes")
    pass_by(hub, worker, minutes=1)
    assert there(receiver, order) == [3]
    assert units(read(caller, order)) == {"acknowledged": 3, "cancelled": 1}


def test_an_amount_in_another_currency_is_compared_with_nothing(
    caller: Caller, hub: Hub, worker: Worker, receiver: GenericPeer
) -> None:
    joined(hub, receiver)
    order = placed(caller)
    worker.drain()
    reference = receiver.held(order["number"])[0].reference
    said = OrderState(
        reference=reference,
        key=order["number"],
        stage=Stage.CONFIRMED,
        currency="JPY",
        net=Decimal(7),
    )
    with hub.unit_of_work("CustDemo") as uow:
        trouble = following.hear(uow, test_altering.SYSTEM, said)
    assert trouble == f"{order['number']} is in JPY there"
    assert differs(caller) == []


def test_what_a_system_repeats_of_a_credential_is_told_nowhere(
    caller: Caller, hub: Hub, worker: Worker, receiver: GenericPeer
) -> None:
    host, port = receiver.address
    access = receiver.access(f"http://{host}:{port}")
    connect(hub, access)

    def repeats(_: Asked) -> Json:
        raise Refused(401, f"nobody knows {access.credentials['secret']}")

    receiver.stub.told = repeats  # type: ignore[assignment,method-assign]
    placed(caller)
    worker.drain()
    told = caller.send("GET", "/connections").text + caller.send("GET", "/pushes").text
    told += caller.send("GET", "/events?type=connection.locked").text
    assert "nobody knows" in told
    assert access.credentials["secret"] not in told
