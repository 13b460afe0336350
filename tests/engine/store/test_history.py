"""Every state a catalogue has been in can be read again, exactly."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest

from engine.catalog.listing import ListItem, ListName
from engine.catalog.settings import PricingPolicy, RoundingMode, TenantSettings
from engine.hub import Hub
from engine.kernel.errors import NotFound
from engine.kernel.period import Period
from engine.pricing.snapshot import CatalogueData
from engine.store.unit_of_work import UnitOfWork
from tests.builders import (
    TODAY,
    a_ladder,
    a_price_list,
    a_product,
    an_account,
    an_agreement,
    an_entry,
    percent_off,
)
from tests.engine.store.nouns import CATALOGUE


def newest(hub: Hub, tenant: str = "fjord") -> tuple[int, CatalogueData]:
    with hub.reading(tenant) as view:
        return view.catalogues.revision(), view.catalogues.load()


def change(work: UnitOfWork, chance: random.Random) -> None:
    """One write of some kind: something new, or something there already made different."""
    number = str(chance.randint(1, 3))
    kept = work.catalogues
    kept.put_price_lists([a_price_list(f"L{number}", validity=Period(TODAY, None))])
    kept.put_products([a_product(f"P{number}", name=str(chance.random()))])
    entry = an_entry(f"P{number}", str(chance.randint(1, 99)), f"L{number}")
    kept.put_entries([replace(entry, cost=Decimal(chance.randint(1, 9)))])
    match chance.randint(0, 4):
        case 0:
            kept.put_accounts([an_account("ACME", name=str(chance.random()))])
        case 1:
            kept.put_agreements([an_agreement(percent_off(str(chance.randint(1, 50))))])
        case 2:
            kept.put_ladders([a_ladder(("5", str(chance.randint(1, 50))), sku=f"P{number}")])
        case 3:
            items = [ListItem(number, str(chance.random()))]
            kept.put_list(ListName.PRODUCT_CATEGORY, items)
        case _:
            mode = chance.choice(list(RoundingMode))
            kept.put_settings(TenantSettings(pricing=PricingPolicy(rounding_mode=mode)))


@pytest.mark.parametrize("seed", range(5))
def test_every_earlier_state_comes_back(hub: Hub, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 (the same writes every time)
    states = dict([newest(hub)])
    for _ in range(12):
        with hub.unit_of_work("fjord") as work:
            for _ in range(chance.randint(1, 3)):
                change(work, chance)
        revision, data = newest(hub)
        states[revision] = data
    for revision, data in states.items():
        then = hub.snapshot_at("fjord", revision)
        assert (then.revision, then.data) == (revision, data)


def test_a_whole_catalogue_comes_back_and_its_absence(hub: Hub) -> None:
    before, nothing = newest(hub)
    with hub.unit_of_work("fjord") as work:
        work.catalogues.put_price_lists(CATALOGUE.price_lists)
        work.catalogues.put_products(CATALOGUE.products)
        work.catalogues.put_entries(CATALOGUE.entries)
    after, whole = newest(hub)
    with hub.unit_of_work("fjord") as work:
        work.catalogues.put_products([replace(CATALOGUE.products[0], name="another")])
    assert hub.snapshot_at("fjord", after).data == whole
    assert hub.snapshot_at("fjord", before).data == nothing


def test_a_state_that_has_not_been_is_not_found(hub: Hub) -> None:
    revision, _ = newest(hub)
    for wrong in (-1, revision + 1):
        with pytest.raises(NotFound):
            hub.snapshot_at("fjord", wrong)


def test_what_is_rolled_back_leaves_no_history(hub: Hub) -> None:
    revision, data = newest(hub)

    def fail() -> None:
        with hub.unit_of_work("fjord") as work:
            work.catalogues.put_products([a_product()])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert hub.snapshot_at("fjord", revision).data == data


def test_tenants_have_their_own_history(hub: Hub) -> None:
    own, data = newest(hub, "skerry")
    for price in ("1", "2"):
        with hub.unit_of_work("fjord") as work:
            work.catalogues.put_price_lists([a_price_list()])
            work.catalogues.put_products([a_product()])
            work.catalogues.put_entries([an_entry(list_price=price)])
    assert newest(hub, "skerry") == (own, data)
    assert hub.snapshot_at("skerry", own).data == data
