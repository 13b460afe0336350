"""Answers that are lost or no good: nothing is sent twice that might have been taken."""

from decimal import Decimal as D

import pytest

from engine.ports.erp import OrderState, Receipt, Stage
from engine.ports.outcomes import Declined, Denied, Postponed, PushError, Uncertain
from tests.adapters.erp.generic.conftest import Front, Start, connected
from tests.adapters.erp.generic.stub import GenericStub
from tests.adapters.erp.odoo.samples import KEY, ORDER
from tests.adapters.serving import Reply, Server
from tests.adapters.steps import MemorySteps

LOST = [None, Reply(status=504), Reply(body=b"<html/>"), Reply(body=b"{}"), Reply(body=b"[]")]


@pytest.mark.parametrize("reply", LOST)
def test_an_answer_lost_leaves_one_order(start: Start, front: Front, reply: Reply | None) -> None:
    peer, erp = start(stub=GenericStub(replays=False))
    with pytest.raises(Uncertain):
        front(peer, "POST", reply).create(ORDER, KEY, MemorySteps())
    found = erp.find(ORDER, KEY)
    assert found is not None
    assert found.reference == "4711"
    assert len(peer.stub.orders) == 1


@pytest.mark.parametrize("reply", LOST)
def test_nobody_sends_again_what_cannot_be_looked_up(
    start: Start, front: Front, reply: Reply | None
) -> None:
    peer, erp = start(stub=GenericStub(replays=False, looks_up=False), look_up="no")
    assert erp.capabilities().looks_up is False
    steps = MemorySteps()
    with pytest.raises(Uncertain):
        front(peer, "POST", reply, look_up="no").create(ORDER, KEY, steps)
    assert erp.find(ORDER, KEY) is None
    for _ in range(2):
        with pytest.raises(Declined, match="somebody has to look"):
            erp.create(ORDER, KEY, steps)
    assert len(peer.stub.orders) == 1


def test_what_certainly_did_not_arrive_is_sent_again(start: Start) -> None:
    peer, erp = start(stub=GenericStub(looks_up=False), look_up="no")
    steps = MemorySteps()
    for status, outcome in ((429, Postponed), (422, Declined)):
        refusing = Server(lambda _, status=status: Reply(status=status))  # type: ignore[misc]  # of this turn
        try:
            with pytest.raises(outcome):
                connected(peer, refusing, look_up="no").create(ORDER, KEY, steps)
        finally:
            refusing.close()
    assert erp.create(ORDER, KEY, steps).reference == "4711"
    state = erp.advance(Receipt(reference="4711"), Stage.CONFIRMED, steps)
    assert state == OrderState(reference="4711", key="O-2026-0001", stage=Stage.CONFIRMED)
    with pytest.raises(Declined, match="tells by itself"):
        erp.read("4711")
    assert "cannot be asked" in erp.check().identity


def test_a_receiver_that_replays_is_sent_the_same_again(start: Start, front: Front) -> None:
    stub = GenericStub(looks_up=False)
    peer, erp = start(stub=stub, look_up="no", idempotent="yes")
    assert erp.capabilities().is_idempotent
    steps = MemorySteps()
    with pytest.raises(Uncertain):
        front(peer, "POST", None, look_up="no", idempotent="yes").create(ORDER, KEY, steps)
    assert erp.create(ORDER, KEY, steps).reference == "4711"
    assert len(peer.stub.orders) == 1


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(status=404, body=b"<html>no such page</html>"), Postponed),
        (Reply(body=b'{"reference": "1"}'), Postponed),
        (Reply(body=b'{"reference": "1", "order_number": "O-9"}'), Uncertain),
        (Reply(body=b'{"reference": "", "order_number": "O-2026-0001"}'), Postponed),
        (Reply(body=b'{"reference": true, "order_number": "O-2026-0001"}'), Postponed),
        (Reply(body=b'{"reference": "1", "order_number": "O-2026-0001", "net": 1e99}'), Postponed),
        (Reply(body=b'{"reference": "1", "order_number": "O", "status": "lost"}'), Postponed),
        (Reply(body=b'{"reference": "1", "order_number": "O", "status": []}'), Postponed),
        (Reply(body=b'{"reference": "1", "order_number": "O", "lines": [1]}'), Postponed),
        (Reply(body=b"[" * 8_000), Postponed),
        (Reply(body=b"{" + b" " * 10_000 + b"}"), Postponed),
        (Reply(status=302, headers={"Location": "https://example.com/"}), Declined),
        (Reply(status=429, headers={"Retry-After": "9"}), Postponed),
        (Reply(status=403), Denied),
        (Reply(status=410, body=b'{"title": "gone", "fields": []}'), Declined),
    ],
)
def test_answers_that_are_no_good_have_an_outcome(
    start: Start, front: Front, reply: Reply, outcome: type[PushError]
) -> None:
    peer, _ = start()
    with pytest.raises(outcome):
        front(peer, "GET", reply).find(ORDER, KEY)


def test_numbers_may_come_as_json_numbers(start: Start, front: Front) -> None:
    peer, _ = start()
    body = b'{"reference": 7, "order_number": "O-2026-0001", "net": 4999.10, "total": 6248.875}'
    found = front(peer, "GET", Reply(body=body)).find(ORDER, KEY)
    assert found == Receipt(reference="7", net=D("4999.10"), total=D("6248.875"))
