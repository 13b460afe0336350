"""An order handed over to Business Central, from its look-up to its end."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from adapters.erp.business_central.adapter import BusinessCentralErp
from engine.ports.connections import Miss, TableName
from engine.ports.erp import LineState, Stage
from engine.ports.outcomes import Declined
from tests.adapters.erp.business_central.conftest import Connect
from tests.adapters.erp.business_central.stub import BusinessCentralStub
from tests.adapters.erp.odata.samples import CARE, KEY, ORDER, PUMPS, THIRDS, order
from tests.adapters.steps import MemorySteps


def made(stub: BusinessCentralStub) -> list[dict[str, object]]:
    return list(stub.books.rows["salesOrders"].values())


def test_the_connection_is_tried(erp: BusinessCentralErp) -> None:
    found = erp.check()
    assert found.identity == "Cronus International"
    assert found.troubles == ()


@pytest.mark.parametrize("option", ["tenant_id", "environment", "company_id"])
def test_an_option_that_is_not_set_is_named(connect: Connect, option: str) -> None:
    with pytest.raises(Declined) as caught:
        connect(**{option: ""}).check()
    assert f"options/{option}" in caught.value.fields


def test_a_company_must_be_a_guid(connect: Connect) -> None:
    with pytest.raises(Declined) as caught:
        connect(company_id="1) or (1").check()
    assert caught.value.fields == {"options/company_id": "'1) or (1' is no GUID"}


def test_an_order_arrives_whole(erp: BusinessCentralErp, stub: BusinessCentralStub) -> None:
    assert erp.find(ORDER, KEY) is None
    receipt = erp.create(ORDER, KEY, MemorySteps())
    [header] = made(stub)
    lines = stub.books.lines(receipt.reference)
    assert header["externalDocumentNumber"] == "O-2026-0001"
    assert header["orderDate"] == "2026-11-20"
    assert header["requestedDeliveryDate"] == "2026-12-01"
    assert header["shipToAddressLine1"] == "Dock 4"
    assert [each["lineType"] for each in lines] == ["Comment", "Comment", "Item", "Item"]
    assert [each["description"] for each in lines[:2]] == ["Purchase order: PO-77", "Ring the bell"]
    assert [(each["unitPrice"], each["taxCode"]) for each in lines[2:]] == [
        (D("1200.00"), "VAT25"),
        (D("199.00"), "VAT25"),
    ]
    # 4 x 1200.00 + 199.00, and a quarter of it
    assert (receipt.net, receipt.tax, receipt.total) == (D("4999.00"), D("1249.75"), D("6248.75"))
    assert receipt.number == header["number"]
    assert receipt.lines == {"oln_1": lines[2]["id"], "oln_2": lines[3]["id"]}
    assert erp.find(ORDER, KEY) == receipt


def test_an_order_is_made_once(erp: BusinessCentralErp, stub: BusinessCentralStub) -> None:
    first = erp.create(ORDER, KEY, MemorySteps())
    assert erp.create(ORDER, KEY, MemorySteps()) == first
    assert len(made(stub)) == 1
    assert len(stub.books.lines(first.reference)) == 4


def test_the_net_is_exact_where_no_price_comes_to_it(
    erp: BusinessCentralErp, stub: BusinessCentralStub
) -> None:
    document = order(THIRDS, purchase_order="", comment="")
    assert erp.plan(document).losses == ()
    receipt = erp.create(document, KEY, MemorySteps())
    [line] = stub.books.lines(receipt.reference)
    # 3 x 33.33334 is 100.00002, which rounds to 100.00 as it is
    assert (line["unitPrice"], line["discountAmount"]) == (D("33.33334"), D("0.00"))
    assert receipt.net == D("100.00")


def test_a_rest_of_rounding_is_a_discount(
    erp: BusinessCentralErp, stub: BusinessCentralStub
) -> None:
    # 30,000 x 0.00334 is 100.20: twenty cents too much
    many = replace(THIRDS, quantity=D(30_000), unit_price=D("0.0033333333"))
    receipt = erp.create(order(many, purchase_order="", comment=""), KEY, MemorySteps())
    [line] = stub.books.lines(receipt.reference)
    assert (line["unitPrice"], line["discountAmount"]) == (D("0.00334"), D("0.20"))
    assert receipt.net == D("100.00")


def test_every_miss_is_listed_and_nothing_is_sent(
    connect: Connect, stub: BusinessCentralStub
) -> None:
    erp = connect(
        {TableName.TAX: {"25": "VAT-X"}, TableName.PAYMENT_TERM: {"NET30": "30D"}},
        payment_term="NET30",
    )
    lines = (replace(PUMPS, sku="NO-1"), replace(CARE, unit="box"))
    document = order(*lines, account="NOBODY", currency="SEK")
    misses = erp.plan(document).misses
    assert misses == (
        Miss(TableName.CUSTOMER, "NOBODY", "NOBODY", "account"),
        Miss(TableName.CURRENCY, "SEK", "SEK", "currency"),
        Miss(TableName.PAYMENT_TERM, "NET30", "30D", "options/payment_term"),
        Miss(TableName.SKU, "NO-1", "NO-1", "lines/0/sku"),
        Miss(TableName.TAX, "25", "VAT-X", "lines/0/tax_rate"),
        Miss(TableName.UNIT, "box", "box", "lines/1/unit"),
        Miss(TableName.TAX, "25", "VAT-X", "lines/1/tax_rate"),
    )
    with pytest.raises(Declined) as caught:
        erp.create(document, KEY, MemorySteps())
    assert set(caught.value.fields) == {each.where for each in misses}
    assert made(stub) == []


@pytest.mark.parametrize("sku", ["OLD-1", "x' or number ne '"])
def test_an_item_that_may_not_be_sold_is_missing(erp: BusinessCentralErp, sku: str) -> None:
    misses = erp.plan(order(replace(PUMPS, sku=sku))).misses
    assert misses == (Miss(TableName.SKU, sku, sku, "lines/0/sku"),)


def test_a_blocked_customer_is_missing(erp: BusinessCentralErp) -> None:
    [miss] = erp.plan(order(account="SHUT")).misses
    assert miss.table is TableName.CUSTOMER


def test_a_number_that_is_too_long_is_not_cut(
    erp: BusinessCentralErp, stub: BusinessCentralStub
) -> None:
    document = order(order_number="O" * 36)
    assert [each.path for each in erp.plan(document).losses] == ["order_number"]
    with pytest.raises(Declined) as caught:
        erp.create(document, KEY, MemorySteps())
    assert set(caught.value.fields) == {"order_number"}
    assert made(stub) == []


def test_names_are_taken_from_the_tables(connect: Connect, stub: BusinessCentralStub) -> None:
    erp = connect(
        {
            TableName.CUSTOMER: {"acc_1": "ACME"},
            TableName.SKU: {"pump": "VX-2000"},
            TableName.UNIT: {"each": "PCS"},
            TableName.CURRENCY: {"EUR": "NOK"},
        }
    )
    document = order(replace(PUMPS, sku="pump", unit="each"), account="acc_1", customer=None)
    receipt = erp.create(document, KEY, MemorySteps())
    assert made(stub)[0]["currencyCode"] == "NOK"
    assert stub.books.lines(receipt.reference)[-1]["lineObjectNumber"] == "VX-2000"


def test_an_order_goes_through_its_stages(
    erp: BusinessCentralErp, stub: BusinessCentralStub
) -> None:
    receipt = erp.create(ORDER, KEY, MemorySteps())
    state = erp.advance(receipt, Stage.CONFIRMED, MemorySteps())
    assert (state.stage, state.state, state.key) == (Stage.CONFIRMED, "Draft", "O-2026-0001")
    first = receipt.lines["oln_1"]
    stub.books.rows["salesOrderLines"][first]["shippedQuantity"] = D(3)
    state = erp.read(receipt.reference)
    assert state.stage is Stage.PARTLY_SHIPPED
    assert state.lines[0] == LineState(external_ref=first, shipped=D(3))
    stub.books.ship(receipt.reference)
    assert erp.read(receipt.reference).stage is Stage.SHIPPED
    invoice = stub.books.post(receipt.reference)
    state = erp.read(receipt.reference)
    assert (state.stage, state.number, state.net) == (Stage.INVOICED, receipt.number, D("4999.00"))
    invoice["status"] = "Paid"
    assert erp.read(receipt.reference).stage is Stage.DONE


def test_an_order_that_was_posted_is_not_made_again(
    erp: BusinessCentralErp, stub: BusinessCentralStub
) -> None:
    receipt = erp.create(ORDER, KEY, MemorySteps())
    stub.books.post(receipt.reference)
    found = erp.find(ORDER, KEY)
    assert found is not None
    assert (found.reference, found.number) == (receipt.reference, receipt.number)
    assert erp.create(ORDER, KEY, MemorySteps()) == found
    assert made(stub) == []


def test_an_order_is_removed_to_cancel_it(
    erp: BusinessCentralErp, connect: Connect, stub: BusinessCentralStub
) -> None:
    receipt = erp.create(ORDER, KEY, MemorySteps())
    careful = connect(cancel="")
    assert erp.capabilities().cancels
    assert not careful.capabilities().cancels
    with pytest.raises(Declined, match="by removing it"):
        careful.cancel(receipt.reference)
    assert erp.cancel(receipt.reference).stage is Stage.CANCELLED
    assert made(stub) == []
    with pytest.raises(Declined, match="there is no order"):
        erp.read(receipt.reference)


def test_what_has_left_the_house_is_not_cancelled(
    erp: BusinessCentralErp, stub: BusinessCentralStub
) -> None:
    receipt = erp.create(ORDER, KEY, MemorySteps())
    stub.books.ship(receipt.reference)
    with pytest.raises(Declined, match="has been shipped"):
        erp.cancel(receipt.reference)


def test_changes_are_told_from_a_mark_on(
    erp: BusinessCentralErp, stub: BusinessCentralStub
) -> None:
    receipts = [
        erp.create(order(order_number=f"O-{place}"), KEY, MemorySteps()) for place in range(60)
    ]
    told = erp.changes(None)
    assert [each.key for each in told.states] == [f"O-{place}" for place in range(50)]
    told = erp.changes(told.mark)
    # the last one of the page before comes again
    assert [each.key for each in told.states] == [f"O-{place}" for place in range(49, 60)]
    stub.books.ship(receipts[3].reference)
    stub.books.post(receipts[5].reference)
    told = erp.changes(told.mark)
    assert [(each.key, each.stage) for each in told.states] == [
        ("O-59", Stage.CONFIRMED),
        ("O-3", Stage.SHIPPED),
        ("O-5", Stage.INVOICED),
    ]
