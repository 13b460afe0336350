"""What lines come to in Odoo, and what a rounding line has to make up for."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal as D

import pytest

from adapters.erp.odoo.amounts import Precision, differences, nearest, priced, settled
from engine.ports.erp import OrderedLine
from tests.adapters.erp.odoo.samples import CARE, thirds

CENTS = Precision(price=2, quantity=2, money=2)
TOGETHER = replace(CENTS, by_line=False)


def test_half_is_rounded_away_from_zero() -> None:
    assert [nearest(D(each), 2) for each in ("0.005", "-0.005", "1.0049", "-0.001")] == [
        D("0.01"),
        D("-0.01"),
        D("1.00"),
        D("0.00"),
    ]
    assert not nearest(D("-0.001"), 2).is_signed()


def test_what_a_binary_fraction_adds_is_taken_off_and_nothing_else() -> None:
    assert str(settled(D("1249.7500000000002"), 2)) == "1249.75"
    assert settled(D("10.004"), 2) == D("10.004")


@pytest.mark.parametrize(
    ("line", "precision", "price", "amount"),
    [
        # Sold at the price it was priced at.
        (CARE, CENTS, "199.00", "199.00"),
        # 3 x 33.33 = 99.99; three digits more come to 99.99999, which is 100.00.
        (thirds(), CENTS, "33.33", "99.99"),
        (thirds(), replace(CENTS, price=5), "33.33333", "100.00"),
        # The priced unit comes to 10.00; the net of 10.01 for two is 5.005, which is 5.01 each.
        (replace(CARE, quantity=D(2), unit_price=D(5), net=D("10.01")), CENTS, "5.01", "10.02"),
        # Nothing comes of no units, whatever they were priced at.
        (replace(CARE, quantity=D(0), unit_price=D(5), net=D(0)), CENTS, "5.00", "0.00"),
        # In a currency without decimals 3 x 333.33 = 999.99 is 1000.
        (thirds(net=D(1000), unit_price=D(0)), replace(CENTS, money=0), "333.33", "1000"),
        # What is given back keeps its sign: -3 x 0.33 = -0.99.
        (thirds(quantity=D(-3), net=D("-1.00"), unit_price=D("0.33")), CENTS, "0.33", "-0.99"),
    ],
)
def test_the_price_that_comes_closest_to_the_net(
    line: OrderedLine, precision: Precision, price: str, amount: str
) -> None:
    found = priced(line, precision)
    assert (found.price, found.amount) == (D(price), D(amount))


@pytest.mark.parametrize(
    ("lines", "precision", "lacking"),
    [
        ((CARE,), CENTS, {}),
        ((thirds(), CARE), CENTS, {D(25): D("0.01")}),
        # Each rate has its own: 0.01 for one line at 25, 0.02 for two at 15.
        (
            (thirds(), thirds(tax_rate=D(15)), thirds(tax_rate=D(15))),
            CENTS,
            {D(25): D("0.01"), D(15): D("0.02")},
        ),
        # One cent too much and one too little of the same rate need nothing.
        ((thirds(), thirds(quantity=D(-3), net=D("-100.00"))), CENTS, {}),
        # 2.5 x 1.33 = 3.325 is 3.33 by itself; of two the sum is 6.65, not 6.66.
        ((thirds(quantity=D("2.5"), net=D("3.33"), unit_price=D("1.33")),) * 2, CENTS, {}),
        (
            (thirds(quantity=D("2.5"), net=D("3.33"), unit_price=D("1.33")),) * 2,
            TOGETHER,
            {D(25): D("0.01")},
        ),
        # Of different rates: 3.33 - 3.325 = 0.005 is 0.01 of each, and one of them is too much.
        (
            tuple(
                thirds(quantity=D("2.5"), net=D("3.33"), unit_price=D("1.33"), tax_rate=D(rate))
                for rate in (25, 15)
            ),
            TOGETHER,
            {D(15): D("0.01")},
        ),
    ],
)
def test_what_is_lacking_is_made_up_for_by_tax_rate(
    lines: tuple[OrderedLine, ...], precision: Precision, lacking: Mapping[D, D]
) -> None:
    there = [priced(each, precision) for each in lines]
    found = differences(lines, there, precision)
    assert dict(found) == lacking
    amounts = [each.amount if precision.by_line else each.raw for each in there]
    whole = nearest(sum(amounts, D(0)) + sum(found.values(), D(0)), precision.money)
    assert whole == sum((each.net for each in lines), D(0))
