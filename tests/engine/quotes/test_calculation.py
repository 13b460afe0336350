"""Lines and alternatives calculated: the documentation's worked example, sums and identities."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.pricing.book import book
from engine.pricing.figures import Master, Suggestion
from engine.pricing.rounding import Rounding
from engine.quotes.calculation import price_alternative, price_line
from engine.quotes.line import Alternative, Line, PricedAlternative, PricedLine
from tests.builders import (
    TODAY,
    a_ladder,
    a_snapshot,
    a_unit_price,
    an_account,
    an_agreement,
    fixed_at,
)

CENTS = Rounding(2)


def test_the_worked_example_of_an_alternative() -> None:
    lines = [
        price_line(
            Line(
                quantity=D(100),
                unit_list_price=D(13),
                unit_cost=D(10),
                tax_rate=D(25),
                master=Master.DISCOUNT_PERCENT,
                discount_percent=D(10),
            ),
            None,
            CENTS,
        ),
        price_line(
            Line(quantity=D(10), unit_list_price=D(50), unit_cost=D(30), tax_rate=D(15)),
            None,
            CENTS,
        ),
    ]
    whole = price_alternative(
        Alternative(master=Master.DISCOUNT_PERCENT, discount_percent=D(5)), lines, CENTS
    )
    assert whole.sub_total == D(1670)
    assert whole.figures is not None
    assert (whole.figures.discount_amount, whole.figures.total) == (D("83.50"), D("1586.50"))
    assert (whole.figures.earning_amount, str(whole.figures.earning_percent)) == (
        D("286.50"),
        "18.0586196029",
    )
    assert whole.shares == (D("1111.50"), D("475.00"))
    assert whole.tax == D("349.13")


def test_a_subscription_counts_its_units_in_price_and_cost() -> None:
    line = Line(
        quantity=D(2),
        is_subscription=True,
        subscription_quantity=D(12),
        unit_list_price=D(10),
        unit_cost=D(4),
    )
    priced = price_line(line, None, CENTS)
    assert (priced.sub_total, priced.cost) == (D(240), D(96))


def test_a_subscription_without_units_counts_once() -> None:
    line = Line(quantity=D(2), is_subscription=True, unit_list_price=D(10))
    assert price_line(line, None, CENTS).sub_total == D(20)


def test_the_book_suggests_the_tier_and_refreshes_it_under_a_users_discount() -> None:
    snapshot = a_snapshot(ladders=(a_ladder(("10", "5")),))
    rules = book(snapshot, snapshot.offers["PUMP"], None, TODAY)
    line = Line(
        product_key="PUMP",
        quantity=D(10),
        unit_list_price=D(100),
        master=Master.DISCOUNT_PERCENT,
        discount_percent=D(20),
    )
    priced = price_line(line, a_unit_price(rules, line.quantity, line.unit_list_price), CENTS)
    assert priced.suggested == Suggestion(D(5), D(50))
    assert priced.figures is not None
    assert priced.figures.discount_amount == D(200)


def test_an_agreed_price_is_suggested_as_the_amount_it_saves() -> None:
    snapshot = a_snapshot(
        accounts=(an_account(),), agreements=(an_agreement(fixed_at("66.67", "PUMP")),)
    )
    rules = book(snapshot, snapshot.offers["PUMP"], an_account(), TODAY)
    line = Line(product_key="PUMP", quantity=D(3), unit_list_price=D(100))
    priced = price_line(line, a_unit_price(rules, D(3), D(100)), CENTS)
    assert priced.suggested == Suggestion(D("33.33"), D("99.99"))
    assert priced.total == D("200.01")


def test_a_book_without_rules_leaves_the_suggestion_on_the_line() -> None:
    snapshot = a_snapshot()
    rules = book(snapshot, snapshot.offers["PUMP"], None, TODAY)
    line = Line(product_key="PUMP", quantity=D(1), unit_list_price=D(100), suggested_percent=D(10))
    assert price_line(
        line, a_unit_price(rules, line.quantity, line.unit_list_price), CENTS
    ).suggested == Suggestion(D(10), D(10))


def test_amounts_too_large_are_said_and_nothing_is_made_up() -> None:
    priced = price_line(
        Line(quantity=D(10) ** 9, unit_list_price=D(10) ** 9, total=D(7)), None, CENTS
    )
    assert priced.figures is None
    assert [finding.code for finding in priced.findings] == ["amount_out_of_range"]
    assert priced.total == D(7)


LARGEST = D(10) ** 15 - 1


def refused(priced: PricedLine | PricedAlternative) -> bool:
    codes = [finding.code for finding in priced.findings]
    assert codes in ([], ["amount_out_of_range"])
    assert (priced.figures is None) is bool(codes)
    return bool(codes)


@pytest.mark.parametrize(("price", "is_refused"), [(LARGEST, False), (LARGEST + D("0.01"), True)])
def test_a_line_is_worth_fifteen_digits_at_most(price: D, is_refused: bool) -> None:
    assert (
        refused(price_line(Line(quantity=D(1), unit_list_price=price), None, CENTS)) is is_refused
    )


def test_a_suggestion_too_large_is_said_even_where_another_figure_is_the_master() -> None:
    line = Line(
        quantity=D(1),
        unit_list_price=D("0.01"),
        suggested_amount=D(10) ** 14,
        master=Master.TOTAL,
        total=D(1),
    )
    assert refused(price_line(line, None, CENTS))


def alternative_of(*totals: D, tax_rate: D = D(0), discount: D = D(0)) -> PricedAlternative:
    lines = [
        Line(quantity=D(1), tax_rate=tax_rate, master=Master.TOTAL, total=total) for total in totals
    ]
    return price_alternative(
        Alternative(master=Master.DISCOUNT_AMOUNT, discount_amount=discount),
        [price_line(line, None, CENTS) for line in lines],
        CENTS,
    )


def test_shares_too_large_are_said_and_the_lines_keep_their_totals() -> None:
    # They add up to 1, so that a discount of 1000 would be shared as 10^14 * 1000 and its opposite.
    totals = (D(10) ** 14, 1 - D(10) ** 14)
    whole = alternative_of(*totals, discount=D(1000))
    assert refused(whole)
    assert whole.shares == totals


def test_a_tax_too_large_is_said_and_left_out() -> None:
    assert not refused(alternative_of(D(10) ** 14, tax_rate=D(900)))
    whole = alternative_of(D(10) ** 14, tax_rate=D(1000))
    assert refused(whole)
    assert (whole.tax, whole.shares) == (D(0), (D(10) ** 14,))


money = st.decimals(0, 10**6, places=4)
rates = st.decimals(-50, 99, places=3)
masters = st.sampled_from(Master)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    return Line(
        quantity=draw(st.decimals(0, 5000, places=3)),
        unit_list_price=draw(money),
        unit_cost=draw(money),
        tax_rate=draw(st.sampled_from([D(0), D(15), D(25)])),
        master=draw(masters),
        suggested_percent=draw(rates),
        discount_percent=draw(rates),
        discount_amount=draw(money),
        earning_percent=draw(rates),
        earning_amount=draw(money),
        total=draw(money),
    )


@given(lines(), st.sampled_from([0, 2, 3]))
def test_cost_and_earning_are_what_the_discount_leaves(line: Line, digits: int) -> None:
    priced = price_line(line, None, Rounding(digits))
    if priced.figures is None:
        assert priced.findings
        return
    figures = priced.figures
    assert priced.cost + figures.earning_amount == figures.total
    assert priced.sub_total - figures.discount_amount == figures.total


@given(lines())
def test_calculating_a_calculated_line_changes_nothing(line: Line) -> None:
    priced = price_line(line, None, CENTS)
    if priced.figures is None:
        assert priced.findings
        return
    figures = priced.figures
    again = price_line(
        line._replace(
            suggested_percent=priced.suggested.percent,
            suggested_amount=priced.suggested.amount,
            discount_percent=figures.discount_percent,
            discount_amount=figures.discount_amount,
            earning_percent=figures.earning_percent,
            earning_amount=figures.earning_amount,
            total=figures.total,
        ),
        None,
        CENTS,
    )
    assert again.figures == figures


@given(st.lists(lines(), max_size=12), rates)
def test_the_shares_of_an_alternative_add_up_to_its_total(some: list[Line], rate: D) -> None:
    priced = [price_line(line, None, CENTS) for line in some]
    head = Alternative(master=Master.DISCOUNT_PERCENT, discount_percent=rate)
    whole = price_alternative(head, priced, CENTS)
    if whole.figures is None:
        assert whole.findings
        return
    assert whole.sub_total - whole.figures.discount_amount == whole.figures.total
    if some:
        assert sum(whole.shares) == whole.figures.total
