"""Units a product is sold in, tiers of every kind, several taxes, wishes and terms.

Expected amounts are worked out by hand from the catalogue that each test sends.
"""

import json
from typing import Any

import pytest

from tests.connector.vektra.conftest import Caller

Json = dict[str, Any]
PRODUCT: Json = {"sku": "NUT", "name": "Nut", "quantity_unit": "piece"}


def catalogue(price: str = "2", **members: object) -> Json:
    """One product at a price in a list of its own."""
    return {
        "price_lists": [{"key": "L", "name": "List", "currency": "USD"}],
        "products": [PRODUCT | members],
        "entries": [{"price_list": "L", "sku": "NUT", "list_price": price, "cost": "1"}],
    }


def ladder(*tiers: Json, **members: object) -> Json:
    whole = {"id": "LAD", "name": "Ladder", "sku": "NUT", "price_list": "L", "tiers": list(tiers)}
    return {"ladders": [whole | members]}


def taken(program: Caller, *parts: Json) -> None:
    whole = {name: value for part in parts for name, value in part.items()}
    raw = json.dumps(whole).encode()
    answer = program.send("POST", "/catalog/imports", raw, **{"content-type": "application/json"})
    assert answer.json()["rejected"] == [], answer.text


def line(program: Caller, **members: object) -> Json:
    body = {"price_list": "L", "lines": [{"sku": "NUT", "quantity": 1} | members]}
    [priced] = program.post("/pricing", body)["lines"]
    assert isinstance(priced, dict)
    delta = sum(bar["delta_total"] for bar in priced["waterfall"])
    assert priced["list_total"] + delta == pytest.approx(priced["net_total"])
    return priced


def refused(program: Caller, **members: object) -> tuple[str, str]:
    body = {"price_list": "L", "lines": [{"sku": "NUT", "quantity": 1} | members]}
    problem = program.post("/pricing", body, 422)
    return problem["code"], problem["errors"][0]["pointer"]


def test_a_box_costs_what_its_pieces_cost(program: Caller) -> None:
    """Five boxes of twelve are sixty pieces at 2, ten percent off from fifty on: 108."""
    tier = {"starts_at": 50, "percent": 10}
    taken(program, catalogue(units={"box": 12}), ladder(tier))
    box = line(program, quantity=5, unit="box")
    assert (box["unit"], box["quantity"]) == ("box", 5)
    assert (box["list_unit_price"], box["net_unit_price"]) == (24, 21.6)
    assert (box["list_total"], box["net_total"], box["cost_total"]) == (120, 108, 60)
    assert line(program, quantity=60)["net_total"] == 108
    assert line(program, quantity=4, unit="box")["net_total"] == 96
    assert line(program, quantity=1, unit="box", unit_price=20)["net_total"] == 20
    assert line(program, unit="piece")["net_total"] == 2
    assert refused(program, unit="pallet") == ("unknown_unit", "/lines/0/unit")


@pytest.mark.parametrize(
    ("kind", "tiers", "members", "asked", "net"),
    [
        ("graduated", [(0, "2", None), (10, "1", None)], {}, {"quantity": 15}, 25),
        ("graduated", [(0, "2", "5"), (10, "1", "3")], {}, {"quantity": 15}, 33),
        ("stairstep", [(0, None, "7"), (10, None, "12")], {}, {"quantity": 15}, 12),
        ("package", [(0, None, "9")], {"package_size": 10}, {"quantity": 21}, 27),
        ("package", [(0, None, "9")], {"package_size": 10, "free_units": 5}, {"quantity": 25}, 18),
        ("block", [(0, "3", "50")], {"package_size": 20}, {"quantity": 20}, 50),
        ("block", [(0, "3", "50")], {"package_size": 20}, {"quantity": 25}, 65),
        ("cumulative", [(0, "2", None), (10, "1", None)], {}, {"quantity": 15}, 25),
        (
            "cumulative",
            [(0, "2", None), (10, "1", None)],
            {},
            {"quantity": 4, "quantity_before": 8},
            6,
        ),
        (
            "cumulative",
            [(0, "2", None), (10, "1", None)],
            {},
            {"quantity": 4, "quantity_before": 20},
            4,
        ),
    ],
)
def test_a_ladder_prices_the_whole_quantity(
    program: Caller,
    kind: str,
    tiers: list[tuple[int, str | None, str | None]],
    members: Json,
    asked: Json,
    net: float,
) -> None:
    steps = [{"starts_at": at, "price": price, "flat": flat} for at, price, flat in tiers]
    taken(program, catalogue(), ladder(*steps, kind=kind, **members))
    assert line(program, **asked)["net_total"] == net


@pytest.mark.parametrize(("quantity", "net"), [(100, 5), (1000, 24.3), (10_000, 60)])
def test_a_percentage_has_a_fee_and_bounds(program: Caller, quantity: int, net: float) -> None:
    """2.5 percent of what is beyond 50, and 0.55 once; at least 5 and at most 60."""
    tier = {"starts_at": 0, "percent": "2.5", "flat": "0.55"}
    bounds = {"kind": "percentage", "free_units": 50, "least": 5, "most": 60}
    taken(program, catalogue(price="1"), ladder(tier, **bounds))
    assert line(program, quantity=quantity)["net_total"] == net


def test_above_a_closed_last_tier_there_is_no_price(program: Caller) -> None:
    taken(program, catalogue(), ladder({"starts_at": 1, "price": "1"}, ends_at=10))
    assert line(program, quantity=10)["net_total"] == 10
    assert refused(program, quantity=11) == ("beyond_last_tier", "/lines/0/quantity")


def test_one_tax_may_stand_on_another(program: Caller) -> None:
    """10 percent of 100 is 10; 5 percent of 110 is 5.50; a fixed 0.25 for each of two units."""
    taxes = [
        {"code": "ECO", "amount": "10", "affects_base": True},
        {"code": "GST", "amount": "5"},
        {"code": "FEE", "kind": "fixed", "amount": "0.25"},
    ]
    taken(program, catalogue(price="50", taxes=taxes))
    tax = line(program, quantity=2)["tax"]
    assert tax["amount"] == 16
    assert tax["parts"] == [
        {"code": "ECO", "amount": 10},
        {"code": "GST", "amount": 5.5},
        {"code": "FEE", "amount": 0.5},
    ]


def test_taxes_of_a_group_are_rounded_once(program: Caller) -> None:
    """Three lines of 0.10 at 7.5 percent are 0.0075 each, but 0.02 together."""
    taken(program, catalogue(price="0.1", tax_rate="7.5"), {"settings": {"tax_level": "line"}})
    body = {"price_list": "L", "lines": [{"sku": "NUT", "quantity": 1}] * 3}
    assert program.post("/pricing", body)["totals"]["tax"] == 0.03
    taken(program, {"settings": {"tax_level": "rate_group"}})
    assert program.post("/pricing", body)["totals"]["tax"] == 0.02


def test_gross_first_rounds_a_unit_with_its_tax(program: Caller) -> None:
    """A unit of 0.35 with 19 percent is 0.42; ten are 4.20, so the tax is 0.70, not 0.67."""
    taken(program, catalogue(price="0.35", tax_rate="19"))
    assert line(program, quantity=10)["tax"]["amount"] == 0.67
    taken(program, {"settings": {"tax_basis": "gross_first"}})
    assert line(program, quantity=10)["tax"]["amount"] == 0.7


def test_a_line_may_be_told_what_to_come_to(program: Caller) -> None:
    taken(program, catalogue(price="2"))
    told = line(program, quantity=10, total="17.77")
    assert (told["net_total"], told["discount_total"]) == (17.77, 2.23)
    [manual] = [bar for bar in told["waterfall"] if bar["code"] == "manual"]
    assert manual["adjustment"] == {"type": "override", "value": 17.77}
    assert line(program, quantity=10, total="25")["net_total"] == 25


def test_a_line_may_be_told_its_margin(program: Caller) -> None:
    """A cost of 10 at a margin of 20 percent is a price of 12.50."""
    taken(program, catalogue(price="2"))
    told = line(program, quantity=10, target_margin_percent=20)
    assert (told["net_total"], told["margin_percent"]) == (12.5, 20)


@pytest.mark.parametrize(
    ("members", "code", "member"),
    [
        ({"total": -1}, "price_out_of_range", "total"),
        ({"total": 5, "target_margin_percent": 5}, "two_prices", "target_margin_percent"),
        ({"total": 5, "discount_percent": 5}, "two_prices", "total"),
        ({"target_margin_percent": 100}, "margin_out_of_range", "target_margin_percent"),
        ({"quantity_before": -1}, "quantity_out_of_range", "quantity_before"),
        ({"end_date": "2027-01-31"}, "not_recurring", "end_date"),
    ],
)
def test_wishes_that_cannot_be_met_are_named(
    program: Caller, members: Json, code: str, member: str
) -> None:
    taken(program, catalogue())
    assert refused(program, **members) == (code, f"/lines/0/{member}")


def test_a_margin_needs_a_cost(program: Caller) -> None:
    free = catalogue()
    del free["entries"][0]["cost"]
    taken(program, free)
    told = refused(program, target_margin_percent=10)
    assert told == ("no_cost", "/lines/0/target_margin_percent")


@pytest.mark.parametrize(
    ("count", "months"),
    [
        ("months_first", 2.5),
        ("calendar_months", 2.5),
        ("thirty", 2.5),
        ("actual_thirty", 2.533333333333),
        ("actual_365", 2.498630136986),
    ],
)
def test_a_term_between_two_days_is_counted_the_tenants_way(
    program: Caller, count: str, months: float
) -> None:
    """From 1 April to 15 June there are 76 days: two months, and fifteen days of June's thirty."""
    monthly = {"is_subscription": True, "subscription_unit": "month"}
    taken(program, catalogue(price="10", **monthly), {"settings": {"day_count": count}})
    told = line(program, start_date="2027-04-01", end_date="2027-06-15")
    assert told["charge"]["term_months"] == months
    assert told["net_total"] == round(months * 10, 2)


@pytest.mark.parametrize(
    ("members", "code", "member"),
    [
        ({"end_date": "2027-01-31"}, "no_start_date", "start_date"),
        ({"start_date": "2027-02-01", "end_date": "2027-01-30"}, "term_out_of_range", "end_date"),
        (
            {"start_date": "2027-01-01", "end_date": "2027-01-30", "term_months": 1},
            "two_terms",
            "end_date",
        ),
    ],
)
def test_a_term_that_is_none_is_named(
    program: Caller, members: Json, code: str, member: str
) -> None:
    taken(program, catalogue(is_subscription=True, subscription_unit="month"))
    assert refused(program, **members) == (code, f"/lines/0/{member}")


@pytest.mark.parametrize(
    ("stacking", "net"), [("exclusive", 80), ("additive", 70), ("compound", 72)]
)
def test_a_tenant_may_stack_all_promotions_one_way(
    program: Caller, stacking: str, net: float
) -> None:
    """Ten and twenty percent off 100."""
    promotions = [
        {"id": f"P-{off}", "name": "Off", "sku": "NUT", "value": off, "stacking": "additive"}
        for off in (10, 20)
    ]
    taken(
        program,
        catalogue(price="100"),
        {"promotions": promotions, "settings": {"stacking": stacking}},
    )
    assert line(program)["net_total"] == net
