from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.pricing.allocation import allocate

CENT = D("0.01")


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [
        ("100.00", ["1", "1", "1"], ["33.34", "33.33", "33.33"]),
        ("83.50", ["1170", "500"], ["58.50", "25.00"]),
        ("0.01", ["5", "5"], ["0.01", "0.00"]),
        ("-100.00", ["1", "1", "1"], ["-33.33", "-33.33", "-33.34"]),
        ("10.00", ["0", "0"], ["5.00", "5.00"]),
        ("10.00", ["0", "5"], ["0.00", "10.00"]),
    ],
)
def test_what_rounding_leaves_goes_to_the_largest_remainder(
    amount: str, weights: list[str], shares: list[str]
) -> None:
    assert [str(each) for each in allocate(D(amount), [D(w) for w in weights], CENT)] == shares


def test_no_lines_share_nothing() -> None:
    assert allocate(D(5), [], CENT) == []


cents = st.integers(-(10**12), 10**12).map(lambda n: D(n).scaleb(-2))


@given(cents, st.lists(st.integers(0, 10**9).map(D), min_size=1, max_size=40))
def test_shares_add_up_and_stay_within_a_cent_of_exact(amount: D, weights: list[D]) -> None:
    shares = allocate(amount, weights, CENT)
    assert sum(shares) == amount
    whole = sum(weights)
    if whole:
        assert all(
            abs(share - amount * weight / whole) < CENT + D("1e-12")
            for share, weight in zip(shares, weights, strict=True)
        )
