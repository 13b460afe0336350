from decimal import Decimal as D

import pytest

from engine.customers.account import Alias
from engine.services.searching import Criterion, Operator, search
from tests.builders import TODAY, a_product, a_snapshot, an_entry

SHOP = a_snapshot(
    products=(
        a_product("A", name="Alpha pump", supplier="Nordlys", tax_rate=D(25)),
        a_product("B", name="Beta pump", supplier="Sydlys", is_subscription=True),
        a_product("C", name="Gamma"),
    ),
    entries=(
        an_entry("A", "100", in_stock=D(5)),
        an_entry("B", "200", in_stock=D(-3)),
        an_entry("C", "300"),
    ),
    aliases=(Alias(2, "CUST-7", "C"),),
)


def found(*criteria: tuple[str, str, list[str]]) -> list[str]:
    asked = [Criterion(field, Operator(op), tuple(values)) for field, op, values in criteria]
    return [offer.product.sku for offer in search(SHOP, asked, TODAY)]


@pytest.mark.parametrize(
    ("field", "operator", "values", "skus"),
    [
        ("name", "=", ["alpha PUMP"], ["A"]),
        ("name", "=", ["%pump"], ["A", "B"]),
        ("name", "!=", ["%pump"], ["C"]),
        ("name", "begins", ["beta"], ["B"]),
        ("name", "contains", ["amm"], ["C"]),
        ("name", "in", ["gamma", "Alpha pump"], ["A", "C"]),
        ("name", "between", ["alpha", "b"], ["A"]),
        ("name", ">=", ["beta pump"], ["B", "C"]),
        ("list_price", "=", ["200.00"], ["B"]),
        ("list_price", "<", ["200"], ["A"]),
        ("list_price", "between", ["100", "200"], ["A", "B"]),
        ("list_price", "in", ["100", "300"], ["A", "C"]),
        ("in_stock", "<", ["0"], ["B"]),
        ("is_subscription", "=", ["1"], ["B"]),
        ("customer_code", "=", ["cust-7"], ["C"]),
        ("price_list", "=", ["NOK-2026"], ["A", "B", "C"]),
        ("list_price", "=", ["cheap"], []),
        ("list_price", "=", ["NaN"], []),
        ("list_price", "begins", ["1"], []),
        ("name", "between", ["a"], []),
        ("name", "=", [], []),
        ("colour", "=", ["red"], []),
    ],
)
def test_one_criterion(field: str, operator: str, values: list[str], skus: list[str]) -> None:
    assert found((field, operator, values)) == skus


def test_criteria_are_joined_by_and() -> None:
    assert found(("name", "contains", ["pump"]), ("list_price", ">", ["150"])) == ["B"]
