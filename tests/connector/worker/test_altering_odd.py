"""Changes of orders that a system has: taken back, with answers lost, or refused there."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from connector.worker.loop import Worker
from engine.hub import Hub
from engine.ports.erp import OrderState, Stage
from engine.services import connecting, following, retrying
from tests.adapters.erp.generic.peer import GenericPeer
from tests.adapters.erp.generic.stub import Refused
from tests.adapters.serving import Asked
from tests.connector.vektra.changes import read
from tests.connector.vektra.conftest import Caller
from tests.connector.worker import test_altering
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


def joined(hub: Hub, receiver: GenericPeer, **options: str) -> str:
    host, port = receiver.address
    return connect(hub, receiver.access(f"http://{host}:{port}"), **options)


def there(receiver: GenericPeer, order: Json) -> list[Decimal]:
    """How many of each line the system has."""
    [held] = receiver.held(order["number"])
    return [quantity for _, quantity, _ in held.lines]


def differs(caller: Caller) -> list[tuple[float, float]]:
    told = caller.send("GET", "/events?type=fulfillment.differs").json()["data"]
    return [(each["data"]["net"], each["data"]["net_there"]) for each in told]


def again(hub: Hub) -> None:
    """A person has looked, and asks for what is parked again."""
    ids = [each.effect.id for each in given_up(hub)]
    with hub.unit_of_work("CustDemo") as uow:
        retrying.again(uow, ids)


def spoilt(receiver: GenericPeer, spoil: Callable[[Asked, Callable[[], Json]], Json]) -> None:
    """What the system tells goes through `spoil`, which is handed the honest answer."""
    honest = receiver.stub.told
    receiver.stub.told = lambda asked: spoil(asked, lambda: honest(asked))  # type: ignore[method-assign]


def lines_of(*quantities: int) -> list[Json]:
    return [{"sku": "VX-2000", "quantity": each, "unit_price": 100} for each in quantities]


@pytest.mark.parametrize("options", [{"change": "yes"}, {}])
def test_a_change_that_is_taken_back_leaves_nothing_behind(
    caller: Caller, hub: Hub, worker: Worker, receiver: GenericPeer, options: dict[str, str]
) -> None:
    joined(hub, receiver, read_seconds="60", **options)
    order = placed(caller)
    worker.drain()
    revised(caller, order, quantity=6)
    if not options:
        worker.drain()
    revised(caller, order, quantity=4)
    worker.drain()
    pass_by(hub, worker, minutes=5)
    assert units(read(caller, order)) == {"acknowledged": 4, "cancelled": 2}
    assert there(receiver, order) == [4]
    assert given_up(hub) == []
    assert differs(caller) == []


def test_all_of_it_is_cancelled_whatever_came_along_before(
    caller: Caller, hub: Hub, worker: Worker, receiver: GenericPeer
) -> None:
    joined(hub, receiver, change="yes")
    order = placed(caller)
    worker.drain()
    revised(caller, order, quantity=6)
    changed(caller, order, type="cancel")
    worker.drain()
    assert units(read(caller, order)) == {"cancelled": 6}
    assert (receiver.held(order["number"])[0].state, given_up(hub)) == ("cancelled", [])


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


def test_the_same_amount_is_no_proof_that_somebody_has_changed_it(
    caller: Caller, hub: Hub, worker: Worker, receiver: GenericPeer
) -> None:
    joined(hub, receiver)
    order = placed(caller, *lines_of(4, 4))
    worker.drain()
    names = [each["id"] for each in order["lines"]]
    swapped = [{"line_id": names[0], "quantity": 2}, {"line_id": names[1], "quantity": 6}]
    after = changed(caller, order, type="revise", lines=swapped)
    worker.drain()
    [parked] = given_up(hub)
    assert parked.last is not None
    assert "4 were handed over, 2 are wanted" in parked.last.answer
    assert [each["quantity_by_status"] for each in read(caller, after)["lines"]] == [
        {"acknowledged": 2, "cancel_requested": 2},
        {"acknowledged": 4, "pending": 2},
    ]


def test_only_what_was_asked_for_is_taken_for_cancelled(
    caller: Caller, hub: Hub, worker: Worker, receiver: GenericPeer
) -> None:
    joined(hub, receiver, change="yes", read_seconds="60")
    order = placed(caller)
    worker.drain()
    revised(caller, order, quantity=3)
    puts: list[int] = []

    def in_production(asked: Asked, honest: Callable[[], Json]) -> Json:
        if asked.method == "PUT":
            puts.append(1)
            if len(puts) > 1:
                raise Refused(409, "in production")
            told = honest()
            revised(caller, order, quantity=2)
            return told
        return honest()

    spoilt(receiver, in_production)
    worker.drain()
    assert there(receiver, order) == [3]
    assert units(read(caller, order)) == {"acknowledged": 2, "cancel_requested": 1, "cancelled": 1}
    assert len(given_up(hub)) == 1
    pass_by(hub, worker, minutes=5)
    assert differs(caller) == [(20000.02, 30000.03)]


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


def test_lines_go_by_the_names_that_the_system_told_last(
    caller: Caller, hub: Hub, worker: Worker, receiver: GenericPeer
) -> None:
    joined(hub, receiver, change="yes", read_seconds="60")
    order = placed(caller, *lines_of(4, 2, 2))
    worker.drain()
    names = [each["id"] for each in order["lines"]]
    changed(caller, order, type="cancel", lines=[{"line_id": names[0]}])
    worker.drain()

    def one_of_the_last(_: Asked, honest: Callable[[], Json]) -> Json:
        told = honest()
        lines = [
            {**each, "shipped": str(int(each["line_id"] == names[2]))} for each in told["lines"]
        ]
        return {**told, "status": "partly_shipped", "lines": lines}

    spoilt(receiver, one_of_the_last)
    pass_by(hub, worker, minutes=5)
    assert [each["quantity_by_status"] for each in read(caller, order)["lines"]] == [
        *({"cancelled": 4}, {"acknowledged": 2}, {"acknowledged": 1, "shipped": 1}),
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


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_person_who_has_changed_it_there_says_so_by_asking_again(
    caller: Caller, hub: Hub, worker: Worker, receiver: GenericPeer, is_whole: bool
) -> None:
    joined(hub, receiver, cancel="no", read_seconds="60")
    order = placed(caller)
    worker.drain()
    if is_whole:
        changed(caller, order, type="cancel")
        receiver.stub.orders[0]["status"] = "cancelled"
    else:
        revised(caller, order, requested_date="2027-03-01")
    worker.drain()
    assert len(given_up(hub)) == 1
    again(hub)
    worker.drain()
    pass_by(hub, worker, minutes=5)
    assert given_up(hub) == []
    assert units(read(caller, order)) == ({"cancelled": 4} if is_whole else {"acknowledged": 4})
    assert differs(caller) == []


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
