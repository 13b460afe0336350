"""The worked numbers of SuperOffice's developer documentation, and the guards around them."""

from decimal import Decimal as D

import pytest

from engine.pricing.figures import (
    Figures,
    Master,
    OutOfRangeError,
    Suggestion,
    UnreachableEarningError,
    linked,
    share,
    suggestion_of,
)
from engine.pricing.rounding import Rounding
from engine.quotes.line import Alternative

CENTS = Rounding(2)
NOTHING = Suggestion()


@pytest.mark.parametrize(
    ("sub_total", "cost", "master", "given", "discount", "rate", "total", "earning", "earned"),
    [
        ("130", "100", 2, {"discount_percent": "10"}, "13", "10", "117", "17", "14.5299145299"),
        (
            "1300",
            "1000",
            2,
            {"discount_percent": "10"},
            "130",
            "10",
            "1170",
            "170",
            "14.5299145299",
        ),
        (
            "1300",
            "1000",
            3,
            {"discount_amount": "100"},
            "100",
            "7.6923076923",
            "1200",
            "200",
            "16.6666666667",
        ),
        (
            "1300",
            "1000",
            1,
            {"total": "1100"},
            "200",
            "15.3846153846",
            "1100",
            "100",
            "9.0909090909",
        ),
        ("1300", "1000", 5, {"earning_amount": "300"}, "0", "0", "1300", "300", "23.0769230769"),
        ("1300", "1000", 4, {"earning_percent": "20"}, "50", "3.8461538462", "1250", "250", "20"),
    ],
)
def test_the_master_figure_decides_the_other_four(
    sub_total: str,
    cost: str,
    master: int,
    given: dict[str, str],
    discount: str,
    rate: str,
    total: str,
    earning: str,
    earned: str,
) -> None:
    fixed = {name: D(value) for name, value in given.items()}
    typed = Alternative(master=Master(master), **fixed)
    figures = linked(D(sub_total), D(cost), typed, NOTHING, CENTS)
    assert figures == Figures(D(rate), D(discount), D(earned), D(earning), D(total))


def test_without_a_master_the_suggestion_is_the_discount() -> None:
    suggested = suggestion_of(D(140), D(12), D(0), CENTS)
    figures = linked(D(140), D(100), Alternative(), suggested, CENTS)
    assert suggested == Suggestion(D(12), D("16.80"))
    assert (figures.discount_percent, figures.discount_amount) == (D(12), D("16.80"))
    assert figures.total == D("123.20")


def test_a_suggestion_known_only_as_an_amount_gets_its_percent() -> None:
    assert suggestion_of(D(200), D(0), D(50), CENTS) == Suggestion(D(25), D(50))


def test_the_master_is_kept_to_its_last_digit() -> None:
    figures = linked(
        D(10), D(3), Alternative(master=Master.TOTAL, total=D("9.995")), NOTHING, CENTS
    )
    assert (figures.total, figures.discount_amount) == (D("9.995"), D("0.005"))


def test_percentages_of_nothing_are_zero() -> None:
    figures = linked(D(0), D(0), Alternative(master=Master.TOTAL), NOTHING, CENTS)
    assert figures == Figures()
    assert share(D(5), D(0)) == 0


def test_a_negative_discount_is_a_surcharge() -> None:
    figures = linked(
        D(100),
        D(40),
        Alternative(master=Master.DISCOUNT_PERCENT, discount_percent=D(-5)),
        NOTHING,
        CENTS,
    )
    assert (figures.discount_amount, figures.total) == (D("-5.00"), D("105.00"))


def test_earning_the_whole_price_is_refused_over_a_cost() -> None:
    with pytest.raises(UnreachableEarningError):
        linked(
            D(100),
            D(1),
            Alternative(master=Master.EARNING_PERCENT, earning_percent=D(100)),
            NOTHING,
            CENTS,
        )


def test_earning_the_whole_price_is_any_price_without_a_cost() -> None:
    given = Alternative(earning_percent=D(100), total=D(80))
    figures = linked(D(100), D(0), given._replace(master=Master.EARNING_PERCENT), NOTHING, CENTS)
    assert (figures.total, figures.discount_amount, figures.earning_amount) == (D(80), D(20), D(80))


def test_figures_beyond_the_exact_range_are_refused() -> None:
    given = Alternative(earning_percent=D("99.9999999999"))
    with pytest.raises(OutOfRangeError):
        linked(D(1), D(999999999999), given._replace(master=Master.EARNING_PERCENT), NOTHING, CENTS)


@pytest.mark.parametrize(("digits", "rate", "discount"), [(0, "12.5", "13"), (3, "12.5", "12.500")])
def test_discounts_are_rounded_to_the_currency(digits: int, rate: str, discount: str) -> None:
    given = Alternative(discount_percent=D(rate))
    figures = linked(
        D(100), D(0), given._replace(master=Master.DISCOUNT_PERCENT), NOTHING, Rounding(digits)
    )
    assert str(figures.discount_amount) == discount
