"""What holds for every total that a person fixes: it is met to the last digit, and explained.

One that is told as what is to be paid is never above it.
"""

from dataclasses import replace
from decimal import Decimal as D

from hypothesis import assume, given
from hypothesis import strategies as st

from engine.kernel.errors import Invalid
from engine.pricing.gross import net_of, paid_for
from engine.pricing.line import Ask
from engine.pricing.snapshot import Snapshot
from engine.pricing.transaction import price
from engine.pricing.waterfall import AdjustmentKind, StepCode
from tests.properties.test_waterfalls import (
    COUNT,
    CURRENCIES,
    LIST,
    asks,
    every,
    percents,
    priced,
    shops,
)

totals = st.decimals("0", "999999", places=4)


@COUNT
def test_a_fixed_total_is_met_and_closes(examples: int) -> None:
    @every(examples // 2)
    @given(shops(), st.lists(asks, min_size=1, max_size=6), st.just(D(0)) | percents, totals)
    def holds(shop: Snapshot, lines: list[Ask], off: D, total: D) -> None:
        usual = priced(shop, lines, off)
        try:
            fixed = price(shop, replace(usual.transaction, manual_total=total))
        except Invalid:
            assume(False)
            raise
        minor = D(1).scaleb(-CURRENCIES[shop.price_lists[LIST].currency.code])
        assert abs(fixed.totals.net - total) < minor
        assert fixed.totals.net % minor == 0
        assert fixed.calculated == usual.totals
        assert fixed.totals.net == sum(line.net_total for line in fixed.lines)
        assert fixed.totals.tax == sum(line.tax.amount for line in fixed.lines)
        assert fixed.totals.list == usual.totals.list
        assert fixed.totals.cost == usual.totals.cost
        whole = usual.totals.net
        for line, before in zip(fixed.lines, usual.lines, strict=True):
            assert line.net_total >= 0
            if whole:
                exact = fixed.totals.net * before.net_total / whole
                assert abs(line.net_total - exact) < minor
            unit = line.list_unit_price + sum(bar.bar.delta for bar in line.bars)
            assert unit == line.net_unit_price
            moved = line.list_total + sum(bar.delta_total for bar in line.bars)
            assert moved == line.net_total
            last = line.bars[-1].bar
            assert last.code is StepCode.MANUAL_TOTAL
            assert last.adjustment is not None
            assert last.adjustment.kind is AdjustmentKind.OVERRIDE
            assert last.adjustment.value == line.net_total
            assert [each.bar.code for each in before.bars].count(StepCode.MANUAL_TOTAL) == 0

    holds()


FEW = 4
"""Minor units that may be missing, where no total comes to what is to be paid."""


@COUNT
def test_what_is_to_be_paid_is_never_exceeded(examples: int) -> None:
    @every(examples // 4)
    @given(shops(), st.lists(asks, min_size=1, max_size=6), st.just(D(0)) | percents, totals)
    def holds(shop: Snapshot, lines: list[Ask], off: D, gross: D) -> None:
        usual = priced(shop, lines, off)
        policy = shop.settings.pricing
        minor = D(1).scaleb(-CURRENCIES[shop.price_lists[LIST].currency.code])
        net = net_of(usual, policy, gross)
        fixed = price(shop, replace(usual.transaction, manual_total=net)).totals
        assert fixed.net == net
        assert fixed.total < gross + minor
        assert fixed.total > gross - (FEW + 1) * minor
        again = net_of(usual, policy, fixed.total)
        assert price(shop, replace(usual.transaction, manual_total=again)).totals == fixed

    holds()


@COUNT
def test_what_would_be_paid_is_what_is_paid(examples: int) -> None:
    """Without pricing the lines again."""

    @every(examples // 8)
    @given(shops(), st.lists(asks, min_size=1, max_size=6), totals)
    def holds(shop: Snapshot, lines: list[Ask], total: D) -> None:
        usual = priced(shop, lines)
        try:
            fixed = price(shop, replace(usual.transaction, manual_total=total)).totals
        except Invalid:
            assume(False)
            raise
        assert paid_for(usual, shop.settings.pricing)(fixed.net) == fixed.total

    holds()
