"""Tiers through the pipeline: every kind of ladder, whose quantities count, what is odd."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from engine.catalog.settings import PricingPolicy, TenantSettings, TierBounds
from engine.pricing.agreement import (
    Aggregation,
    AgreementTerm,
    Ladder,
    LadderKind,
    TermKind,
    Tier,
)
from engine.pricing.line import Ask
from engine.pricing.snapshot import Snapshot
from engine.pricing.totals import PricedLine
from engine.pricing.transaction import Transaction, price
from tests.builders import (
    TODAY,
    a_ladder,
    a_product,
    a_snapshot,
    an_account,
    an_agreement,
    an_entry,
)

LIST = "NOK-2026"
GRADUATED = Ladder(
    id="L",
    name="Slabs",
    sku="PUMP",
    price_list=LIST,
    kind=LadderKind.GRADUATED,
    tiers=(
        Tier(D(0), price=D(100), flat=D(50)),
        Tier(D(10), price=D(80)),
        Tier(D(20), price=D(70), flat=D(5)),
    ),
)
STAIRS = replace(
    GRADUATED,
    kind=LadderKind.STAIRSTEP,
    tiers=(Tier(D(0), flat=D(500)), Tier(D(10), flat=D(900))),
)
PACKS = replace(
    GRADUATED,
    kind=LadderKind.PACKAGE,
    package_size=D(12),
    free_units=D(2),
    tiers=(Tier(D(0), flat=D(1000)), Tier(D(50), flat=D(900))),
)


def lines(snapshot: Snapshot, *asks: Ask, account: str | None = None) -> tuple[PricedLine, ...]:
    buyer = snapshot.accounts[account] if account else None
    found = price(
        snapshot,
        Transaction(
            account=buyer, price_list=snapshot.price_lists[LIST], on=TODAY, asks=tuple(asks)
        ),
    )
    return found.lines


def net(ladder: Ladder, quantity: str) -> D:
    [line] = lines(a_snapshot(ladders=(ladder,)), Ask(sku="PUMP", quantity=D(quantity)))
    assert line.list_unit_price + sum(bar.bar.delta for bar in line.bars) == line.net_unit_price
    assert line.list_total + sum(bar.delta_total for bar in line.bars) == line.net_total
    return line.net_total


@pytest.mark.parametrize(
    ("quantity", "amount"),
    [
        ("1", "150"),
        ("10", "1050"),
        ("11", "1130"),
        ("20", "1850"),
        ("20.5", "1890"),
        ("25", "2205"),
    ],
)
def test_graduated_tiers_price_what_falls_into_them(quantity: str, amount: str) -> None:
    """50 and 100 each up to ten, 80 up to twenty, then 5 and 70 each."""
    assert net(GRADUATED, quantity) == D(amount)


@pytest.mark.parametrize(("quantity", "amount"), [("1", "500"), ("9.9", "500"), ("10", "900")])
def test_stairs_cost_the_same_on_every_step(quantity: str, amount: str) -> None:
    assert net(STAIRS, quantity) == D(amount)


@pytest.mark.parametrize(
    ("quantity", "amount"),
    [("2", "0"), ("3", "1000"), ("14", "1000"), ("15", "2000"), ("50", "3600")],
)
def test_a_package_begun_is_a_package(quantity: str, amount: str) -> None:
    """Two units are free; from fifty on the package of twelve costs 900."""
    assert net(PACKS, quantity) == D(amount)


def test_a_tier_may_name_a_price() -> None:
    ladder = replace(GRADUATED, kind=LadderKind.VOLUME, tiers=(Tier(D(5), price=D("77.77")),))
    assert net(ladder, "4") == 400
    assert net(ladder, "5") == D("388.85")


def test_tiers_of_an_agreement_stand_in_for_the_catalogues() -> None:
    term = AgreementTerm(kind=TermKind.TIERS, sku="PUMP", tiers=(Tier(D(2), D(30)),))
    snapshot = a_snapshot(
        accounts=(an_account(),),
        agreements=(an_agreement(term),),
        ladders=(a_ladder(("2", "5")),),
    )
    ask = Ask(sku="PUMP", quantity=D(2))
    [agreed], [listed] = lines(snapshot, ask, account="ACME"), lines(snapshot, ask)
    assert [agreed.net_total, listed.net_total] == [140, 190]


@pytest.mark.parametrize(
    ("counts", "percent"),
    [
        (Aggregation.LINE, 0),
        (Aggregation.SKU, 10),
        (Aggregation.FAMILY, 20),
        (Aggregation.GROUP, 30),
    ],
)
def test_whose_quantities_count_is_the_ladders_choice(counts: Aggregation, percent: int) -> None:
    """Four and four of the product, four more of its family, four more of its category."""
    ladder = replace(a_ladder(("8", "10"), ("12", "20"), ("16", "30")), counts=counts)
    snapshot = a_snapshot(
        products=(
            a_product(family="F", category="C"),
            a_product("KIN", family="F", category="C"),
            a_product("PEER", family="G", category="C"),
        ),
        entries=(an_entry(), an_entry("KIN"), an_entry("PEER")),
        ladders=(ladder,),
    )
    asks = [Ask(sku=sku, quantity=D(4)) for sku in ("PUMP", "PUMP", "KIN", "PEER")]
    first, *_ = lines(snapshot, *asks)
    assert first.discount_percent == percent


@pytest.mark.parametrize(
    ("bounds", "quantity", "unit"),
    [
        (TierBounds.FROM, "10", 95),
        (TierBounds.ABOVE, "10", 100),
        (TierBounds.ABOVE, "10.001", 95),
        (TierBounds.FROM, "9.999", 100),
    ],
)
def test_where_a_tier_begins_is_the_tenants_choice(
    bounds: TierBounds, quantity: str, unit: int
) -> None:
    settings = TenantSettings(pricing=PricingPolicy(tier_bounds=bounds))
    snapshot = a_snapshot(ladders=(a_ladder(("10", "5")),), settings=settings)
    [line] = lines(snapshot, Ask(sku="PUMP", quantity=D(quantity)))
    assert line.net_unit_price == unit


def test_more_units_that_cost_less_in_all_are_told_with_the_break_even() -> None:
    """Nine cost 900; ten cost 800, which eight already do."""
    snapshot = a_snapshot(ladders=(a_ladder(("10", "20")),))
    [line] = lines(snapshot, Ask(sku="PUMP", quantity=D(9)))
    [told] = line.findings
    assert told.code == "more_costs_less"
    assert dict(told.params) == {"quantity": 10, "total": 800, "break_even": 8}


def test_a_tier_that_is_dearer_than_the_one_before_is_told() -> None:
    snapshot = a_snapshot(ladders=(a_ladder(("5", "20"), ("10", "10")),))
    [line] = lines(snapshot, Ask(sku="PUMP", quantity=D(10)))
    assert [each.code for each in line.findings] == ["tier_inversion"]
