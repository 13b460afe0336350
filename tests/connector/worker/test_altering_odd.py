"""Changes of orders that a system has: taken back, refused, or made there by a person."""

from collections.abc import Callable
from typing import Any

import pytest

from connector.worker.loop import Worker
from engine.hub import Hub
from tests.adapters.erp.generic.peer import GenericPeer
from tests.adapters.erp.generic.stub import Refused
from tests.adapters.serving import Asked
from tests.connector.vektra.changes import read
from tests.connector.vektra.conftest import Caller
from tests.connector.worker import test_altering
from tests.connector.worker.altering import again, differs, joined, lines_of, spoilt, there
from tests.connector.worker.test_altering import (
    changed,
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
