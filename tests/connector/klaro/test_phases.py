"""The phases of a quotation are forms: flat maps of fields to values."""

from typing import Any

import pytest

from tests.connector.klaro.conftest import Reader
from tests.connector.klaro.quotations import CARE, HOSE, make, price

Json = dict[str, Any]
ATEX = {"Operating Environment": "ATEX Zone 22", "Drive": "7.5 kW Ex", "Belt": "Antistatic"}
PLAIN = {"sku": "VX-2000", "quantity": 2}
EX = {"sku": "VX-2000", "quantity": 1, "configuration": ATEX}


def phase(reader: Reader, quotation: int, query: str, status: int = 200) -> Json:
    found: Json = reader.get(f"/quotation/{quotation}/revision/1/phase?phaseId={query}", status)
    return found


def test_the_general_phase_is_the_quotation_itself(bo: Reader) -> None:
    quotation = make(bo, PLAIN, title="Line 4")
    price(bo, quotation, 20_000)
    found = phase(bo, quotation, "general")
    assert found.pop("number").startswith("Q-2026-")
    assert found == {
        "title": "Line 4",
        "account": "ACME",
        "account_name": "ACME Manufacturing Inc.",
        "opportunity": None,
        "product_line": "vacuums",
        "currency": "USD",
        "price_list": "USD-STD",
        "pricing_date": "2026-11-21",
        "valid_until": None,
        "promotions": [],
        "discount_percent": 0,
        "discount_amount": 0,
        "custom_sales_price": 20_000,
        "lines": 1,
    }


def test_a_phase_asks_for_the_variables_of_its_product_line(bo: Reader) -> None:
    quotation = make(bo, EX)
    assert phase(bo, quotation, "environment") == {"Operating Environment": "ATEX Zone 22"}
    assert phase(bo, quotation, "power") == {"Drive": "7.5 kW Ex", "Belt": "Antistatic"}
    assert phase(bo, quotation, "filtration") == {
        "Filter": "M class",
        "Cleaning": "Timer",
        "Bin": "60 l",
    }


def test_a_repeated_phase_is_counted_from_0(bo: Reader) -> None:
    """The hose has no drive, so it is not counted."""
    quotation = make(bo, PLAIN, HOSE, EX)
    first = phase(bo, quotation, "power&subId=0")
    assert first == phase(bo, quotation, "power")
    assert first["Belt"] == "Standard"
    assert first == phase(bo, quotation, "power&subId=")
    assert phase(bo, quotation, "power&subId=1")["Belt"] == "Antistatic"
    phase(bo, quotation, "power&subId=2", 404)


def test_every_line_has_what_lines_have(bo: Reader) -> None:
    quotation = make(bo, EX, HOSE, CARE)
    first = phase(bo, quotation, "line")
    assert {name: first[name] for name in (*ATEX, "sku", "quantity")} == {
        **ATEX,
        "sku": "VX-2000",
        "quantity": 1,
    }
    hose = phase(bo, quotation, "line&subId=1")
    assert set(hose) == {
        *("sku", "name", "quantity", "unit", "unit_price", "net_total"),
        *("term_months", "start_date", "end_date"),
    }
    assert (hose["sku"], hose["quantity"], hose["term_months"]) == ("VX-HOS-50", 3, None)
    assert phase(bo, quotation, "line&subId=2")["term_months"] == 12
    phase(bo, quotation, "line&subId=3", 404)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("nowhere", 404),
        ("coverage", 404),
        ("general&subId=1", 404),
        ("power&subId=0", 404),
        ("", 400),
        ("general&subId=-1", 400),
        ("general&subId=one", 400),
        ("general&subId=99999999999", 400),
        ("general&sub=1", 400),
        ("x" * 101, 400),
    ],
)
def test_there_are_only_phases_of_its_own(bo: Reader, query: str, status: int) -> None:
    quotation = make(bo, HOSE)
    phase(bo, quotation, query, status)


def test_a_phase_has_to_be_named(bo: Reader) -> None:
    bo.get(f"/quotation/{make(bo)}/revision/1/phase", 400)
