"""`POST /api/v1/pricing/grid`: one basket over variations, and the way to a target."""

from typing import Any

import pytest

from tests.connector.vektra.conftest import Caller

Json = dict[str, Any]
BASKET = {"account_id": "ACME", "lines": [{"sku": "VX-2000", "quantity": 1}]}


def test_every_combination_is_a_row_priced_as_it_would_be_alone(caller: Caller) -> None:
    vary = {"quantity": [2, 3, 10], "discount_percent": [0, 5]}
    grid = caller.post("/pricing/grid", {**BASKET, "vary": vary})
    assert len(grid["rows"]) == 6
    for row in grid["rows"]:
        varied = row["variation"]
        alone = caller.post(
            "/pricing",
            {
                "account_id": "ACME",
                "lines": [{"sku": "VX-2000", "quantity": varied["quantity"]}],
                "discount_percent": varied["discount_percent"],
            },
        )
        assert row["totals"] == alone["totals"]
        assert row["pricing_hash"] == alone["pricing_hash"]


def test_the_next_tier_is_named_until_the_last(caller: Caller) -> None:
    grid = caller.post("/pricing/grid", {**BASKET, "vary": {"quantity": [2, 3, 24, 25]}})
    assert [row["next_tiers"] for row in grid["rows"]] == [
        [{"line": 1, "quantity": 3}],
        [{"line": 1, "quantity": 10}],
        [{"line": 1, "quantity": 25}],
        [],
    ]


def test_the_way_to_a_margin_is_what_is_off_beside_cost_and_margin(caller: Caller) -> None:
    """A cost of 6,960 is 70 percent of 9,942.86; list less 8 percent is 11,040."""
    asked = {**BASKET, "vary": {"quantity": [1]}, "target": {"margin_percent": 30}}
    [row] = caller.post("/pricing/grid", asked)["rows"]
    assert (row["way"]["net"], row["way"]["discount_amount"]) == (9942.86, 1097.14)
    assert row["way"]["approvals"] == []


def test_the_way_to_a_price_tells_who_has_to_agree(caller: Caller) -> None:
    asked = {**BASKET, "vary": {"quantity": [1]}, "target": {"net": 8000}}
    [row] = caller.post("/pricing/grid", asked)["rows"]
    assert row["way"]["discount_amount"] == 3040
    assert {each["rule"] for each in row["way"]["approvals"]} == {
        "floor", "APP-LINE-20", "APP-MARGIN-15",
    }  # fmt: skip


def test_the_cheapest_row_gives_away_least(caller: Caller) -> None:
    asked = {**BASKET, "vary": {"quantity": [1, 2]}, "target": {"net": 11000}}
    grid = caller.post("/pricing/grid", asked)
    assert grid["cheapest"] == 0
    assert grid["rows"][1]["way"]["discount_amount"] == 11080


def test_one_line_alone_may_vary(caller: Caller) -> None:
    basket = {"lines": [{"sku": "VX-2000", "quantity": 1}, {"sku": "CARE-PLUS", "quantity": 1}]}
    asked = {**basket, "vary": {"line": 2, "quantity": [1, 2], "term_months": [6, 12]}}
    nets = [row["totals"]["net"] for row in caller.post("/pricing/grid", asked)["rows"]]
    assert nets == [13080, 14160, 14160, 16320]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"vary": {"quantity": [1] * 400, "term_months": [1, 2]}}, "/vary", "grid_too_large"),
        ({"vary": {"line": 2, "quantity": [1]}}, "/vary/line", "unknown_line"),
        ({"vary": {"quantity": [1, "1.1234567890123456"]}}, "/vary/quantity/1", "too_many_digits"),
        ({"vary": {"pricing_date": ["2026-13-01"]}}, "/vary/pricing_date/0", "not_a_day"),
        ({"vary": {"discount_percent": [200]}}, "/discount_percent", "discount_out_of_range"),
        ({"target": {"net": "1.1234567890123456"}}, "/target/net", "too_many_digits"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(caller: Caller, change: Json, pointer: str, code: str) -> None:
    asked = {**BASKET, "vary": {"quantity": [1]}, **change}
    refused = caller.post("/pricing/grid", asked, 422)
    assert (refused["errors"][0]["pointer"], refused["code"]) == (pointer, code)
