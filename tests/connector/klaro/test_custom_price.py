"""A person says what a revision comes to."""

from decimal import Decimal as D
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from engine.hub import Hub
from tests.connector.klaro.conftest import Reader
from tests.connector.klaro.quotations import CARE, HOSE, UNITS, latest, make, price, put
from tests.connector.klaro.test_summary import large, summary
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.proposing import Visitor, propose
from tests.connector.vektra.quotes import act, get

Json = dict[str, Any]
exact = msgspec.json.Decoder(float_hook=D).decode


def test_profit_margin_and_tax_follow_a_custom_price(hub: Hub, hub_client: TestClient) -> None:
    """Of 130 million, 129,622,684.46 are for what is taxed at 14 and 377,315.54 for the other."""
    large(hub)
    reader = Reader.key(hub_client, "demo-key")
    lines = [{"sku": "MILL", "quantity": 1}, {"sku": "CELL", "quantity": 1}]
    quotation = make(reader, *lines, currency="ZAR")
    price(reader, quotation, 130_000_000)
    assert summary(reader, quotation) == {
        "quotation_id": quotation,
        "revision_id": 1,
        "currency": "ZAR",
        "original_sales_price_with_tax": D("165766395.95"),
        "sales_price_with_tax": D("148186793.95"),
        "sales_price": D("130000000.00"),
        "sales_tax": {"10.5": D("39618.13"), "14": D("18147175.82")},
        "cost_price": D("102849711.03"),
        "profit": D("27150288.97"),
        "margin": D("20.8848376692"),
    }


def test_a_custom_price_is_taken_while_in_process(bo: Reader, caller: Caller) -> None:
    quotation = make(bo, UNITS, HOSE, CARE)
    before = summary(bo, quotation)
    value = before["sales_price"] - 1
    fixed = exact(
        bo.send(
            "PUT",
            f"/quotation/{quotation}/revision/1/summary",
            {"custom_sales_price": float(value)},
        ).content
    )["data"]
    assert fixed == summary(bo, quotation)
    assert fixed["sales_price"] == value
    assert fixed["original_sales_price_with_tax"] == before["sales_price_with_tax"]
    assert fixed["profit"] == before["profit"] - 1
    assert fixed["sales_price_with_tax"] == value + sum(fixed["sales_tax"].values())
    quote = exact(caller.send("GET", f"/quotes/{latest(caller)['id']}").content)
    assert (quote["manual_total"], quote["totals"]["net"]) == (value, value)
    assert sum(line["net_total"] for line in quote["lines"]) == value
    assert price(bo, quotation, None)["sales_price"] == float(before["sales_price"])
    assert summary(bo, quotation) == before


def test_it_is_told_who_fixed_it(bo: Reader, caller: Caller) -> None:
    quotation = make(bo)
    price(bo, quotation, 400)
    told = get(caller, latest(caller), "?expand=history")["history"][-1]
    assert (told["what"], told["by"], told["details"]["manual_total"]) == (
        "total_fixed",
        "c_bo",
        400,
    )


def test_a_price_may_be_written_as_text(bo: Reader) -> None:
    assert price(bo, make(bo), "400.50")["sales_price"] == 400.5


def active(bo: Reader, *lines: Json) -> int:
    quotation = make(bo, *lines)
    put(bo, quotation, status="active")
    return quotation


def test_an_active_one_is_taken_where_nobody_has_to_agree(bo: Reader, caller: Caller) -> None:
    quotation = active(bo)
    before = summary(bo, quotation)
    value = float(before["sales_price"]) - 1
    assert price(bo, quotation, value)["sales_price"] == value
    quote = get(caller, latest(caller), "?expand=history")
    assert (quote["status"], quote["version"], quote["manual_total"]) == ("sent", 1, value)
    assert [each["what"] for each in quote["history"][-2:]] == ["changed", "total_fixed"]
    assert put(bo, quotation, status="won")["status"] == "won"
    assert summary(bo, quotation)["sales_price"] == D(str(value))


def test_an_active_one_is_refused_where_somebody_has_to(bo: Reader, caller: Caller) -> None:
    quotation = active(bo)
    before = get(caller, latest(caller), "?expand=history")
    refused = price(bo, quotation, 1, status=409)
    assert refused["meta"]["reason"] == "illegal_transition"
    assert "sales-leads" in refused["error"]["message"]
    assert get(caller, before, "?expand=history") == before


def test_what_was_agreed_to_covers_a_better_price(bo: Reader, caller: Caller) -> None:
    quotation = make(bo)
    full = float(summary(bo, quotation)["sales_price"])
    price(bo, quotation, full * 0.7)
    put(bo, quotation, 1, 409, status="active")
    act(caller, latest(caller), "approve")
    assert price(bo, quotation, full * 0.75)["sales_price"] == pytest.approx(full * 0.75)
    price(bo, quotation, full * 0.69, status=409)


@pytest.mark.parametrize("steps", [["active", "hold"], ["active", "won"], ["lost"]])
def test_otherwise_it_is_not_taken(bo: Reader, steps: list[str]) -> None:
    quotation = make(bo)
    for each in steps:
        put(bo, quotation, status=each)
    before = summary(bo, quotation)
    price(bo, quotation, float(before["sales_price"]), status=409)
    assert summary(bo, quotation) == before


def test_what_waits_for_an_approval_is_locked(bo: Reader) -> None:
    quotation = make(bo)
    price(bo, quotation, 1)
    put(bo, quotation, 1, 409, status="active")
    refused = price(bo, quotation, 2, status=409)
    assert refused["meta"]["reason"] == "quote_locked"
    assert summary(bo, quotation)["sales_price"] == 1


def test_an_older_revision_keeps_its_price(bo: Reader) -> None:
    quotation = active(bo)
    put(bo, quotation, status="in_process")
    price(bo, quotation, 10, 1, 409)
    assert price(bo, quotation, 10, 2)["revision_id"] == 2


@pytest.mark.parametrize(
    "body",
    [
        {"custom_sales_price": -1},
        {"custom_sales_price": "-0.01"},
        {"custom_sales_price": "many"},
        {"custom_sales_price": ""},
        {"custom_sales_price": True},
        {"custom_sales_price": [1]},
        {"custom_sales_price": 10**15},
        {"custom_sales_price": 1e300},
        {"custom_sales_price": "0.1234567890123"},
        {"custom_sales_price": 1, "more": 1},
        {"price": 1},
        {},
        b'{"custom_sales_price": NaN}',
        b'{"custom_sales_price": 1, "custom_sales_price": 2}',
    ],
)
def test_what_is_no_price_changes_nothing(bo: Reader, body: object) -> None:
    quotation = make(bo)
    before = summary(bo, quotation)
    for method in ("POST", "PUT"):
        bo.call(method, f"/quotation/{quotation}/revision/1/summary", body, 400)
    assert summary(bo, quotation) == before


def test_nothing_can_be_priced_where_there_is_no_line(bo: Reader) -> None:
    made = bo.post("/quotations/vacuums", {"account": "ACME", "lines": []}, 201)
    refused = price(bo, made["quotation_id"], 10, status=400)
    assert refused["meta"]["errors"][0]["pointer"] == "/custom_sales_price"


def test_a_document_of_another_price_can_no_longer_be_accepted(
    bo: Reader, caller: Caller, demo_client: TestClient
) -> None:
    quotation = active(bo)
    proposal = propose(caller, latest(caller))
    visitor = Visitor(demo_client, proposal)
    price(bo, quotation, float(summary(bo, quotation)["sales_price"]) - 1)
    assert "There is something newer" in visitor.open().text
    visitor.accept("Kari")
    assert get(caller, latest(caller))["status"] == "sent"
    Visitor(demo_client, propose(caller, latest(caller))).accept("Kari")
    assert get(caller, latest(caller))["status"] == "accepted"
