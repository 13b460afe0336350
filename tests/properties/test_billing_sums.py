"""Whatever is priced, with whatever off the whole, is billed to the last minor unit."""

from datetime import UTC, date, datetime
from decimal import Decimal as D
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.catalog.service_policy import Dialect, ServicePolicy
from engine.contracts.billing_document import Billable, BillingTarget, document_of
from engine.kernel.errors import Invalid
from engine.pricing.line import Ask
from engine.quotes.quote import OWN, Quote, QuoteStatus
from engine.services.pricing import PriceBasket
from engine.services.versioning import Draft, priced_version
from tests.builders import TODAY, a_price_list, a_product, a_snapshot, an_entry

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
QUOTE = Quote(
    id="qte_1",
    number="Q-1",
    origin=OWN,
    origin_key="qte_1",
    status=QuoteStatus.ACCEPTED,
    created_at=NOW,
    updated_at=NOW,
)
CURRENCIES = ("NOK", "JPY", "KWD")
RECURRING = {"MONTHLY": "month", "QUARTERLY": "quarter", "YEARLY": "year"}
PRODUCTS = (
    a_product("PUMP"),
    a_product("CALLS", is_usage=True),
    *(
        a_product(sku, is_subscription=True, subscription_unit=unit)
        for sku, unit in RECURRING.items()
    ),
)
DATA = a_snapshot(
    price_lists=tuple(a_price_list(code, code) for code in CURRENCIES),
    products=PRODUCTS,
    entries=tuple(
        an_entry(product.sku, price, price_list=code)
        for code in CURRENCIES
        for product, price in zip(
            PRODUCTS, ("1999.5", "0.0375", "33.333", "100.01", "1234.567"), strict=True
        )
    ),
)

TERMS = st.one_of(
    st.builds(lambda months: {"term_months": months}, st.decimals("0.1", 60, places=1)),
    st.builds(
        lambda first, days: {
            "start_date": first,
            "end_date": date.fromordinal(first.toordinal() + days),
        },
        st.dates(date(2023, 1, 1), date(2030, 12, 31)),
        st.integers(0, 1500),
    ),
)
QUANTITIES = st.decimals(1, 500, places=1)
ONCE = st.builds(
    lambda sku, quantity: Ask(sku=sku, quantity=quantity),
    st.sampled_from(["PUMP", "CALLS"]),
    QUANTITIES,
)


def recurring(sku: str, quantity: D, term: dict[str, Any], percent: D) -> Ask:
    return Ask(sku=sku, quantity=quantity, discount_percent=percent, **term)


AGAIN = st.builds(
    recurring, st.sampled_from(list(RECURRING)), QUANTITIES, TERMS, st.decimals(0, 100, places=1)
)
POLICIES = st.builds(
    lambda dialect, arrears, day: ServicePolicy(
        id="SP", name="SP", dialect=dialect, in_arrears=arrears, billing_day=day
    ),
    st.sampled_from(Dialect),
    st.booleans(),
    st.one_of(st.none(), st.integers(1, 31)),
)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.one_of(ONCE, AGAIN), min_size=1, max_size=5),
    st.sampled_from(CURRENCIES),
    st.decimals(0, 100, places=1),
    st.integers(0, 5000),
    POLICIES,
)
def test_whatever_is_priced_is_billed_to_the_last_minor_unit(
    asks: list[Ask], currency: str, percent: D, amount: int, policy: ServicePolicy
) -> None:
    basket = PriceBasket(
        asks=tuple(asks),
        price_list=currency,
        discount_percent=percent,
        discount_amount=D(amount),
    )
    ids = tuple(f"qln_{place}" for place in range(len(asks)))
    try:
        version = priced_version(
            DATA, TODAY, NOW, 1, [Draft(id="qal_1", basket=basket, line_ids=ids)]
        )
    except Invalid:
        assume(False)
        raise
    target = BillingTarget(tenant="CustA", system="simulated")
    due = Billable(lines=version.offered.lines, once=TODAY, served=TODAY)
    document = document_of(target, QUOTE, version, due, policy)
    net = version.offered.totals.net
    assert sum((each.amount for each in document.schedule), D(0)) == document.total == net
    for charge, line in zip(document.charges, version.offered.lines, strict=True):
        mine = [each.amount for each in document.schedule if each.charge == charge.id]
        assert sum(mine, D(0)) == charge.total == line.price.net_total
