"""A push to Business Central that was broken off is gone on with; there is never a second order."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal as D

import pytest

from adapters.erp.business_central.adapter import BusinessCentralErp
from adapters.http import Guard
from adapters.watch import Watch
from engine.ports.outcomes import Declined, Denied, Postponed, PushError, Uncertain
from tests.adapters.erp.business_central.conftest import Connect
from tests.adapters.erp.business_central.peer import BusinessCentralPeer
from tests.adapters.erp.business_central.stub import BusinessCentralStub
from tests.adapters.erp.odata.samples import KEY, ORDER, order
from tests.adapters.serving import Asked, Reply, said
from tests.adapters.steps import MemorySteps, TakenOverError


def losing(stub: BusinessCentralStub, lost: Callable[[Asked], bool]) -> None:
    """Lose the answers to some calls after they were carried out."""
    answer = stub.server.answer

    def answered(asked: Asked) -> Reply:
        reply = answer(asked)
        return Reply(status=504) if lost(asked) else reply

    stub.server.answer = answered


def orders(stub: BusinessCentralStub) -> list[dict[str, object]]:
    return list(stub.books.rows["salesOrders"].values())


@pytest.mark.parametrize("place", range(5))
def test_the_answer_to_each_call_that_writes_may_be_lost(
    erp: BusinessCentralErp, stub: BusinessCentralStub, place: int
) -> None:
    written = 0

    def lost(asked: Asked) -> bool:
        nonlocal written
        written += asked.method == "POST" and not asked.path.endswith("/token")
        return asked.method == "POST" and written == place + 1

    losing(stub, lost)
    steps = MemorySteps()
    with pytest.raises(Uncertain):
        erp.create(ORDER, KEY, steps)
    found = erp.find(ORDER, KEY)
    receipt = found or erp.create(ORDER, KEY, steps)
    # only after the last line was it there whole
    assert (found is not None) == (place == 4)
    assert len(orders(stub)) == 1
    assert len(stub.books.lines(receipt.reference)) == 4
    assert receipt.net == D("4999.00")


@pytest.mark.parametrize("kept", range(6))
def test_a_push_that_was_taken_over_sends_nothing_more(
    erp: BusinessCentralErp, stub: BusinessCentralStub, kept: int
) -> None:
    with pytest.raises(TakenOverError):
        erp.create(ORDER, KEY, MemorySteps(kept))
    receipt = erp.create(ORDER, KEY, MemorySteps())
    assert len(orders(stub)) == 1
    assert len(stub.books.lines(receipt.reference)) == 4


def test_a_header_is_found_by_its_step_under_another_customer(
    erp: BusinessCentralErp, stub: BusinessCentralStub
) -> None:
    steps = MemorySteps(2)
    with pytest.raises(TakenOverError):
        erp.create(ORDER, KEY, steps)
    stub.books.rows["salesOrders"][steps.reached["header"]]["customerNumber"] = "ACME-2"
    again = MemorySteps()
    again.keep(**steps.reached)
    erp.create(ORDER, KEY, again)
    assert len(orders(stub)) == 1


def test_an_order_that_people_have_changed_is_left_alone(
    erp: BusinessCentralErp, stub: BusinessCentralStub
) -> None:
    receipt = erp.create(ORDER, KEY, MemorySteps())
    stub.books.lines(receipt.reference)[2]["quantity"] = D(5)
    with pytest.raises(Declined, match="lines that are not those of our order"):
        erp.find(ORDER, KEY)
    with pytest.raises(Declined, match="lines that are not those of our order"):
        erp.create(ORDER, KEY, MemorySteps())
    assert len(stub.books.lines(receipt.reference)) == 4


def test_texts_that_an_item_brings_along_are_passed_over(
    erp: BusinessCentralErp, stub: BusinessCentralStub
) -> None:
    with pytest.raises(TakenOverError):
        erp.create(ORDER, KEY, MemorySteps(6))
    [header] = orders(stub)
    stub.books.line(header, {"lineType": "Comment", "description": "Handle with care"})
    receipt = erp.create(ORDER, KEY, MemorySteps())
    said_there = [each["description"] for each in stub.books.lines(receipt.reference)]
    assert said_there.count("Handle with care") == 1
    assert len(said_there) == 5


def test_of_two_orders_the_older_one_is_taken_and_it_is_said(
    erp: BusinessCentralErp, stub: BusinessCentralStub
) -> None:
    receipt = erp.create(ORDER, KEY, MemorySteps())
    stub.books.order({"externalDocumentNumber": "O-2026-0001", "customerNumber": "ACME"})
    found = erp.find(ORDER, KEY)
    assert found is not None
    assert found.reference == receipt.reference
    note = "it is there more than once, as S-ORD101001, S-ORD101002"
    assert found.notes == (note,)
    assert note in {each.message for each in erp.plan(ORDER).losses}


def test_the_same_number_for_another_customer_is_another_order(
    erp: BusinessCentralErp, stub: BusinessCentralStub
) -> None:
    stub.books.order({"externalDocumentNumber": "O-2026-0001", "customerNumber": "GROSS"})
    assert erp.find(ORDER, KEY) is None
    erp.create(ORDER, KEY, MemorySteps())
    assert len(orders(stub)) == 2


def test_prices_with_tax_are_refused_and_leave_no_header(
    erp: BusinessCentralErp, stub: BusinessCentralStub
) -> None:
    with pytest.raises(Declined) as caught:
        erp.create(order(account="GROSS"), KEY, MemorySteps())
    assert set(caught.value.fields) == {"account"}
    assert orders(stub) == []


def test_a_line_that_is_refused_is_named(
    erp: BusinessCentralErp, stub: BusinessCentralStub
) -> None:
    answer = stub.server.answer

    def refusing(asked: Asked) -> Reply:
        if asked.method == "POST" and b"CARE-PLUS" in asked.body:
            told = "unitOfMeasureCode must be one of the item.  CorrelationId:  x."
            return said({"error": {"code": "Application_DialogException", "message": told}}, 400)
        return answer(asked)

    stub.server.answer = refusing
    with pytest.raises(Declined) as caught:
        erp.create(ORDER, KEY, MemorySteps())
    told = "unitOfMeasureCode must be one of the item."
    assert caught.value.fields == {"lines/1/unit": told}
    stub.server.answer = answer
    receipt = erp.create(ORDER, KEY, MemorySteps())
    assert len(orders(stub)) == 1
    assert receipt.net == D("4999.00")


def test_an_order_changed_meanwhile_is_not_removed(
    erp: BusinessCentralErp, stub: BusinessCentralStub
) -> None:
    receipt = erp.create(ORDER, KEY, MemorySteps())
    answer = stub.server.answer

    def changing(asked: Asked) -> Reply:
        if asked.method == "DELETE":
            stub.books.touch(stub.books.rows["salesOrders"][receipt.reference])
        return answer(asked)

    stub.server.answer = changing
    with pytest.raises(Postponed, match="Another user"):
        erp.cancel(receipt.reference)
    assert len(orders(stub)) == 1


def test_a_token_is_asked_for_once_and_anew_when_it_is_not_taken(
    erp: BusinessCentralErp, stub: BusinessCentralStub
) -> None:
    erp.check()
    erp.check()
    assert stub.given == 1
    stub.taken.clear()
    erp.create(ORDER, KEY, MemorySteps())
    assert stub.given == 2


def test_tokens_that_many_find_taken_back_deny_nobody_entry(
    peer: BusinessCentralPeer, stub: BusinessCentralStub
) -> None:
    guard = Guard(seconds=5, plain=frozenset({peer.address}), watch=Watch())
    erp = BusinessCentralErp(peer.access(stub.server.url), guard)
    for place in range(5):
        erp.check()
        stub.taken.clear()
        with ThreadPoolExecutor(3) as pool:
            documents = [order(order_number=f"O-{place}-{each}") for each in range(3)]
            list(pool.map(lambda each: erp.create(each, KEY, MemorySteps()), documents))
    assert len(orders(stub)) == 15


def test_a_token_is_renewed_before_it_ends(
    erp: BusinessCentralErp, stub: BusinessCentralStub
) -> None:
    stub.lives = 0
    erp.check()
    assert stub.given == len(stub.server.asked) // 2


def test_credentials_that_are_not_good_are_tried_once(
    erp: BusinessCentralErp, stub: BusinessCentralStub
) -> None:
    erp.check()
    stub.lets_in = False
    before = len(stub.server.asked)
    with pytest.raises(Denied) as caught:
        erp.find(ORDER, KEY)
    assert len(stub.server.asked) == before + 2
    assert "secret" not in caught.value.reason


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(body=b"<html>maintenance</html>"), Postponed),
        (Reply(body=b'{"value": 1}'), Postponed),
        (Reply(body=b'{"value": [1]}'), Postponed),
        (Reply(body=b"[" * 100_000), Postponed),
        (Reply(body=b" " * 5_000_000), Postponed),
        (Reply(status=302, headers={"Location": "https://elsewhere.test/"}), Declined),
        (Reply(status=429, headers={"Retry-After": "7"}), Postponed),
        (Reply(status=403), Denied),
        (Reply(body=b'{"value": [], "@odata.nextLink": "https://elsewhere.test/x"}'), Declined),
        (Reply(body=b'{"value": [], "@odata.nextLink": "?$skiptoken=1"}'), Declined),
    ],
)
def test_whatever_it_answers_has_an_outcome(
    erp: BusinessCentralErp, stub: BusinessCentralStub, reply: Reply, outcome: type[PushError]
) -> None:
    erp.check()
    stub.server.answer = lambda _: reply
    with pytest.raises(outcome):
        erp.find(ORDER, KEY)


def test_an_order_of_somebody_else_is_not_taken_for_ours(
    erp: BusinessCentralErp, stub: BusinessCentralStub
) -> None:
    receipt = erp.create(ORDER, KEY, MemorySteps())
    [theirs] = [dict(each) for each in orders(stub)]
    theirs |= {"externalDocumentNumber": "O-9", "id": "00000000-0000-0000-0000-000000000999"}
    answer = stub.server.answer
    stub.server.answer = lambda asked: (
        answer(asked) if asked.path.endswith("/token") else said({"value": [theirs], **theirs})
    )
    assert erp.find(ORDER, KEY) is None
    with pytest.raises(Declined, match="another order"):
        erp.read(receipt.reference)


def test_cancelling_needs_the_option(connect: Connect) -> None:
    with pytest.raises(Declined, match="there is no order"):
        connect().cancel("00000000-0000-0000-0000-000000000999")
