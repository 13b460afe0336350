"""A billing document tells whom and what it is about, beside what it comes to."""

from datetime import UTC, date, datetime
from decimal import Decimal as D
from zoneinfo import ZoneInfo

import pytest

from engine.catalog.service_policy import ServicePolicy
from engine.contracts.billing_details import Details
from engine.contracts.billing_document import Billable, BillingTarget, document_of
from engine.ports.billed import BilledComponent, BilledDiscount, BilledTier, CrmDeal
from engine.ports.billing import BillingDocument
from engine.ports.erp import Customer
from engine.pricing.agreement import Ladder, LadderKind, Tier
from engine.pricing.line import Ask
from engine.quotes.quote import OWN, Quote, QuoteStatus
from engine.services.pricing import PriceBasket
from engine.services.versioning import Draft, priced_version
from tests.builders import TODAY, a_price_list, a_product, a_snapshot, an_entry

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = date(2026, 4, 1)
QUOTE = Quote(
    id="qte_1",
    number="Q-1",
    origin=OWN,
    origin_key="qte_1",
    status=QuoteStatus.ACCEPTED,
    created_at=NOW,
    updated_at=NOW,
)
GRADUATED = Ladder(
    id="LAD-1",
    name="Calls",
    sku="CALLS",
    kind=LadderKind.GRADUATED,
    tiers=(
        Tier(D(0), price=D("0.10"), flat=D("5.00")),
        Tier(D(100), price=D("0.025")),
    ),
)
VOLUME = Ladder(
    id="LAD-2",
    name="Calls",
    sku="CALLS",
    kind=LadderKind.VOLUME,
    tiers=(Tier(D(500), percent=D(20)),),
)
DETAILS = Details(
    name="Q-1 Acme",
    customer=Customer(id="ACME", name="Acme"),
    order_number="O-1",
    purchase_order="PO-1",
    deal=CrmDeal(crm="salesforce", external_id="006A"),
    signed_at=NOW,
    zone=ZoneInfo("Europe/Oslo"),
    components={"PUMP": (BilledComponent(sku="SEAL", name="Seal", quantity=D(2)),)},
)


def document(
    *asks: Ask, details: Details = DETAILS, ladders: tuple[Ladder, ...] = (), percent: str = "0"
) -> BillingDocument:
    data = a_snapshot(
        price_lists=(a_price_list("EUR", "EUR"),),
        products=(
            a_product("PUMP", quantity_unit="pcs"),
            a_product("CARE", is_subscription=True, subscription_unit="month"),
            a_product("CALLS", is_usage=True),
        ),
        entries=(
            an_entry("PUMP", "100", price_list="EUR"),
            an_entry("CARE", "20", price_list="EUR"),
            an_entry("CALLS", "0.05", price_list="EUR"),
        ),
        ladders=ladders,
    )
    basket = PriceBasket(asks=asks, price_list="EUR", discount_percent=D(percent))
    ids = tuple(f"qln_{place}" for place in range(len(asks)))
    version = priced_version(data, TODAY, NOW, 1, [Draft(id="qal_1", basket=basket, line_ids=ids)])
    due = Billable(lines=version.offered.lines, once=TODAY, served=LATER)
    policy = ServicePolicy(id="SP", name="SP", auto_renew=True, commitment_percent=D(50))
    target = BillingTarget(tenant="CustA", system="vayu")
    return document_of(target, QUOTE, version, due, policy, details=details)


PUMPS = Ask(sku="PUMP", quantity=D(3), discount_percent=D(10))
CARE = Ask(sku="CARE", quantity=D(2), term_months=D(12))


def test_what_recurs_sets_the_term_and_is_committed_in_part() -> None:
    found = document(PUMPS, CARE)
    assert found.starts_at == datetime(2026, 3, 31, 22, tzinfo=UTC)  # midnight of 1 April in Oslo
    assert found.ends_at == datetime(2027, 3, 31, 22, tzinfo=UTC)
    assert found.auto_renew
    assert found.committed == D("240.00")  # half of 12 × 2 × 20


def test_what_is_charged_once_renews_nothing() -> None:
    found = document(PUMPS)
    assert found.starts_at == datetime(2026, 3, 1, 23, tzinfo=UTC)
    assert (found.ends_at, found.committed, found.auto_renew) == (None, None, False)


def test_whom_and_what_it_is_about_is_told() -> None:
    found = document(PUMPS)
    assert (found.name, found.order_number, found.purchase_order) == ("Q-1 Acme", "O-1", "PO-1")
    assert found.customer == Customer(id="ACME", name="Acme")
    assert found.deal == CrmDeal(crm="salesforce", external_id="006A")
    assert found.signed_at == NOW


def test_what_is_off_is_told_beside_the_amount() -> None:
    """3 × 100 less 10 percent; 2 × 20 a month at list price."""
    pump, care = document(PUMPS, CARE).charges
    assert (pump.amount, pump.unit_price, pump.unit) == (D("270.00"), D(90), "pcs")
    assert pump.discount == BilledDiscount(name="Discount", amount=D("30.00"))
    assert care.discount is None


def test_a_bundle_is_a_group_of_its_charge() -> None:
    found = document(PUMPS, CARE)
    [group] = found.groups
    pump, care = found.charges
    assert (group.id, group.sku, group.name) == (pump.group, "PUMP", "The PUMP")
    assert group.components == DETAILS.components["PUMP"]
    assert care.group == ""


CALLS = Ask(sku="CALLS", quantity=D(1000))


def with_ladder(ladder: Ladder, percent: str = "0") -> BillingDocument:
    details = Details(ladders={(ladder.id, ladder.version): ladder})
    return document(CALLS, details=details, ladders=(ladder,), percent=percent)


def test_graduated_usage_tells_its_tiers() -> None:
    """5 + 100 × 0.10 + 900 × 0.025 = 37.50"""
    [charge] = with_ladder(GRADUATED).charges
    assert (charge.total, charge.tier_kind) == (D("37.50"), "graduated")
    assert charge.tiers == (
        BilledTier(starts_at=D(0), ends_at=D(100), unit_price=D("0.10"), flat=D("5.00")),
        BilledTier(starts_at=D(100), ends_at=None, unit_price=D("0.025")),
    )


def test_units_below_the_first_tier_are_at_list_price() -> None:
    """1000 × 0.05 less 20 percent = 40.00"""
    [charge] = with_ladder(VOLUME).charges
    assert (charge.total, charge.tier_kind) == (D("40.00"), "volume")
    assert charge.tiers == (
        BilledTier(starts_at=D(0), ends_at=D(500), unit_price=D("0.05")),
        BilledTier(starts_at=D(500), ends_at=None, unit_price=D("0.04")),
    )


@pytest.mark.parametrize("ladder", [GRADUATED, VOLUME])
def test_tiers_that_do_not_make_the_price_alone_are_not_told(ladder: Ladder) -> None:
    [charge] = with_ladder(ladder, percent="10").charges
    assert (charge.tiers, charge.tier_kind) == ((), "")
