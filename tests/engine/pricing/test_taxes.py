"""Taxes: added or included, by line or by rate, several on one base."""

from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalog.product import TaxKind
from engine.catalog.settings import PricingPolicy, TaxLevel, TenantSettings
from engine.pricing.line import Ask
from engine.pricing.rounding import Rounding
from engine.pricing.tax_rules import TaxRule, taxed
from engine.pricing.transaction import Priced, Transaction, price
from tests.builders import TODAY, a_price_list, a_product, a_snapshot, an_entry

CENTS = Rounding(2)


def priced(level: TaxLevel, *prices: str, included: bool = False) -> Priced:
    skus = [f"P{place}" for place in range(len(prices))]
    snapshot = a_snapshot(
        price_lists=(replace(a_price_list("L", "EUR"), tax_included=included),),
        products=tuple(a_product(sku, tax_rate=D(19), tax_text="VAT 19") for sku in skus),
        entries=tuple(an_entry(sku, amount, "L") for sku, amount in zip(skus, prices, strict=True)),
        settings=TenantSettings(pricing=PricingPolicy(tax_level=level)),
    )
    asks = tuple(Ask(sku=sku, quantity=D(1)) for sku in skus)
    return price(
        snapshot,
        Transaction(account=None, price_list=snapshot.price_lists["L"], on=TODAY, asks=asks),
    )


def test_tax_is_rounded_for_each_line_or_once_for_its_rate() -> None:
    """Three times 0.19 of 0.50 is 0.095 each, 0.285 together."""
    by_line = priced(TaxLevel.LINE, "0.50", "0.50", "0.50")
    by_rate = priced(TaxLevel.RATE_GROUP, "0.50", "0.50", "0.50")
    assert [line.tax.amount for line in by_line.lines] == [D("0.10")] * 3
    assert [line.tax.amount for line in by_rate.lines] == [D("0.10"), D("0.10"), D("0.09")]
    assert [by_line.totals.tax, by_rate.totals.tax] == [D("0.30"), D("0.29")]


def test_an_included_tax_is_found_in_the_price_and_never_added() -> None:
    found = priced(TaxLevel.LINE, "119", included=True)
    totals = found.totals
    assert [totals.net, totals.tax, totals.total] == [119, 19, 119]
    assert found.lines[0].tax.included


@given(
    st.decimals("0", "99999", places=2),
    st.lists(
        st.builds(
            TaxRule,
            st.sampled_from([TaxKind.PERCENT, TaxKind.DIVISION]),
            st.decimals("0", "40", places=2),
            included=st.just(True),
        ),
        max_size=3,
    ),
)
def test_a_price_with_its_taxes_in_it_is_what_is_paid(amount: D, rules: list[TaxRule]) -> None:
    found = taxed(amount, rules, CENTS)
    assert found.total == amount
    assert found.net + sum(found.taxes) == amount


@pytest.mark.parametrize("kind", list(TaxKind))
def test_a_tax_of_nothing_changes_nothing(kind: TaxKind) -> None:
    found = taxed(D("12.34"), [TaxRule(kind, D(0))], CENTS)
    assert (found.net, found.taxes, found.total) == (D("12.34"), (D(0),), D("12.34"))
