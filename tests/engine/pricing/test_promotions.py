"""Which promotions apply, which of them win, and what they leave."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from engine.catalog.settings import Preference, PricingPolicy, TenantSettings
from engine.kernel.period import Period
from engine.pricing.line import Ask
from engine.pricing.promotion import Benefit, ChannelDiscount, Promotion, Role, Stacking
from engine.pricing.rule import Buyers, Goods
from engine.pricing.rulebook import rival
from engine.pricing.totals import PricedLine
from engine.pricing.transaction import Priced, Transaction, price
from engine.pricing.waterfall import StepCode
from tests.builders import (
    TODAY,
    a_product,
    a_snapshot,
    an_account,
    an_agreement,
    an_entry,
    fixed_at,
)

LIST = "NOK-2026"


def promo(key: str, percent: object = "10", **members: object) -> Promotion:
    return Promotion(**{"id": key, "name": key, "value": D(str(percent)), **members})  # type: ignore[arg-type]


def priced(
    *promotions: Promotion,
    quantity: str = "1",
    codes: tuple[str, ...] = (),
    account: str | None = None,
    **data: object,
) -> Priced:
    snapshot = a_snapshot(promotions=promotions, **data)
    return price(
        snapshot,
        Transaction(
            account=snapshot.accounts[account] if account else None,
            price_list=snapshot.price_lists[LIST],
            on=TODAY,
            asks=(Ask(sku="PUMP", quantity=D(quantity)),),
            codes=codes,
        ),
    )


def told(line: PricedLine) -> dict[str, str | None]:
    return {
        bar.bar.rule.id: bar.bar.skipped_because
        for bar in line.bars
        if bar.bar.code is StepCode.PROMOTION and bar.bar.rule is not None
    }


def net(found: Priced) -> D:
    return found.totals.net


@pytest.mark.parametrize(
    ("stackings", "left"),
    [
        ((Stacking.ADDITIVE, Stacking.ADDITIVE), "70"),
        ((Stacking.COMPOUND, Stacking.COMPOUND), "72"),
        ((Stacking.ADDITIVE, Stacking.COMPOUND), "72"),
        ((Stacking.EXCLUSIVE, Stacking.COMPOUND), "80"),
        ((Stacking.ADDITIVE, Stacking.EXCLUSIVE), "80"),
    ],
)
def test_promotions_combine_only_where_none_is_exclusive(
    stackings: tuple[Stacking, Stacking], left: str
) -> None:
    """10 and 20 percent: together 30, one after the other 28, alone the better one."""
    first, second = stackings
    found = priced(promo("A", stacking=first), promo("B", "20", stacking=second))
    assert net(found) == D(left)


def test_the_loser_is_told_beside_the_winner() -> None:
    [line] = priced(promo("A"), promo("B", "20")).lines
    assert told(line) == {"B": None, "A": "another_promotion_won"}


@pytest.mark.parametrize(
    ("loser", "winner"),
    [
        (promo("A", "50"), promo("B", priority=1)),
        (promo("A", "50"), promo("B", goods=Goods(sku="PUMP"))),
        (promo("A", "50", goods=Goods(category="C")), promo("B", goods=Goods(family="F"))),
        (promo("A", "50"), promo("B", buyers=Buyers(account="ACME"))),
        (promo("A", "50", buyers=Buyers(region="R")), promo("B", buyers=Buyers(group="G"))),
        (promo("A", "50"), promo("B", code="NOW")),
    ],
    ids=["priority", "product", "family", "account", "group", "campaign"],
)
def test_the_narrower_rule_wins_however_little_it_gives(
    loser: Promotion, winner: Promotion
) -> None:
    found = priced(
        loser,
        winner,
        codes=("NOW",),
        account="ACME",
        accounts=(an_account(group="G", region="R"),),
        products=(a_product(family="F", category="C"),),
    )
    assert net(found) == 90
    assert "rule_conflict" not in {each.code for each in found.lines[0].findings}


@pytest.mark.parametrize(
    ("preference", "left"), [(Preference.LOWEST_NET, 80), (Preference.HIGHEST_NET, 90)]
)
def test_between_equals_the_price_decides_and_it_is_told(preference: Preference, left: int) -> None:
    settings = TenantSettings(pricing=PricingPolicy(preference=preference))
    found = priced(promo("A"), promo("B", "20"), settings=settings)
    assert net(found) == left
    assert [each.code for each in found.lines[0].findings] == ["rule_conflict"]


@pytest.mark.parametrize(
    ("members", "quantity", "left"),
    [
        ({"min_quantity": D(3)}, "2", "200"),
        ({"min_quantity": D(3)}, "3", "270"),
        ({"min_amount": D(300)}, "2.9", "290"),
        ({"min_amount": D(300)}, "3", "270"),
        ({"min_quote_amount": D(250)}, "3", "270"),
        ({"currency": "USD"}, "1", "100"),
        ({"price_list": "OTHER"}, "1", "100"),
        ({"goods": Goods(sku="OTHER")}, "1", "100"),
        ({"buyers": Buyers(group="G")}, "1", "100"),
        ({"validity": Period(date(2026, 1, 1), TODAY)}, "1", "100"),
        ({"code": "NEVER"}, "1", "100"),
        ({"benefit": Benefit.AMOUNT, "value": D("12.5")}, "2", "175"),
        ({"benefit": Benefit.AMOUNT, "value": D(500)}, "2", "0"),
        ({"benefit": Benefit.UNIT_PRICE, "value": D(60)}, "2", "120"),
        ({"benefit": Benefit.UNIT_PRICE, "value": D(160)}, "2", "200"),
    ],
)
def test_what_a_promotion_asks_for_and_gives(
    members: dict[str, object], quantity: str, left: str
) -> None:
    assert net(priced(promo("A", **members), quantity=quantity)) == D(left)


def test_a_condition_is_looked_at_again_after_each_promotion() -> None:
    """Half off three makes 150, which the second one's 200 is not."""
    first = promo("A", "50", stacking=Stacking.COMPOUND)
    second = promo("B", stacking=Stacking.COMPOUND, min_amount=D(200))
    found = priced(first, second, quantity="3")
    assert net(found) == 150
    assert told(found.lines[0])["B"] == "condition_no_longer_met"


@pytest.mark.parametrize(("stacks", "left"), [(False, 80), (True, 72)])
def test_an_agreed_price_is_final_unless_the_agreement_stacks(stacks: bool, left: int) -> None:
    found = priced(
        promo("A"),
        account="ACME",
        accounts=(an_account(),),
        agreements=(replace(an_agreement(fixed_at("80", "PUMP")), stacks=stacks),),
    )
    assert net(found) == left


@pytest.mark.parametrize(
    ("partner_first", "order"),
    [(True, [Role.PARTNER, Role.DISTRIBUTOR]), (False, [Role.DISTRIBUTOR, Role.PARTNER])],
)
def test_partner_and_distributor_take_their_parts_in_the_tenants_order(
    partner_first: bool,
    order: list[Role],
) -> None:
    channel = tuple(
        ChannelDiscount(id=role.value, name=role.value, role=role, percent=D(percent))
        for role, percent in ((Role.PARTNER, 10), (Role.DISTRIBUTOR, 5))
    )
    settings = TenantSettings(pricing=PricingPolicy(partner_first=partner_first))
    found = priced(channel_discounts=channel, settings=settings)
    bars = [bar.bar for bar in found.lines[0].bars if bar.bar.code is StepCode.CHANNEL]
    assert net(found) == D("85.5")
    assert [bar.rule.id for bar in bars if bar.rule] == [role.value for role in order]


def test_the_order_of_steps_is_the_tenants() -> None:
    """An amount off before or after ten percent of the partner."""
    amount = promo("A", benefit=Benefit.AMOUNT, value=D(20))
    channel = (ChannelDiscount(id="C", name="C", percent=D(10)),)
    nets = []
    for steps in (
        ("agreement", "volume", "promotion", "channel"),
        ("agreement", "volume", "channel", "promotion"),
    ):
        settings = TenantSettings(pricing=PricingPolicy(steps=steps))
        nets.append(net(priced(amount, channel_discounts=channel, settings=settings)))
    assert nets == [72, 70]


@pytest.mark.parametrize(
    ("change", "meet"),
    [
        ({}, True),
        ({"priority": 1}, False),
        ({"goods": Goods(sku="PUMP")}, False),
        ({"stacking": Stacking.COMPOUND}, False),
        ({"validity": Period(None, date(2026, 1, 1))}, False),
        ({"validity": Period(date(2026, 6, 1), None)}, True),
        ({"currency": "USD"}, True),
        ({"code": "NOW"}, False),
    ],
)
def test_rivals_are_found_before_they_meet(change: dict[str, object], meet: bool) -> None:
    here = promo("A", validity=Period(date(2026, 1, 1), None))
    other = replace(here, **{"id": "B", **change})  # type: ignore[arg-type]
    assert rival(here, other) is meet
    assert rival(other, here) is meet


def test_several_lines_count_together() -> None:
    snapshot = a_snapshot(
        products=(a_product(family="F"), a_product("KIN", family="F")),
        entries=(an_entry(), an_entry("KIN")),
        promotions=(promo("A", goods=Goods(family="F"), min_quantity=D(5)),),
    )
    asks = (Ask(sku="PUMP", quantity=D(2)), Ask(sku="KIN", quantity=D(3)))
    transaction = Transaction(
        account=None, price_list=snapshot.price_lists[LIST], on=TODAY, asks=asks
    )
    assert price(snapshot, transaction).totals.net == 450
