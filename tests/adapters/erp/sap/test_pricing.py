"""A line's price as a condition: the rate, the units it is for, and what SAP makes of it."""

from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.erp.business_central import pricing as business_central
from adapters.erp.sap.pricing import condition
from tests.adapters.erp.odata.samples import PUMPS


@pytest.mark.parametrize(
    ("unit_price", "quantity", "net", "digits", "rate", "units"),
    [
        ("1200.00", "4", "4800.00", 2, "1200.00", "1"),
        ("0.1234", "1000", "123.40", 2, "12.34", "100"),
        # 3.333333 x 3 is 9.999999, which rounds to what it was sold for
        ("3.333333", "3", "10.00", 2, "33333.33", "10000"),
        # no price comes to it: the net for all three
        ("33.333333333333", "3", "100.00", 2, "100.00", "3"),
        ("0", "2.5", "9.99", 2, "99.90", "25"),
        # 1.005 x 1 would round up to 1.01
        ("1.005", "1", "1.00", 2, "1.00", "1"),
        ("150.5", "2", "301", 0, "1505", "10"),
        ("-5.00", "2", "-10.00", 2, "-5.00", "1"),
        ("0", "-3", "-10.00", 2, "10.00", "3"),
    ],
)
def test_the_condition_comes_to_the_net(
    unit_price: str, quantity: str, net: str, digits: int, rate: str, units: str
) -> None:
    line = replace(PUMPS, unit_price=D(unit_price), quantity=D(quantity), net=D(net))
    found = condition(line, digits)
    assert (found.rate, found.units, found.net) == (D(rate), D(units), D(net))


def test_a_rest_that_cannot_be_told_is_known() -> None:
    # 100,001 units are more than a condition can be for; 9.9999 for 10,000 of them is too fine
    line = replace(PUMPS, unit_price=D(0), quantity=D(100_001), net=D("100.00"))
    found = condition(line, 2)
    assert (found.rate, found.units) == (D("10.00"), D(10_000))
    assert found.net == D("100.00")
    line = replace(line, quantity=D(9_000_001))
    found = condition(line, 2)
    # 0.11 for 10,000 units makes 99.00 of nine million
    assert (found.rate, found.units, found.net) == (D("0.11"), D(10_000), D("99.00"))


CENTS = st.integers(min_value=-(10**9), max_value=10**9).map(lambda each: D(each) / 100)
QUANTITIES = st.integers(min_value=1, max_value=99_999).map(D)


@given(net=CENTS, quantity=QUANTITIES)
def test_a_whole_quantity_comes_to_any_net(net: D, quantity: D) -> None:
    line = replace(PUMPS, unit_price=net / quantity, quantity=quantity, net=net)
    assert condition(line, 2).net == net


@given(
    net=CENTS,
    quantity=st.integers(min_value=1, max_value=10**10).map(lambda each: D(each) / 100_000),
    returned=st.booleans(),
)
def test_business_central_comes_to_any_net(net: D, quantity: D, returned: bool) -> None:
    quantity = -quantity if returned else quantity
    line = replace(PUMPS, unit_price=net / quantity, quantity=quantity, net=net)
    assert business_central.comes_to(line, 2) == net
    assert business_central.price(line, 2).discount >= 0
