"""What holds for every price there is: waterfalls close, lines add up, nothing is lost."""

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.catalog.settings import (
    MOVABLE_STEPS,
    Preference,
    PricingPolicy,
    RoundingLevel,
    RoundingMode,
    TaxLevel,
    TenantSettings,
    TierBounds,
)
from engine.kernel.errors import Invalid
from engine.pricing.agreement import Aggregation
from engine.pricing.allocation import allocate
from engine.pricing.line import Ask
from engine.pricing.promotion import Benefit, ChannelDiscount, Promotion, Role, Stacking
from engine.pricing.rule import Goods
from engine.pricing.snapshot import Snapshot
from engine.pricing.transaction import Priced, Transaction, price
from tests.builders import (
    a_ladder,
    a_price_list,
    a_product,
    a_snapshot,
    an_account,
    an_agreement,
    an_entry,
    fixed_at,
    percent_off,
)

ON = date(2026, 3, 2)
LIST = "LIST"
SKUS = ("A", "B", "C", "PLAN")
CURRENCIES = {"JPY": 0, "USD": 2, "KWD": 3}

amounts = st.decimals("0", "99999", places=4)
percents = st.decimals("0", "100", places=3)
quantities = st.decimals("0.001", "5000", places=3)


def ladders(sku: str) -> st.SearchStrategy[Any]:
    steps = st.lists(
        st.tuples(quantities, percents), min_size=1, max_size=4, unique_by=lambda t: t[0]
    )
    return st.builds(
        lambda tiers, counts: replace(
            a_ladder(*((str(start), str(percent)) for start, percent in sorted(tiers)), sku=sku),
            counts=counts,
        ),
        steps,
        st.sampled_from(Aggregation),
    )


promotions = st.builds(
    Promotion,
    id=st.sampled_from(["P1", "P2", "P3"]),
    name=st.just("promotion"),
    goods=st.builds(Goods, sku=st.none() | st.sampled_from(SKUS)),
    benefit=st.sampled_from(Benefit),
    value=percents,
    stacking=st.sampled_from(Stacking),
    priority=st.integers(0, 2),
    min_quantity=st.sampled_from([D(0), D(10)]),
    min_amount=st.sampled_from([D(0), D(500)]),
    min_quote_amount=st.sampled_from([D(0), D(5000)]),
)
channels = st.builds(
    ChannelDiscount,
    id=st.just("C"),
    name=st.just("channel"),
    role=st.sampled_from(Role),
    percent=percents,
)
policies = st.builds(
    PricingPolicy,
    rounding_mode=st.sampled_from(RoundingMode),
    rounding_level=st.sampled_from(RoundingLevel),
    tax_level=st.sampled_from(TaxLevel),
    tier_bounds=st.sampled_from(TierBounds),
    preference=st.sampled_from(Preference),
    steps=st.permutations(MOVABLE_STEPS).map(tuple),
    partner_first=st.booleans(),
)
asks = st.builds(
    Ask,
    sku=st.sampled_from(SKUS),
    quantity=quantities,
    unit_price=st.none() | amounts,
    discount_percent=st.just(D(0)) | percents,
    discount_amount=st.just(D(0)) | st.decimals("0", "50", places=3),
)


@st.composite
def shops(draw: st.DrawFn) -> Snapshot:
    """A tenant's data: four products in one list, with rules of every kind."""
    code = draw(st.sampled_from(sorted(CURRENCIES)))
    included = draw(st.booleans())
    prices = {sku: draw(amounts) for sku in SKUS}
    tiers = [draw(ladders(sku)) for sku in SKUS if draw(st.booleans())]
    term = draw(
        st.sampled_from(
            [percent_off("12.5"), fixed_at("19.999", "A", code), percent_off("33.3333")]
        )
    )
    return a_snapshot(
        price_lists=(replace(a_price_list(LIST, code), tax_included=included),),
        products=tuple(
            a_product(
                sku,
                tax_rate=D(draw(st.sampled_from(["0", "8", "25"]))),
                is_subscription=sku == "PLAN",
            )
            for sku in SKUS
        ),
        entries=tuple(
            an_entry(sku, str(price), LIST, cost=price / 2, minimum_price=price / 4)
            for sku, price in prices.items()
        ),
        accounts=(an_account(),),
        agreements=(replace(an_agreement(term), stacks=draw(st.booleans())),),
        ladders=tuple(tiers),
        promotions=tuple(draw(st.lists(promotions, max_size=3, unique_by=lambda p: p.id))),
        channel_discounts=tuple(draw(st.lists(channels, max_size=1))),
        settings=TenantSettings(pricing=draw(policies)),
    )


def priced(shop: Snapshot, lines: list[Ask], off: D = D(0), *, known: bool = True) -> Priced:
    """The lines priced; what cannot be is no example."""
    try:
        return price(
            shop,
            Transaction(
                account=shop.accounts["ACME"] if known else None,
                price_list=shop.price_lists[LIST],
                on=ON,
                asks=tuple(lines),
                discount_percent=off,
            ),
        )
    except Invalid:
        assume(False)
        raise


def every(examples: int) -> settings:
    """So many examples, whatever they cost."""
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )


COUNT = pytest.mark.parametrize(
    "examples", [2_000, pytest.param(20_000, marks=pytest.mark.soak)], ids=["suite", "soak"]
)


@COUNT
def test_waterfalls_close_and_lines_add_up(examples: int) -> None:
    @every(examples)
    @given(shops(), st.lists(asks, min_size=1, max_size=6), st.just(D(0)) | percents, st.booleans())
    def holds(shop: Snapshot, lines: list[Ask], off: D, known: bool) -> None:
        found = priced(shop, lines, off, known=known)
        digits = CURRENCIES[shop.price_lists[LIST].currency.code]
        for line in found.lines:
            unit = line.list_unit_price + sum(bar.bar.delta for bar in line.bars)
            assert unit == line.net_unit_price
            total = line.list_total + sum(bar.delta_total for bar in line.bars)
            assert total == line.net_total
            assert -int(line.net_total.as_tuple().exponent) <= digits
        totals = found.totals
        assert totals.net == sum(line.net_total for line in found.lines)
        assert totals.list - totals.discount == totals.net
        assert totals.tax == sum(line.tax.amount for line in found.lines)
        added = 0 if shop.price_lists[LIST].tax_included else totals.tax
        assert totals.total == totals.net + added
        assert totals.cost is not None
        assert totals.margin_amount == totals.net - totals.cost

    holds()


@COUNT
def test_the_order_of_lines_does_not_matter(examples: int) -> None:
    """But for the lines' shares of what is rounded for all of them together."""

    @every(examples // 4)
    @given(shops(), st.lists(asks, min_size=2, max_size=5), st.randoms(use_true_random=False))
    def holds(shop: Snapshot, lines: list[Ask], chance: random.Random) -> None:
        shuffled = list(lines)
        chance.shuffle(shuffled)
        one, other = priced(shop, lines).totals, priced(shop, shuffled).totals
        assert (one.net, one.list, one.cost) == (other.net, other.list, other.cost)

    holds()


@COUNT
def test_more_units_never_cost_more_each_unless_it_is_told(examples: int) -> None:
    rising = st.lists(
        st.tuples(quantities, percents), min_size=1, max_size=4, unique_by=lambda t: t[0]
    )

    @every(examples // 4)
    @given(rising, quantities, quantities, st.sampled_from(TierBounds))
    def holds(tiers: list[tuple[D, D]], one: D, other: D, bounds: TierBounds) -> None:
        ladder = a_ladder(*((str(start), str(off)) for start, off in sorted(tiers)), sku="A")
        shop = a_snapshot(
            price_lists=(a_price_list(LIST, "USD"),),
            products=(a_product("A"),),
            entries=(an_entry("A", "100", LIST),),
            accounts=(an_account(),),
            ladders=(ladder,),
            settings=TenantSettings(pricing=PricingPolicy(tier_bounds=bounds)),
        )
        few, many = min(one, other), max(one, other)
        [one_line], [other_line] = (
            priced(shop, [Ask(sku="A", quantity=each)]).lines for each in (few, many)
        )
        if other_line.net_unit_price > one_line.net_unit_price:
            assert "tier_inversion" in {each.code for each in other_line.findings}
        if other_line.net_total < one_line.net_total:
            assert "more_costs_less" in {each.code for each in one_line.findings}

    holds()


@COUNT
def test_an_allocation_loses_nothing_and_is_never_a_unit_off(examples: int) -> None:
    @every(examples)
    @given(
        st.decimals("-10000", "10000", places=3),
        st.lists(st.decimals("-1000", "1000", places=3), min_size=1, max_size=12),
        st.sampled_from([D(1), D("0.01"), D("0.001")]),
    )
    def holds(amount: D, weights: list[D], unit: D) -> None:
        whole = (amount / unit).to_integral_value() * unit
        parts = allocate(whole, weights, unit)
        assert sum(parts) == whole
        assert all(part % unit == 0 for part in parts)
        if sum(weights) and all(weight >= 0 for weight in weights):
            for part, weight in zip(parts, weights, strict=True):
                assert abs(part - whole * weight / sum(weights)) < unit

    holds()
