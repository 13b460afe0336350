"""What a revision comes to: the members of the page, and an arithmetic that closes."""

from dataclasses import replace
from decimal import Decimal as D
from typing import Any

import msgspec
from starlette.testclient import TestClient

from engine.hub import Hub
from tests.builders import a_price_list, a_product, an_entry
from tests.connector.klaro.conftest import Reader
from tests.connector.klaro.quotations import CARE, HOSE, UNITS, latest, make, put
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import get

Json = dict[str, Any]
exact = msgspec.json.Decoder(float_hook=D).decode


def summary(reader: Reader, quotation: int, number: int = 1) -> Json:
    """The summary with exact numbers."""
    answer = reader.send("GET", f"/quotation/{quotation}/revision/{number}/summary")
    assert answer.status_code == 200, answer.text
    whole = exact(answer.content)
    assert whole.keys() == {"data"}
    found: Json = whole["data"]
    return found


def large(hub: Hub) -> None:
    """Two products of South Africa, priced like the page's sample, taxed at 10 and at 14."""
    with hub.unit_of_work("CustDemo") as uow:
        uow.catalogues.put_price_lists([a_price_list("ZAR-2026", "ZAR")])
        uow.catalogues.put_products(
            [a_product("MILL", tax_rate=D(14)), a_product("CELL", tax_rate=D("10.5"))]
        )
        uow.catalogues.put_entries(
            [
                an_entry("MILL", "145000000.75", "ZAR-2026", cost=D("102000000.03")),
                an_entry("CELL", "422077", "ZAR-2026", cost=D(849711)),
            ]
        )


def test_a_summary_has_the_members_and_types_of_the_page(hub: Hub, hub_client: TestClient) -> None:
    large(hub)
    reader = Reader.key(hub_client, "demo-key")
    lines = [{"sku": "MILL", "quantity": 1}, {"sku": "CELL", "quantity": 1}]
    quotation = make(reader, *lines, currency="ZAR")
    assert summary(reader, quotation) == {
        "quotation_id": quotation,
        "revision_id": 1,
        "currency": "ZAR",
        "original_sales_price_with_tax": D("165766395.95"),
        "sales_price_with_tax": D("165766395.95"),
        "sales_price": D("145422077.75"),
        "sales_tax": {"10.5": D("44318.09"), "14": D("20300000.11")},
        "cost_price": D("102849711.03"),
        "profit": D("42572366.72"),
        "margin": D("29.2750367611"),
    }
    assert abs(D("42572366.72") / D("145422077.75") * 100 - D("29.2750367611")) < D("5.1e-11")


def test_the_arithmetic_closes_to_the_last_digit(bo: Reader, caller: Caller) -> None:
    for lines in ([HOSE], [UNITS, CARE], [UNITS, HOSE, CARE]):
        found = summary(bo, make(bo, *lines))
        quote = exact(caller.send("GET", f"/quotes/{latest(caller)['id']}").content)
        totals = quote["totals"]
        assert found["sales_price"] == totals["net"]
        assert found["sales_price_with_tax"] == totals["total"]
        assert found["sales_price"] + sum(found["sales_tax"].values()) == totals["total"]
        assert found["cost_price"] == totals["cost"]
        assert found["profit"] == found["sales_price"] - found["cost_price"]
        assert found["margin"] == totals["margin_percent"]
        assert found["original_sales_price_with_tax"] == found["sales_price_with_tax"]


def test_nothing_comes_to_nothing(bo: Reader) -> None:
    made = bo.post("/quotations/vacuums", {"account": "ACME", "lines": []}, 201)
    found = summary(bo, made["quotation_id"])
    money = ("sales_price", "sales_price_with_tax", "cost_price", "profit")
    assert [found[name] for name in money] == [0, 0, 0, 0]
    assert (found["sales_tax"], found["margin"]) == ({}, None)


def test_what_is_not_known_is_null(hub: Hub, hub_client: TestClient) -> None:
    with hub.unit_of_work("CustDemo") as uow:
        uow.catalogues.put_products([a_product("BARE", tax_rate=D(25))])
        uow.catalogues.put_entries([an_entry("BARE", "10", "USD-STD")])
    reader = Reader.key(hub_client, "demo-key")
    found = summary(reader, make(reader, {"sku": "BARE", "quantity": 1}))
    assert (found["cost_price"], found["profit"], found["margin"]) == (None, None, None)
    assert found["sales_tax"] == {"25": D("2.50")}


def test_prices_that_include_their_tax_have_none_on_top(hub: Hub, hub_client: TestClient) -> None:
    with hub.unit_of_work("CustDemo") as uow:
        uow.catalogues.put_price_lists([replace(a_price_list("SHOP", "CHF"), tax_included=True)])
        uow.catalogues.put_products([a_product("BARE", tax_rate=D(25))])
        uow.catalogues.put_entries([an_entry("BARE", "125", "SHOP", cost=D(60))])
    reader = Reader.key(hub_client, "demo-key")
    found = summary(reader, make(reader, {"sku": "BARE", "quantity": 1}, currency="CHF"))
    assert (found["sales_price"], found["sales_price_with_tax"]) == (125, 125)
    assert (found["sales_tax"], found["profit"]) == ({}, 65)


def test_a_custom_price_is_one_that_can_be_paid_with_its_taxes(
    hub: Hub, hub_client: TestClient
) -> None:
    """877,192,982,456,140 with 14 percent of it is the last below 10^15."""
    large(hub)
    reader = Reader.key(hub_client, "demo-key")
    quotation = make(reader, {"sku": "MILL", "quantity": 1}, currency="ZAR")
    path = f"/quotation/{quotation}/revision/1/summary"
    most = reader.post(path, {"custom_sales_price": 877_192_982_456_140})
    assert most["sales_price"] == 877_192_982_456_140
    before = summary(reader, quotation)
    assert before["sales_price_with_tax"] == D("999999999999999.60")
    for value in (877_192_982_456_141, 999_999_999_999_999, 10**15):
        refused = reader.post(path, {"custom_sales_price": value}, 400)
        assert refused["meta"]["reason"] == "price_out_of_range"
        assert refused["meta"]["errors"][0]["pointer"] == "/custom_sales_price"
    assert summary(reader, quotation) == before


def test_an_older_revision_comes_to_what_it_came_to(bo: Reader, caller: Caller) -> None:
    quotation = make(bo)
    before = summary(bo, quotation)
    put(bo, quotation, status="active")
    put(bo, quotation, status="in_process")
    quote = latest(caller)
    line = get(caller, quote)["lines"][0]["id"]
    caller.send("PATCH", f"/quotes/{quote['id']}/lines/{line}", {"quantity": 9})
    assert summary(bo, quotation, 1) == before
    after = summary(bo, quotation, 2)
    assert after["sales_price"] == 3 * before["sales_price"]
    assert (after["revision_id"], after["quotation_id"]) == (2, quotation)
