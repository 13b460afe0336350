"""An order handed over to SAP, as far as its sales order service is documented."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from adapters.erp.sap.adapter import SapErp
from engine.ports.connections import Miss, TableName
from engine.ports.erp import LineState, Stage
from engine.ports.outcomes import Declined, Denied, Postponed, Uncertain
from tests.adapters.erp.odata.samples import CARE, KEY, ORDER, PUMPS, order
from tests.adapters.erp.sap.conftest import Connect
from tests.adapters.erp.sap.stub import SapStub
from tests.adapters.serving import Asked, Reply, said
from tests.adapters.steps import MemorySteps, TakenOverError


def test_the_connection_is_tried(erp: SapErp, stub: SapStub) -> None:
    assert erp.check().troubles == ()
    assert {each.method for each in stub.server.asked} == {"GET"}


@pytest.mark.parametrize("option", ["sales_organization", "distribution_channel", "division"])
def test_an_option_that_is_not_set_is_named(connect: Connect, option: str) -> None:
    with pytest.raises(Declined) as caught:
        connect(**{option: ""}).check()
    assert caught.value.fields == {f"options/{option}": "is not set"}


def test_a_service_that_is_not_there_is_a_trouble(connect: Connect) -> None:
    [trouble] = connect(product_service="API_NONE").check().troubles
    assert trouble.startswith("products: ")


def test_an_order_arrives_whole(connect: Connect, stub: SapStub) -> None:
    erp = connect(text_id="TX01", key_member="ExternalDocumentID", payment_term="0001")
    assert erp.find(ORDER, KEY) is None
    receipt = erp.create(ORDER, KEY, MemorySteps())
    [found] = stub.orders
    assert found["SoldToParty"] == "1000004"
    assert found["PurchaseOrderByCustomer"] == "O-2026-0001"
    assert found["ExternalDocumentID"] == KEY
    assert found["CustomerPaymentTerms"] == "0001"
    # 2026-12-01 is 20,788 days after 1970-01-01
    assert found["RequestedDeliveryDate"] == f"/Date({20_788 * 86_400_000})/"
    [text] = found["to_Text"]
    assert text["LongText"] == "Purchase order: PO-77\nRing the bell"
    # 4 x 1200.00 + 199.00, and a quarter of it
    assert (receipt.net, receipt.tax, receipt.total) == (D("4999.00"), D("1249.75"), D("6248.75"))
    assert (receipt.reference, receipt.lines) == ("4711", {"oln_1": "10", "oln_2": "20"})
    assert erp.find(ORDER, KEY) == receipt


def test_an_order_is_made_once(erp: SapErp, stub: SapStub) -> None:
    first = erp.create(ORDER, KEY, MemorySteps())
    assert erp.create(ORDER, KEY, MemorySteps()) == first
    assert len(stub.orders) == 1


def test_an_order_whose_answer_was_lost_is_found(erp: SapErp, stub: SapStub) -> None:
    answer = stub.server.answer

    def losing(asked: Asked) -> Reply:
        reply = answer(asked)
        return Reply(status=502) if asked.method == "POST" and reply.status == 201 else reply

    stub.server.answer = losing
    with pytest.raises(Uncertain):
        erp.create(ORDER, KEY, MemorySteps())
    found = erp.find(ORDER, KEY)
    assert found is not None
    assert erp.create(ORDER, KEY, MemorySteps()) == found
    assert len(stub.orders) == 1


def test_a_push_that_was_taken_over_sends_nothing(erp: SapErp, stub: SapStub) -> None:
    with pytest.raises(TakenOverError):
        erp.create(ORDER, KEY, MemorySteps(0))
    assert stub.orders == []


def test_every_miss_is_listed_and_nothing_is_sent(erp: SapErp, stub: SapStub) -> None:
    lines = (replace(PUMPS, sku="a' or Product ne '"), replace(CARE, unit="box"))
    document = order(*lines, account="1000009", currency="XXQ")
    misses = erp.plan(document).misses
    assert misses == (
        Miss(TableName.CUSTOMER, "1000009", "1000009", "account"),
        Miss(TableName.CURRENCY, "XXQ", "XXQ", "currency"),
        Miss(TableName.SKU, "a' or Product ne '", "a' or Product ne '", "lines/0/sku"),
        Miss(TableName.UNIT, "box", "box", "lines/1/unit"),
    )
    with pytest.raises(Declined) as caught:
        erp.create(document, KEY, MemorySteps())
    assert set(caught.value.fields) == {each.where for each in misses}
    assert stub.orders == []


def test_what_cannot_be_told_is_listed(erp: SapErp) -> None:
    lines = (
        replace(PUMPS, name="x" * 41, configuration={"a": "b"}),
        replace(CARE, quantity=D("1.2345")),
    )
    found = erp.plan(order(*lines, order_number="O" * 36)).losses
    assert [(each.path, each.amount) for each in found] == [
        ("order_number", None),
        ("lines/1/quantity", D("199.00")),
        ("purchase_order", None),
        ("comment", None),
        ("customer/delivery", None),
        ("lines/0/name", None),
        ("lines/0/configuration", None),
    ]
    with pytest.raises(Declined) as caught:
        erp.create(order(*lines, order_number="O" * 36), KEY, MemorySteps())
    assert set(caught.value.fields) == {"order_number", "lines/1/quantity"}


def test_a_refusal_names_the_property(connect: Connect) -> None:
    with pytest.raises(Declined) as caught:
        connect(key_member="Nope").create(ORDER, KEY, MemorySteps())
    assert caught.value.fields == {"Nope": "Property Nope is invalid"}


def test_of_two_orders_the_oldest_alive_is_taken_and_it_is_said(erp: SapErp, stub: SapStub) -> None:
    erp.create(ORDER, KEY, MemorySteps())
    first = stub.orders[0]
    stub.orders += [{**first, "SalesOrder": "9"}, {**first, "SalesOrder": "4713"}]
    stub.orders[1]["OverallSDDocumentRejectionSts"] = "C"
    found = erp.find(ORDER, KEY)
    assert found is not None
    assert found.reference == "4711"
    assert found.notes == ("it is there more than once, as 4711, 4713, 9",)


@pytest.mark.parametrize("changed", [{"SoldToParty": "1000005"}, {"SalesOrganization": "1010"}])
def test_an_order_of_somebody_else_is_not_taken_for_ours(
    erp: SapErp, stub: SapStub, changed: dict[str, str]
) -> None:
    erp.create(ORDER, KEY, MemorySteps())
    theirs = stub.orders[0] | changed
    stub.server.answer = lambda _: said({"d": {"results": [theirs]}})
    assert erp.find(ORDER, KEY) is None
    stub.server.answer = lambda _: said({"d": {**theirs, "SalesOrder": "1"}})
    with pytest.raises(Declined, match="there is no order"):
        erp.read("4711")


def test_only_what_was_issued_counts_as_shipped(erp: SapErp, stub: SapStub) -> None:
    receipt = erp.create(ORDER, KEY, MemorySteps())
    assert erp.advance(receipt, Stage.CONFIRMED, MemorySteps()).stage is Stage.CONFIRMED
    delivery = stub.deliver(0, "3.000", issued=False)
    assert erp.read("4711").stage is Stage.IN_PROGRESS
    delivery["OverallGoodsMovementStatus"] = "C"
    state = erp.read("4711")
    assert state.stage is Stage.PARTLY_SHIPPED
    assert state.lines == (
        LineState(external_ref="10", shipped=D("3.000")),
        LineState(external_ref="20", shipped=D(0)),
    )
    stub.deliver(0, "1.000", issued=True)
    stub.deliver(1, "1.000", issued=True)
    assert erp.read("4711").stage is Stage.SHIPPED


@pytest.mark.parametrize(
    ("member", "value", "stage"),
    [
        ("OverallSDDocumentRejectionSts", "C", Stage.CANCELLED),
        ("OverallSDProcessStatus", "C", Stage.DONE),
        ("OverallOrdReltdBillgStatus", "C", Stage.INVOICED),
        ("TotalCreditCheckStatus", "B", Stage.TROUBLED),
        ("DeliveryBlockReason", "01", Stage.DRAFT),
        ("OverallSDProcessStatus", "B", Stage.IN_PROGRESS),
    ],
)
def test_its_words_are_brought_into_ours(
    erp: SapErp, stub: SapStub, member: str, value: str, stage: Stage
) -> None:
    erp.create(ORDER, KEY, MemorySteps())
    stub.orders[0][member] = value
    assert erp.read("4711").stage is stage


def test_an_order_is_cancelled_by_rejecting_its_items(connect: Connect, stub: SapStub) -> None:
    erp = connect(rejection_reason="61")
    erp.create(ORDER, KEY, MemorySteps())
    state = erp.cancel("4711")
    assert state.stage is Stage.CANCELLED
    assert [each.cancelled for each in state.lines] == [D(4), D(1)]
    assert erp.cancel("4711") == state
    items = stub.orders[0]["to_Item"]["results"]
    assert {each["SalesDocumentRjcnReason"] for each in items} == {"61"}


def test_an_order_is_not_cancelled_without_a_reason_or_late(
    connect: Connect, erp: SapErp, stub: SapStub
) -> None:
    erp.create(ORDER, KEY, MemorySteps())
    assert not erp.capabilities().cancels
    with pytest.raises(Declined, match="no reason"):
        erp.cancel("4711")
    stub.deliver(0, "1.000", issued=False)
    with pytest.raises(Declined, match="is being delivered"):
        connect(rejection_reason="61").cancel("4711")


def test_changes_are_told_from_a_mark_on(erp: SapErp, stub: SapStub) -> None:
    for place in range(3):
        erp.create(order(order_number=f"O-{place}"), KEY, MemorySteps())
    told = erp.changes(None)
    assert [each.key for each in told.states] == ["O-0", "O-1", "O-2"]
    # the stub's first order changed at 2026-11-21 17:32:50, the others one second after another
    assert told.mark == "2026-11-21T17:32:52+00:00"
    erp.changes(told.mark)
    asked = stub.server.asked[-1].query["$filter"]
    assert asked.endswith("LastChangeDateTime ge datetimeoffset'2026-11-21T17:32:52.000Z'")
    with pytest.raises(Declined, match="none of ours"):
        erp.changes("yesterday")


def test_an_order_without_its_items_is_asked_for_again(erp: SapErp, stub: SapStub) -> None:
    erp.create(ORDER, KEY, MemorySteps())
    stub.orders[0]["to_Item"] = {"__deferred": {"uri": "x"}}
    with pytest.raises(Postponed):
        erp.read("4711")


def test_credentials_that_are_not_good_deny_entry(connect: Connect, stub: SapStub) -> None:
    stub.server.answer = lambda _: Reply(status=401)
    with pytest.raises(Denied):
        connect().find(ORDER, KEY)
    assert len(stub.server.asked) == 1
