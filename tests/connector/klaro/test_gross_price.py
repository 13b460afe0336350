"""Custom prices that are what is to be paid: it is never more, and at most a little less.

A line of VX-HOS-50 has a tax of 25 percent, rounded for itself.
"""

from dataclasses import replace
from decimal import Decimal as D
from typing import Any

import pytest
from starlette.testclient import TestClient

from engine.catalog.settings import CustomPrice
from engine.hub import Hub
from tests.connector.klaro.conftest import Reader
from tests.connector.klaro.quotations import latest, make, price, put
from tests.connector.klaro.test_summary import large, summary
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import act, get

Json = dict[str, Any]


def given(hub: Hub, means: CustomPrice) -> None:
    """What custom prices of CustDemo are from now on."""
    with hub.unit_of_work("CustDemo") as uow:
        settings = uow.catalogues.load().settings
        pricing = replace(settings.pricing, custom_price=means)
        uow.catalogues.put_settings(replace(settings, pricing=pricing))


@pytest.fixture
def reader(hub: Hub, hub_client: TestClient) -> Reader:
    """A program of that tenant."""
    given(hub, CustomPrice.GROSS)
    return Reader.key(hub_client, "demo-key")


@pytest.mark.parametrize(
    ("wanted", "net", "tax"),
    [
        ("125", "100.00", "25.00"),
        ("125.006", "100.01", "25.00"),
        ("100.01", "80.01", "20.00"),
        ("100.02", "80.01", "20.00"),  # 80.02 would be 100.03 with its tax
        ("0.01", "0.01", "0.00"),
        ("0", "0.00", "0.00"),
    ],
)
def test_it_may_be_what_is_to_be_paid(reader: Reader, wanted: str, net: str, tax: str) -> None:
    quotation = make(reader)
    price(reader, quotation, wanted)
    fixed = summary(reader, quotation)
    assert fixed["sales_price"] == D(net)
    assert sum(fixed["sales_tax"].values()) == D(tax)
    assert fixed["sales_price_with_tax"] == D(net) + D(tax)
    form = reader.get(f"/quotation/{quotation}/revision/1/phase?phaseId=general")
    assert form["custom_sales_price"] == float(net)


def test_many_lines_come_to_what_is_asked_for(reader: Reader) -> None:
    """By hand: of 300, 30 lines of 0.02 + 0.01 and 270 of 0.01; a line more of 0.02 is 0.02 more.

    3,747.50 are 50 lines of 12.50 + 3.13 and 250 of 12.49 + 3.12.
    """
    quotation = make(reader, *([{"sku": "VX-HOS-50", "quantity": 1}] * 300))
    for wanted, net, total in (
        ("3.60", "3.30", "3.60"),
        ("3.61", "3.30", "3.60"),
        ("4684.00", "3747.50", "4684.00"),
    ):
        price(reader, quotation, wanted)
        fixed = summary(reader, quotation)
        assert (fixed["sales_price"], fixed["sales_price_with_tax"]) == (D(net), D(total))


def test_what_is_to_be_paid_is_shared_over_taxes(hub: Hub, reader: Reader) -> None:
    """130 million before taxes of 14 and 10.5 percent, from the other side."""
    large(hub)
    lines = [{"sku": "MILL", "quantity": 1}, {"sku": "CELL", "quantity": 1}]
    quotation = make(reader, *lines, currency="ZAR")
    price(reader, quotation, "148186793.95")
    fixed = summary(reader, quotation)
    assert fixed["sales_price"] == D("130000000.00")
    assert fixed["sales_price_with_tax"] == D("148186793.95")
    put(reader, quotation, status="active")
    lower = price(reader, quotation, "148186793.94")
    assert lower["sales_price_with_tax"] == 148186793.94


def test_what_the_setting_says_now_counts(hub: Hub, reader: Reader) -> None:
    """Not what it said when the quotation was priced."""
    active, draft = make(reader), make(reader)
    put(reader, active, status="active")
    given(hub, CustomPrice.NET)
    for quotation in (active, draft):
        assert price(reader, quotation, 125)["sales_price"] == 125
    given(hub, CustomPrice.GROSS)
    for quotation in (active, draft, make(reader)):
        assert price(reader, quotation, 125)["sales_price"] == 100


def test_what_cannot_be_priced_now_is_told_before(hub_client: TestClient, reader: Reader) -> None:
    """Also where the price is one that nobody could ask for."""
    caller = Caller(hub_client)
    for states in (["active", "hold"], ["active", "won"], ["lost"]):
        quotation = make(reader)
        for each in states:
            put(reader, quotation, status=each)
        refused = price(reader, quotation, 10**14, status=409)
        assert refused["meta"]["reason"] == "quote_locked"
        assert get(caller, latest(caller))["manual_total"] is None
    quotation = make(reader)
    act(caller, latest(caller), "submit")
    assert price(reader, quotation, 125)["sales_price"] == 100


@pytest.mark.parametrize("value", [10**15, -1])
def test_what_nobody_can_pay_is_no_price(reader: Reader, value: object) -> None:
    quotation = make(reader)
    refused = price(reader, quotation, value, status=400)
    assert refused["meta"]["reason"] == "price_out_of_range"
    assert refused["meta"]["errors"][0]["pointer"] == "/custom_sales_price"


def test_nobody_pays_for_no_lines(reader: Reader) -> None:
    made = reader.post("/quotations/vacuums", {"account": "ACME", "lines": []}, 201)
    refused = price(reader, made["quotation_id"], 10, status=400)
    assert refused["meta"]["errors"][0]["pointer"] == "/custom_sales_price"
