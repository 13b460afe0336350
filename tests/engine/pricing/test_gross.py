"""What is to be paid leads to the net that comes to it."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from engine.catalog.product import ProductTax, TaxKind
from engine.catalog.settings import PricingPolicy, TaxBasis, TaxLevel, TenantSettings
from engine.kernel.errors import Invalid
from engine.pricing.gross import net_of
from engine.pricing.line import Ask
from engine.pricing.transaction import Priced, Transaction, price
from tests.builders import TODAY, a_price_list, a_product, a_snapshot, an_entry

USUAL = PricingPolicy()


def reached(
    gross: str,
    *lines: Ask,
    policy: PricingPolicy = USUAL,
    each: str = "19.20",
    taxes: tuple[ProductTax, ...] = (),
) -> Priced:
    """A fixed total that was asked for as what is to be paid, of units with a tax of 25 percent."""
    snapshot = a_snapshot(
        price_lists=(a_price_list("L", "EUR"),),
        products=(a_product(tax_rate=D(25), taxes=taxes),),
        entries=(an_entry(list_price=each, price_list="L"),),
        settings=TenantSettings(pricing=policy),
    )
    asked = Transaction(
        account=None, price_list=snapshot.price_lists["L"], on=TODAY, asks=tuple(lines)
    )
    net = net_of(price(snapshot, asked), policy, D(gross))
    return price(snapshot, replace(asked, manual_total=net))


def lines(count: int, quantity: int = 1) -> tuple[Ask, ...]:
    return (Ask(sku="PUMP", quantity=D(quantity)),) * count


@pytest.mark.parametrize(
    ("count", "gross", "net", "total"),
    [
        (2000, "31234.00", "24987.00", "31234.00"),  # 1,300 x (12.49 + 3.12), 700 x (12.50 + 3.13)
        (2000, "31234.57", "24987.28", "31234.56"),  # each more of 12.50 is two cents more
        (1000, "15617.00", "12493.50", "15617.00"),  # 650 and 350 of them
        (300, "3.60", "3.30", "3.60"),  # 270 x 0.01, 30 x (0.02 + 0.01)
        (100, "1.20", "1.10", "1.20"),
        (100, "0.99", "0.99", "0.99"),  # nothing is the tax of a cent
        (100, "1.01", "1.00", "1.00"),
        (1, "100.02", "80.01", "100.01"),
        (1, "0", "0.00", "0.00"),
    ],
)
def test_it_is_met_or_what_is_next_below_it_is(
    count: int, gross: str, net: str, total: str
) -> None:
    found = reached(gross, *lines(count)).totals
    assert (found.net, found.total) == (D(net), D(total))


def test_it_is_in_whole_minor_units_first() -> None:
    assert reached("125.006", *lines(1)).totals.total == D("125.01")
    assert reached("125.004", *lines(1)).totals.total == D("125.00")


def test_taxes_that_are_rounded_together_reach_more() -> None:
    by_rate = replace(USUAL, tax_level=TaxLevel.RATE_GROUP)
    assert reached("31234.55", *lines(2000), policy=by_rate).totals.total == D("31234.55")
    assert reached("31234.55", *lines(2000)).totals.total == D("31234.54")


def test_units_that_are_rounded_with_their_tax_leap() -> None:
    """A thousand units of 0.01 with their tax are 10.00, of 0.02 20.00."""
    by_unit = replace(USUAL, tax_basis=TaxBasis.GROSS_FIRST)
    found = reached("15", *lines(1, quantity=1000), policy=by_unit).totals
    assert (found.net, found.tax, found.total) == (D("8.00"), D("2.00"), D("10.00"))


def test_what_costs_nothing_may_be_paid_for() -> None:
    found = reached("125", *lines(2), each="0").totals
    assert (found.net, found.total) == (D("100.00"), D("125.00"))


def test_taxes_that_are_more_leave_nothing_to_take_off() -> None:
    fee = (ProductTax(code="FEE", kind=TaxKind.FIXED, amount=D(3)),)
    assert reached("6.00", *lines(2), taxes=fee).totals.net == 0
    assert reached("6.01", *lines(2), taxes=fee).totals.net == D("0.01")
    with pytest.raises(Invalid) as refused:
        reached("5.99", *lines(2), taxes=fee)
    assert [(each.code, each.where) for each in refused.value.findings] == [
        ("price_out_of_range", "manual_total")
    ]


@pytest.mark.parametrize("gross", ["-0.01", "1000000000000000", "1e300"])
def test_what_nobody_can_pay_is_refused(gross: str) -> None:
    with pytest.raises(Invalid):
        reached(gross, *lines(1))


def test_nothing_can_be_paid_for_no_lines() -> None:
    with pytest.raises(Invalid) as refused:
        reached("10")
    assert [each.code for each in refused.value.findings] == ["no_lines"]
