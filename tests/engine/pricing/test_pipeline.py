"""Prices through the pipeline: list, agreement, volume, each telling what it did."""

from datetime import date
from decimal import Decimal as D

import pytest

from engine.kernel.period import Period
from engine.pricing.book import book
from engine.pricing.snapshot import Snapshot
from engine.pricing.waterfall import StepCode, Waterfall
from tests.builders import (
    TODAY,
    a_ladder,
    a_price_list,
    a_product,
    a_snapshot,
    a_unit_price,
    an_account,
    an_agreement,
    an_entry,
    fixed_at,
    percent_off,
)

LADDER = a_ladder(("10", "5"), ("100", "12"))


def price(snapshot: Snapshot, quantity: str, account: str | None = "ACME") -> Waterfall:
    buyer = snapshot.accounts.get(account) if account else None
    rules = book(snapshot, snapshot.offers["PUMP"], buyer, TODAY)
    return a_unit_price(rules, quantity).waterfall


def skipped(waterfall: Waterfall) -> dict[StepCode, str | None]:
    return {bar.code: bar.skipped_because for bar in waterfall.bars}


@pytest.mark.parametrize(
    ("quantity", "unit"),
    [("9.999", "100"), ("10", "95"), ("99", "95"), ("100", "88"), ("5000", "88")],
)
def test_volume_prices_every_unit_at_the_tier_reached(quantity: str, unit: str) -> None:
    assert price(a_snapshot(ladders=(LADDER,)), quantity).unit == D(unit)


def test_an_agreement_comes_before_the_ladder_and_both_are_told() -> None:
    snapshot = a_snapshot(
        accounts=(an_account(),),
        agreements=(an_agreement(percent_off("10")),),
        ladders=(LADDER,),
    )
    waterfall = price(snapshot, "10")
    assert [(bar.code, bar.before, bar.after) for bar in waterfall.bars if bar.rule] == [
        (StepCode.LIST, D(100), D(100)),
        (StepCode.AGREEMENT, D(100), D(90)),
        (StepCode.VOLUME, D(90), D("85.5")),
    ]
    assert [bar.rule.name for bar in waterfall.bars if bar.rule] == [
        "List NOK-2026",
        "Frame 2026",
        "Volume",
    ]


def test_the_deltas_lead_from_the_list_price_to_the_unit_price() -> None:
    snapshot = a_snapshot(
        accounts=(an_account(),),
        agreements=(an_agreement(percent_off("33.3333")),),
        ladders=(LADDER,),
    )
    waterfall = price(snapshot, "250")
    assert waterfall.list_price + sum(bar.delta for bar in waterfall.bars) == waterfall.unit


def test_an_agreed_price_is_final() -> None:
    snapshot = a_snapshot(
        accounts=(an_account(),),
        agreements=(an_agreement(fixed_at("80", "PUMP")),),
        ladders=(LADDER,),
    )
    waterfall = price(snapshot, "100")
    assert waterfall.unit == D(80)
    assert skipped(waterfall)[StepCode.VOLUME] == "agreed_price_is_final"


def test_an_agreed_price_never_raises_a_lower_list_price() -> None:
    snapshot = a_snapshot(
        accounts=(an_account(),), agreements=(an_agreement(fixed_at("130", "PUMP")),)
    )
    waterfall = price(snapshot, "1")
    assert waterfall.unit == D(100)
    assert skipped(waterfall)[StepCode.AGREEMENT] == "list_price_is_lower"


def test_the_most_specific_term_speaks() -> None:
    terms = (percent_off("5"), percent_off("20", sku="PUMP"), percent_off("10", category="C"))
    snapshot = a_snapshot(accounts=(an_account(),), agreements=(an_agreement(*terms),))
    assert price(snapshot, "1").unit == D(80)


def test_a_daughter_buys_under_its_parents_agreement() -> None:
    snapshot = a_snapshot(
        accounts=(an_account(), an_account("ACME-DK", parent="ACME")),
        agreements=(an_agreement(percent_off("10")),),
    )
    assert price(snapshot, "1", "ACME-DK").unit == D(90)


def test_accounts_that_are_each_others_parent_come_to_an_end() -> None:
    snapshot = a_snapshot(
        accounts=(an_account("A", parent="B"), an_account("B", parent="A")),
        agreements=(an_agreement(percent_off("10")),),
    )
    assert price(snapshot, "1", "A").unit == D(100)


@pytest.mark.parametrize(
    ("validity", "unit"),
    [
        (Period(date(2026, 1, 1), TODAY), "100"),
        (Period(TODAY, None), "90"),
        (Period(None, date(2026, 3, 3)), "90"),
    ],
)
def test_an_agreement_holds_from_its_first_day_until_its_end(validity: Period, unit: str) -> None:
    agreement = an_agreement(percent_off("10"), validity=validity)
    snapshot = a_snapshot(accounts=(an_account(),), agreements=(agreement,))
    assert price(snapshot, "1").unit == D(unit)


def test_a_fixed_price_in_another_currency_does_not_speak() -> None:
    snapshot = a_snapshot(
        accounts=(an_account(),), agreements=(an_agreement(fixed_at("80", "PUMP", "USD")),)
    )
    assert price(snapshot, "1").unit == D(100)


def test_a_ladder_of_the_price_list_comes_before_one_for_all_lists() -> None:
    special = a_ladder(("1", "50"), id="LAD-2", price_list="NOK-2026")
    assert price(a_snapshot(ladders=(a_ladder(("1", "1")), special)), "1").unit == D(50)


def test_nobody_known_pays_the_list_price() -> None:
    snapshot = a_snapshot(accounts=(an_account(),), agreements=(an_agreement(percent_off("10")),))
    waterfall = price(snapshot, "1", None)
    assert waterfall.unit == D(100)
    assert skipped(waterfall) == {
        StepCode.LIST: None,
        StepCode.OPTIONS: "not_configured",
        StepCode.AGREEMENT: "no_agreement",
        StepCode.VOLUME: "no_ladder",
        StepCode.PROMOTION: "no_promotion",
        StepCode.CHANNEL: "no_channel",
    }


def test_a_product_in_two_price_lists_is_two_offers() -> None:
    snapshot = a_snapshot(
        price_lists=(a_price_list(), a_price_list("USD-2026", "USD")),
        products=(a_product(), a_product("SOLO")),
        entries=(
            an_entry(),
            an_entry(price_list="USD-2026", list_price="11"),
            an_entry("SOLO"),
        ),
    )
    assert list(snapshot.offers) == ["PUMP@NOK-2026", "PUMP@USD-2026", "SOLO"]
    by_currency = snapshot.offer("PUMP", currency="USD")
    by_list = snapshot.offer("PUMP", price_list="NOK-2026", currency="USD")
    lost_twin = snapshot.offer("SOLO@NOK-2026")
    assert by_currency is not None
    assert by_currency.key == "PUMP@USD-2026"
    assert by_list is not None
    assert by_list.key == "PUMP@NOK-2026"
    assert lost_twin is not None
    assert lost_twin.key == "SOLO"
    assert snapshot.offer("SOLO@USD-2026") is None
