from decimal import Decimal as D

import pytest

from engine.catalog.settings import RoundingMode
from engine.pricing.rounding import Rounding, percent, plain


@pytest.mark.parametrize(
    ("mode", "amount", "rounded"),
    [
        (RoundingMode.HALF_UP, "0.125", "0.13"),
        (RoundingMode.HALF_UP, "-0.125", "-0.13"),
        (RoundingMode.HALF_EVEN, "0.125", "0.12"),
        (RoundingMode.HALF_EVEN, "0.135", "0.14"),
        (RoundingMode.HALF_DOWN, "0.125", "0.12"),
        (RoundingMode.HALF_DOWN, "0.1251", "0.13"),
    ],
)
def test_half_a_cent_goes_where_the_mode_sends_it(
    mode: RoundingMode, amount: str, rounded: str
) -> None:
    assert str(Rounding(2, mode).money(D(amount))) == rounded


def test_percentages_keep_ten_decimals_and_no_trailing_zeros() -> None:
    assert str(percent(D(100) / D(13))) == "7.6923076923"
    assert str(percent(D("10.000"))) == "10"


def test_plain_writes_no_exponent() -> None:
    assert str(plain(D("1E+3"))) == "1000"
    assert str(plain(D("12.500"))) == "12.5"
