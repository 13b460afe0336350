"""Orders in Odoo: made once with all their lines, confirmed, read, cancelled and followed."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from adapters.erp.odoo.erp import OdooErp
from engine.ports.connections import Miss, TableName
from engine.ports.erp import Customer, ErpLoss, LineState, PostalAddress, Stage
from engine.ports.outcomes import Declined
from tests.adapters.erp.odoo.peer import OdooPeer
from tests.adapters.erp.odoo.samples import CARE, KEY, ORDER, PUMPS, thirds
from tests.adapters.erp.odoo.stub import OdooStub
from tests.adapters.steps import MemorySteps

Connect = Callable[..., OdooErp]


def test_an_order_is_made_in_one_call_with_all_its_lines(peer: OdooPeer, erp: OdooErp) -> None:
    steps = MemorySteps()
    receipt = erp.create(ORDER, KEY, steps)
    assert receipt.reference == "1"
    assert receipt.number == "S00001"
    assert dict(receipt.lines) == {"oln_1": "1", "oln_2": "2"}
    # 4800.00 + 199.00 = 4999.00; a quarter of it is 1249.75.
    assert (receipt.net, receipt.tax, receipt.total) == (D("4999.00"), D("1249.75"), D("6248.75"))
    assert steps.reached == {"asked": KEY, "order": "1"}
    [held] = peer.held("O-2026-0001")
    assert held.lines == (("VX-2000", D("4.0"), D("4800.0")), ("CARE-PLUS", D("1.0"), D("199.0")))
    order, lines = peer.stub.rows["sale.order"][1], peer.stub.rows["sale.order.line"]
    assert order["origin"] == "Quotewright eff_01"
    assert order["partner_shipping_id"] == 2
    assert order["commitment_date"] == "2026-12-01 00:00:00"
    assert lines[1]["name"] == "Pump VX-2000\nColour: blue\nSeal: FKM"
    assert [lines[each]["name"] for each in (3, 4)] == ["Your order: PO-77", "Ring the bell"]
    creates = [each for each in peer.stub.server.asked if each.path.endswith("/create")]
    assert len(creates) == 1


def test_what_was_made_is_found_and_not_made_again(peer: OdooPeer, erp: OdooErp) -> None:
    assert erp.find(ORDER, KEY) is None
    made = erp.create(ORDER, KEY, MemorySteps())
    assert erp.find(ORDER, KEY) == made
    assert erp.create(ORDER, KEY, MemorySteps()) == made
    resumed = MemorySteps()
    resumed.keep(order=made.reference)
    assert erp.create(ORDER, KEY, resumed) == made
    assert len(peer.held("O-2026-0001")) == 1


def test_only_our_customers_living_order_or_our_own_counts(peer: OdooPeer, erp: OdooErp) -> None:
    orders = peer.stub.rows["sale.order"]
    erp.create(ORDER, "eff_00", MemorySteps())
    orders[1]["partner_id"] = (5, "Twin")
    assert erp.find(ORDER, KEY) is None
    assert erp.create(ORDER, KEY, MemorySteps()).reference == "2"
    peer.stub.sales.create("", [], {}, [_sent_again(peer)])
    found = erp.find(ORDER, KEY)
    assert found is not None
    assert found.reference == "2", "the oldest that is alive"
    erp.cancel("2")
    assert erp.find(ORDER, KEY) is not None
    assert erp.find(ORDER, KEY).reference == "3"  # type: ignore[union-attr]  # it is alive
    erp.cancel("3")
    assert erp.find(ORDER, KEY).reference == "2"  # type: ignore[union-attr]  # whatever became of it
    assert erp.find(ORDER, "eff_99") is None, "another push of it may go on"


def _sent_again(peer: OdooPeer) -> dict[str, object]:
    sent = [each for each in peer.stub.server.asked if each.path.endswith("/create")]
    values: dict[str, object] = json.loads(sent[-1].body)["vals_list"][0]
    return values


def test_what_is_missing_is_said_at_once_and_nothing_is_made(
    peer: OdooPeer, connect: Connect
) -> None:
    erp = connect(payment_term="Net 90")
    lines = (replace(PUMPS, sku="VX-9", unit="Barrels"), replace(CARE, tax_rate=D("7.5")))
    order = replace(ORDER, account="NOBODY", currency="SEK", lines=lines)
    plan = erp.plan(order)
    assert set(plan.misses) == {
        Miss(TableName.CUSTOMER, "NOBODY", "NOBODY", "account"),
        Miss(TableName.CURRENCY, "SEK", "SEK", "currency"),
        Miss(TableName.PAYMENT_TERM, "Net 90", "Net 90", "options/payment_term"),
        Miss(TableName.SKU, "VX-9", "VX-9", "lines/0/sku"),
        Miss(TableName.UNIT, "Barrels", "Barrels", "lines/0/unit"),
        Miss(TableName.TAX, "7.5", "7.5", "lines/1/tax_rate"),
    }
    with pytest.raises(Declined) as refused:
        erp.create(order, KEY, MemorySteps())
    assert set(refused.value.fields) == {each.where for each in plan.misses}
    assert peer.held("O-2026-0001") == []


def test_two_of_a_name_are_a_miss_until_a_table_says_which(connect: Connect) -> None:
    # A cable is usually sold with one of the two taxes of 15 percent, a kit with neither.
    lines = (
        replace(CARE, sku="CABLE", tax_rate=D(15)),
        replace(CARE, sku="KIT-10", tax_rate=D(15)),
    )
    order = replace(ORDER, account="TWIN", lines=lines)
    misses = {each.where: each.theirs for each in connect().plan(order).misses}
    assert misses == {"account": "TWIN (2 of them)", "lines/1/tax_rate": "15 (2 of them)"}
    tables = {TableName.CUSTOMER: {"TWIN": "id:6"}, TableName.TAX: {"15": "15%"}}
    plan = connect(tables).plan(order)
    assert plan.misses == ()
    assert plan.payload["partner_id"] == 6


def test_tables_say_what_ours_is_called_there(peer: OdooPeer, connect: Connect) -> None:
    tables = {
        TableName.CUSTOMER: {"acc_1": "ACME"},
        TableName.SKU: {"PUMP": "VX-2000"},
        TableName.UNIT: {"pcs": "Units"},
        TableName.TAX: {"0": "0% export"},
        TableName.PAYMENT_TERM: {"NET30": "30 Days"},
    }
    line = replace(PUMPS, sku="PUMP", unit="pcs", tax_rate=D(0))
    order = replace(ORDER, account="acc_1", lines=(line,))
    receipt = connect(tables, payment_term="NET30").create(order, KEY, MemorySteps())
    assert (receipt.net, receipt.tax) == (D("4800.00"), D("0.00"))
    assert peer.stub.rows["sale.order"][1]["payment_term_id"] == 1
    assert [each.lines[0][0] for each in peer.held("O-2026-0001")] == ["VX-2000"]


def test_another_currency_comes_with_its_price_list(peer: OdooPeer, erp: OdooErp) -> None:
    receipt = erp.create(replace(ORDER, currency="NOK"), KEY, MemorySteps())
    assert erp.read(receipt.reference).currency == "NOK"
    assert erp.create(replace(ORDER, order_number="O-2"), "eff_2", MemorySteps()).net == D(
        "4999.00"
    )
    assert peer.stub.rows["sale.order"][2]["currency_id"] == (1, "EUR")


@pytest.mark.parametrize("rounding", ["round_per_line", "round_globally"])
def test_the_net_is_ours_to_the_cent_by_a_line_for_rounding(
    connect: Connect, rounding: str
) -> None:
    peer = OdooPeer(OdooStub(rounding))
    try:
        erp = connect(to=peer)
        order = replace(ORDER, lines=(thirds(), CARE))
        assert erp.plan(order).losses == ()
        # 3 x 33.33 = 99.99 and 199.00; a line of 0.01 makes it 299.00.
        receipt = erp.create(order, KEY, MemorySteps())
        assert receipt.net == D("299.00")
        [held] = peer.held("O-2026-0001")
        assert held.lines == (
            ("KIT-10", D("3.0"), D("99.99")),
            ("CARE-PLUS", D("1.0"), D("199.0")),
            ("ROUNDING", D("1.0"), D("0.01")),
        )
        assert dict(receipt.lines) == {"oln_3": "1", "oln_2": "2"}
    finally:
        peer.close()


def test_without_a_product_for_rounding_the_cents_are_reported(connect: Connect) -> None:
    erp = connect(rounding_product="")
    order = replace(ORDER, lines=(thirds(),))
    [loss] = erp.plan(order).losses
    assert (loss.path, loss.amount) == ("net", D("0.01"))
    assert erp.create(order, KEY, MemorySteps()).net == D("99.99")


@pytest.mark.parametrize("digits", [5, None])
def test_more_digits_of_a_price_need_no_rounding(connect: Connect, digits: int | None) -> None:
    peer = OdooPeer(OdooStub(price_digits=digits))
    try:
        # 3 x 33.33333 = 99.99999, which is 100.00.
        erp = connect(to=peer, rounding_product="")
        order = replace(ORDER, lines=(thirds(),))
        assert erp.plan(order).losses == ()
        assert erp.create(order, KEY, MemorySteps()).net == D("100.00")
    finally:
        peer.close()


def test_a_discount_is_sent_as_the_net_price(erp: OdooErp) -> None:
    # 10 at a list price of 50.00, less 12.5 percent: 437.50, which is 43.75 each.
    line = replace(CARE, quantity=D(10), net=D("437.50"), unit_price=D(50))
    order = replace(ORDER, lines=(line,))
    assert erp.plan(order).losses == ()
    assert erp.create(order, KEY, MemorySteps()).net == D("437.50")


def test_what_odoo_cannot_tell_is_a_loss(erp: OdooErp) -> None:
    line = replace(CARE, quantity=D("1.005"), net=D("201.00"), requested_date=date(2026, 12, 24))
    far = Customer(id="ACME", name="Acme AS", invoice=PostalAddress(lines=("Moon 1",)))
    plan = erp.plan(replace(ORDER, lines=(line,), customer=far))
    assert plan.losses == (
        ErpLoss(
            path="customer/invoice",
            message="Odoo does not know this address; the customer's usual one is taken",
        ),
        ErpLoss(path="lines/0/quantity", message="Odoo keeps 2 digits: 1.01"),
        ErpLoss(
            path="lines/0/requested_date",
            message="Odoo has one delivery date for the whole order",
        ),
    )


def test_an_order_is_confirmed_once_and_read_back(peer: OdooPeer, erp: OdooErp) -> None:
    receipt = erp.create(ORDER, KEY, MemorySteps())
    assert erp.read("1").stage == Stage.DRAFT
    for _ in range(2):
        state = erp.advance(receipt, Stage.CONFIRMED, MemorySteps())
        assert (state.stage, state.state) == (Stage.CONFIRMED, "sale")
    assert state.key == "O-2026-0001"
    assert (state.net, state.tax, state.total) == (D("4999.00"), D("1249.75"), D("6248.75"))
    peer.stub.sales.ship(1, share=2)
    state = erp.read("1")
    assert state.stage == Stage.PARTLY_SHIPPED
    assert state.lines == (
        LineState(external_ref="1", shipped=D("2.0")),
        LineState(external_ref="2", shipped=D("0.5")),
    )
    peer.ship("1")
    assert erp.read("1").stage == Stage.SHIPPED
    peer.stub.rows["sale.order"][1]["invoice_status"] = "invoiced"
    assert erp.read("1").stage == Stage.INVOICED


def test_what_was_confirmed_by_somebody_else_is_confirmed(peer: OdooPeer, erp: OdooErp) -> None:
    receipt = erp.create(ORDER, KEY, MemorySteps())
    with ThreadPoolExecutor(4) as pool:
        states = list(
            pool.map(lambda _: erp.advance(receipt, Stage.CONFIRMED, MemorySteps()), range(8))
        )
    assert {each.stage for each in states} == {Stage.CONFIRMED}
    assert peer.held("O-2026-0001")[0].state == "sale"


def test_cancelling(peer: OdooPeer, erp: OdooErp) -> None:
    receipt = erp.create(ORDER, KEY, MemorySteps())
    erp.advance(receipt, Stage.CONFIRMED, MemorySteps())
    assert [erp.cancel("1").stage for _ in range(2)] == [Stage.CANCELLED] * 2
    assert erp.advance(receipt, Stage.CONFIRMED, MemorySteps()).stage == Stage.CANCELLED
    peer.stub.sales.locks = True
    other = erp.create(replace(ORDER, order_number="O-2"), "eff_2", MemorySteps())
    erp.advance(other, Stage.CONFIRMED, MemorySteps())
    with pytest.raises(Declined, match="You cannot cancel a locked order"):
        erp.cancel(other.reference)


@pytest.mark.parametrize("reference", ["77", "0", "-1", "S00001", "٣", "9" * 40, ""])
def test_an_order_that_is_not_there(erp: OdooErp, reference: str) -> None:
    with pytest.raises(Declined, match="there is no order"):
        erp.read(reference)
