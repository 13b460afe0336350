"""`POST /api/v1/pricing`: what a program is told about a price, and when it is refused."""

from decimal import Decimal as D
from typing import Any

import msgspec
import pytest

from tests.connector.vektra.conftest import Caller

Json = dict[str, Any]
PAGE = {
    "account_id": "ACME",
    "lines": [{"sku": "VX-2000", "quantity": 4}, {"sku": "CARE-PLUS", "quantity": 4}],
}
exact = msgspec.json.Decoder(float_hook=D).decode


def one(sku: str = "VX-2000", quantity: object = 1, **members: object) -> Json:
    return {"lines": [{"sku": sku, "quantity": quantity, **members}]}


def acted(line: Json) -> dict[str, Any]:
    return {bar["code"]: bar for bar in line["waterfall"] if bar["skipped_because"] is None}


def test_the_call_of_the_vendor_page_is_priced_for_the_account(caller: Caller) -> None:
    """12,000 less 8 and then 3 percent, four times; 165 for twelve months, four times."""
    answer = caller.post("/pricing", PAGE)
    units, care = answer["lines"]
    assert (units["list_total"], units["net_unit_price"], units["net_total"]) == (
        48000,
        10708.8,
        42835.2,
    )
    assert acted(units)["agreement"]["rule"]["id"] == "AGR-ACME"
    assert acted(units)["volume"]["delta_total"] == -1324.8
    assert (care["charge"], care["net_total"]) == (
        {"type": "recurring", "period": "month", "term_months": 12},
        7920,
    )
    totals = answer["totals"]
    assert (totals["net"], totals["tax"], totals["total"]) == (50755.2, 12688.8, 63444)
    assert (totals["one_time"], totals["recurring"]) == (42835.2, [{"period": "month", "net": 660}])
    assert (totals["tcv"], totals["acv"]) == (50755.2, 7920)
    assert answer["pricing_date"] == "2026-11-21"


def test_the_same_request_gives_the_same_bytes(caller: Caller) -> None:
    first, second = (caller.send("POST", "/pricing", PAGE).content for _ in range(2))
    assert first == second


def test_every_step_is_present_and_in_order(caller: Caller) -> None:
    [line] = caller.post("/pricing", one())["lines"]
    assert [bar["code"] for bar in line["waterfall"]] == [
        "list", "options", "agreement", "volume", "promotion", "channel", "manual",
        "floor", "term", "round", "quote_discount",
    ]  # fmt: skip
    assert [bar["seq"] for bar in line["waterfall"]] == list(range(1, 12))


@pytest.mark.parametrize(
    "basket",
    [
        PAGE,
        {**PAGE, "discount_percent": 7.5, "discount_amount": "0.01"},
        one("VX-HOS-50", "33.333", discount_percent="12.345", discount_amount=1.11),
        one("VX-SPR-SEAL", 7, unit_price="3.999999999"),
        one("CARE-PLUS", 3, term_months=7, discount_amount=10),
        {**one("VX-2000", 3), "currency": "GBP"},
        {**one("VX-2000", 3), "currency": "NOK", "promotions": ["FAIR5"]},
    ],
)
def test_units_and_totals_close_to_the_last_digit(caller: Caller, basket: Json) -> None:
    answer = exact(caller.send("POST", "/pricing", basket).content)
    for line in answer["lines"]:
        bars = line["waterfall"]
        assert D(line["list_unit_price"]) + sum(D(bar["delta"]) for bar in bars) == D(
            line["net_unit_price"]
        )
        assert D(line["list_total"]) + sum(D(bar["delta_total"]) for bar in bars) == D(
            line["net_total"]
        )
        assert D(line["list_total"]) - D(line["discount_total"]) == D(line["net_total"])
    net = sum(D(line["net_total"]) for line in answer["lines"])
    assert net == D(answer["totals"]["net"])


def test_without_an_account_list_prices_hold(caller: Caller) -> None:
    [line] = caller.post("/pricing", one(quantity=2))["lines"]
    assert (line["net_total"], line["discount_percent"]) == (24000, 0)


def test_a_product_without_a_price_in_the_currency_is_converted(caller: Caller) -> None:
    """12,000 USD at 0.79."""
    answer = caller.post("/pricing", {**one(), "currency": "GBP", "price_list": None})
    assert answer["lines"][0]["list_unit_price"] == 9480
    assert answer["lines"][0]["warnings"][0]["code"] == "price_converted"


def test_a_code_lowers_the_price_and_is_named(caller: Caller) -> None:
    [line] = caller.post("/pricing", {**one(), "promotions": ["FAIR5"]})["lines"]
    assert line["net_total"] == 11400
    assert acted(line)["promotion"]["rule"]["id"] == "PROMO-FAIR"


def test_a_code_that_lowers_nothing_is_told(caller: Caller) -> None:
    """The plan's price is agreed, and agreed prices are final."""
    basket = {**one("CARE-PLUS"), "account_id": "ACME", "promotions": ["FAIR5"]}
    assert caller.post("/pricing", basket)["warnings"] == [
        {"code": "promotion_not_applied", "message": "FAIR5 lowers no price here"}
    ]


def test_the_rest_of_the_basket_counts(caller: Caller) -> None:
    """Spare parts are 10 percent off beside 5,000 at list prices."""
    alone = caller.post("/pricing", one("VX-SPR-SEAL"))["lines"][0]
    basket = {"lines": [{"sku": "VX-SPR-SEAL", "quantity": 1}, {"sku": "VX-2000", "quantity": 1}]}
    beside = caller.post("/pricing", basket)["lines"][0]
    assert (alone["discount_percent"], beside["discount_percent"]) == (0, 10)


def test_below_the_floor_nothing_changes_but_somebody_has_to_agree(caller: Caller) -> None:
    answer = caller.post("/pricing", one(discount_percent=30))
    [line] = answer["lines"]
    assert line["net_total"] == 8400
    assert line["warnings"][0]["code"] == "below_floor"
    assert "floor" in acted(line)
    needed = {each["rule"]: each for each in answer["approvals"]}
    assert needed["floor"]["lines"] == [1]
    assert (needed["APP-LINE-20"]["measured"], needed["APP-LINE-20"]["threshold"]) == (30, 20)


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"account_id": "NOBODY"}, "/account_id", "unknown_account"),
        ({"currency": "XXY"}, "/currency", "unknown_currency"),
        ({"currency": "EUR", "price_list": "USD-STD"}, "/currency", "mixed_currencies"),
        ({"price_list": "NONE"}, "/price_list", "unknown_price_list"),
        ({"currency": "JPY"}, "/currency", "no_price_list"),
        ({"promotions": ["NOPE"]}, "/promotions/0", "unknown_promotion"),
        ({"promotions": ["SPRING24"]}, "/promotions/0", "promotion_expired"),
        ({"discount_percent": 101}, "/discount_percent", "discount_out_of_range"),
        ({"discount_amount": 10**9}, "/discount_amount", "discount_exceeds_price"),
        ({"pricing_date": "2026-02-30"}, "/pricing_date", "not_a_day"),
        ({"lines": [{"sku": "VX-2000", "quantity": 1}] * 10_000}, "/lines", "too_many_lines"),
    ],
)
def test_what_is_wrong_with_the_whole_is_named(
    caller: Caller, change: Json, pointer: str, code: str
) -> None:
    refused = caller.post("/pricing", {**PAGE, **change}, 422)
    assert (refused["errors"][0]["pointer"], refused["code"]) == (pointer, code)


@pytest.mark.parametrize(
    ("members", "member", "code"),
    [
        ({"sku": "NOPE"}, "sku", "unknown_sku"),
        ({"quantity": 0}, "quantity", "quantity_out_of_range"),
        ({"quantity": -1}, "quantity", "quantity_out_of_range"),
        ({"quantity": 1_000_000_001}, "quantity", "quantity_out_of_range"),
        ({"quantity": "1.0000000000000001"}, "quantity", "too_many_digits"),
        ({"unit_price": -0.01}, "unit_price", "price_out_of_range"),
        ({"unit_price": 10**15}, "unit_price", "price_out_of_range"),
        ({"discount_percent": 100.1}, "discount_percent", "discount_out_of_range"),
        ({"discount_percent": -1}, "discount_percent", "discount_out_of_range"),
        ({"discount_amount": -1}, "discount_amount", "discount_out_of_range"),
        ({"discount_amount": 12000.01}, "discount_amount", "discount_exceeds_price"),
        ({"term_months": 12}, "term_months", "not_recurring"),
        ({"sku": "CARE-PLUS", "term_months": 0}, "term_months", "term_out_of_range"),
        ({"quantity": 10**9, "unit_price": 10**14}, "quantity", "amount_out_of_range"),
    ],
)
def test_one_bad_line_is_named_and_nothing_is_priced(
    caller: Caller, members: Json, member: str, code: str
) -> None:
    good = {"sku": "VX-2000", "quantity": 1}
    refused = caller.post("/pricing", {"lines": [good, {**good, **members}, good]}, 422)
    found = [(each["pointer"], each["code"]) for each in refused["errors"]]
    assert found == [(f"/lines/1/{member}", code)]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"lines": [{"sku": "VX-2000"}]}, "/lines/0/quantity", "required"),
        ({"lines": [{"sku": 7, "quantity": 1}]}, "/lines/0/sku", "type"),
        ({**one(colour=1)}, "/lines/0/colour", "unknown_member"),
        ({"lines": [{"sku": "VX-2000", "quantity": "many"}]}, "/lines/0/quantity", "oneOf"),
        ({"lines": [None]}, "/lines/0", "type"),
        ({"lines": []}, "/lines", "minItems"),
        ({}, "/lines", "required"),
    ],
)  # fmt: skip
def test_a_wrong_shape_is_named(caller: Caller, body: Json, pointer: str, code: str) -> None:
    refused = caller.post("/pricing", body, 400)
    assert (refused["errors"][0]["pointer"], refused["errors"][0]["code"]) == (pointer, code)


def test_tenants_have_their_own_prices(caller: Caller, stranger: Caller) -> None:
    own, other = (each.post("/pricing", PAGE)["totals"]["net"] for each in (caller, stranger))
    assert own != other
    assert stranger.post("/pricing", {**PAGE, "currency": "NOK"}, 422)["code"] == "no_price_list"
