"""Signed orders to any system: sent once, looked up, and never sent twice where nobody can look."""

import base64
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from adapters.erp.generic import ubl_order
from adapters.erp.generic.erp import GenericErp
from adapters.http import Guard
from engine.events import signature
from engine.ports.connections import TableName, Tables
from engine.ports.erp import ErpLoss, LineState, Receipt, Stage
from engine.ports.outcomes import Declined, Denied
from tests.adapters.erp.generic.conftest import Start
from tests.adapters.erp.generic.stub import SECRET
from tests.adapters.erp.generic.ubl_schema import CAC, CBC, checked
from tests.adapters.erp.odoo.samples import KEY, ORDER, thirds
from tests.adapters.steps import MemorySteps


@pytest.mark.parametrize("format_", ["json", "ubl"])
def test_an_order_arrives_signed_and_complete(start: Start, format_: str) -> None:
    peer, erp = start(format_)
    assert erp.find(ORDER, KEY) is None
    receipt = erp.create(ORDER, KEY, MemorySteps())
    assert receipt == Receipt(
        reference="4711",
        number="SO-4711",
        lines={"oln_1": "4711/1", "oln_2": "4711/2"},
        net=D("4999.00"),
    )
    [held] = peer.held("O-2026-0001")
    assert held.lines == (("VX-2000", D(4), D("4800.00")), ("CARE-PLUS", D(1), D("199.00")))
    assert erp.find(ORDER, KEY) == receipt
    assert erp.create(ORDER, KEY, MemorySteps()) == receipt
    assert len(peer.stub.orders) == 1


def test_the_headers_are_those_of_standard_webhooks(start: Start) -> None:
    peer, erp = start()
    erp.create(ORDER, KEY, MemorySteps())
    [asked] = [each for each in peer.stub.server.asked if each.method == "POST"]
    assert asked.headers["idempotency-key"] == asked.headers["webhook-id"] == KEY
    assert asked.headers["webhook-timestamp"] == "1795262400"
    assert signature.is_genuine(
        message_id=KEY,
        timestamp="1795262400",
        signature=asked.headers["webhook-signature"],
        body=asked.body,
        secrets=[SECRET],
        now=1795262400,
    )


def test_while_secrets_are_exchanged_both_sign(start: Start) -> None:
    peer, _ = start()
    fresh = "whsec_" + base64.b64encode(b"f" * 32).decode()
    access = peer.access(peer.stub.server.url)
    both = replace(access, credentials={"secret": fresh, "old_secret": SECRET})
    guard = Guard(plain=frozenset({peer.address}))
    assert GenericErp(both, guard).check().troubles == ()


def test_the_json_is_exact_and_names_what_they_call_it(start: Start) -> None:
    peer, erp = start()
    tables = Tables({TableName.SKU: {"P": "KIT-10"}, TableName.TAX: {"25": "S25"}})
    access = replace(peer.access(peer.stub.server.url), tables=tables)
    guard = Guard(plain=frozenset({peer.address}))
    order = replace(ORDER, lines=(thirds(sku="P", unit=""),))
    GenericErp(access, guard).create(order, KEY, MemorySteps())
    body = json.loads(peer.stub.orders[0]["body"])
    assert body["customer"]["delivery"] == {
        "lines": ["dock 4"],
        "city": "BERGEN",
        "zip_code": "5003",
        "country_code": "NO",
    }
    assert body["lines"] == [
        {
            "line_id": "oln_3",
            "number": 1,
            "sku": "KIT-10",
            "name": "Kit",
            "quantity": "3",
            "unit_price": "33.333333333333",
            "net": "100.00",
            "tax_rate": "25",
            "tax_code": "S25",
            "requested_date": "2026-12-01",
        }
    ]
    assert erp.plan(order).payload["net"] == "100.00"


def test_the_ubl_order_is_as_the_schema_says() -> None:
    tables = Tables({TableName.UNIT: {"Units": "C62"}})
    taxed = tuple(replace(each, tax=each.net / 4) for each in ORDER.lines)
    for order in (
        replace(ORDER, lines=taxed),
        replace(ORDER, account=None, customer=None, placed_on=None, requested_date=None),
    ):
        root = checked(ubl_order.written(order, tables, "Nordic Pumps", date(2026, 11, 21)))
        totals = [each.text for each in root.find(f"{CAC}AnticipatedMonetaryTotal")]
        # A quarter of 4999.00 is 1249.75.
        with_tax = ["4999.00", "4999.00", "6248.75", "6248.75"]
        assert totals == (with_tax if order.account else ["4999.00", "4999.00", "4999.00"])
        [first, second] = root.findall(f"{CAC}OrderLine/{CAC}LineItem/{CBC}Quantity")
        assert (first.text, first.attrib) == ("4", {"unitCode": "C62"})
        assert second.text == "1"


@pytest.mark.parametrize("text", ["</cbc:ID><x/>", "a & b < c", "\x01\x0b", "]]>", "\"'", "ð𝄞"])
def test_no_text_becomes_markup(text: str) -> None:
    lines = tuple(
        replace(each, name=text, sku=text, unit=text, configuration={text: text})
        for each in ORDER.lines
    )
    order = replace(ORDER, order_number=text, purchase_order=text, comment=text, lines=lines)
    root = checked(ubl_order.written(order, Tables(), text, date(2026, 11, 21)))
    kept = text.replace("\x01", "\ufffd").replace("\x0b", "\ufffd")
    assert root.find(f"{CBC}ID").text == kept
    assert root.find(f".//{CAC}Item/{CBC}Name").text == kept


def test_a_unit_without_a_code_is_a_loss_in_ubl(start: Start) -> None:
    _, erp = start("ubl")
    order = replace(ORDER, lines=(thirds(unit="Barrels"), thirds(unit="pcs")))
    assert erp.plan(order).losses == (
        ErpLoss(
            path="lines/0/unit",
            message="UBL names units by codes, and none is known for Barrels",
        ),
    )
    assert erp.plan(order).misses == ()


def test_where_an_order_is_and_cancelling_it(start: Start) -> None:
    peer, erp = start()
    receipt = erp.create(ORDER, KEY, MemorySteps())
    state = erp.advance(receipt, Stage.CONFIRMED, MemorySteps())
    assert (state.stage, state.key, state.net) == (Stage.CONFIRMED, "O-2026-0001", D("4999.00"))
    peer.ship("4711")
    state = erp.read("4711")
    assert state.stage == Stage.SHIPPED
    assert state.lines[0] == LineState(external_ref="4711/1", shipped=D(4), line_id="oln_1")
    with pytest.raises(Declined, match="it has left the house"):
        erp.cancel("4711")
    other = erp.create(replace(ORDER, order_number="O-2"), "eff_2", MemorySteps())
    assert erp.cancel(other.reference).stage == Stage.CANCELLED
    with pytest.raises(Declined, match="there is no order"):
        erp.read("9")
    assert erp.changes(None).states == ()


def test_what_is_refused_says_which_member(start: Start) -> None:
    peer, erp = start()
    order = replace(ORDER, lines=(*ORDER.lines, thirds(sku="VX-9")))
    with pytest.raises(Declined, match="not to be fulfilled") as refused:
        erp.create(order, KEY, MemorySteps())
    assert dict(refused.value.fields) == {"lines/2/sku": "VX-9 is not known"}
    assert peer.stub.orders == []


def test_credentials(start: Start) -> None:
    peer, erp = start()
    assert erp.check().troubles == ()
    assert erp.check().identity == "127.0.0.1"
    peer.deny()
    for call in (
        erp.check,
        lambda: erp.find(ORDER, KEY),
        lambda: erp.create(ORDER, KEY, MemorySteps()),
    ):
        with pytest.raises(Denied):
            call()
    peer.allow()
    for secret in ("", "whsec_%%%"):
        access = replace(peer.access(peer.stub.server.url), credentials={"secret": secret})
        with pytest.raises(Denied, match="secret"):
            GenericErp(access, Guard(plain=frozenset({peer.address}))).find(ORDER, KEY)


def test_settings_that_will_not_work_are_told(start: Start) -> None:
    peer, _ = start()
    access = peer.access(peer.stub.server.url)
    wrong = replace(
        access, url=f"{access.url}?v=1", credentials={"secret": "short"}, options={"format": "edi"}
    )
    erp = GenericErp(replace(wrong, options={"format": "edi", "look_up": "no"}))
    with pytest.raises(Declined, match="neither json nor ubl"):
        erp.plan(ORDER)
    assert list(erp._setting_troubles()) == [
        "format is edi, neither json nor ubl",
        "the address has a query, below which no order can be looked up",
        "the secret is too short or too long to sign well",
    ]
