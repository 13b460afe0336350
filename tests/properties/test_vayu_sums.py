"""Whatever is sold, what Vayu invoices for the contract that it is sent is what was sold."""

from collections import defaultdict
from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from adapters.billing.vayu.losses import CURRENCIES, losses_of
from adapters.billing.vayu.mapping import Looked, body_of
from adapters.billing.vayu.setup import Setup
from engine.catalog.service_policy import ServicePolicy
from engine.contracts.billing_document import Billable, BillingTarget, document_of
from engine.kernel.errors import Invalid
from engine.ports.billing import BillingDocument
from engine.pricing.line import Ask
from engine.services.pricing import PriceBasket
from engine.services.versioning import Draft, priced_version
from tests.adapters.billing.vayu_invoices import invoiced
from tests.adapters.billing.vayu_rules import faults
from tests.builders import TODAY, a_price_list, a_snapshot, an_entry
from tests.properties.test_billing_sums import AGAIN, NOW, ONCE, POLICIES, PRODUCTS, QUOTE

CODES = ("EUR", "COP")
PRICES = ("1999.5", "0.0375", "33.333", "100.01", "1234.567")
DATA = a_snapshot(
    price_lists=tuple(a_price_list(code, code) for code in CODES),
    products=PRODUCTS,
    entries=tuple(
        an_entry(product.sku, price, price_list=code)
        for code in CODES
        for product, price in zip(PRODUCTS, PRICES, strict=True)
    ),
)
LOOKED = Looked(customer="a" * 24)


def sold(
    asks: list[Ask], code: str, percent: D, amount: int, policy: ServicePolicy
) -> BillingDocument:
    basket = PriceBasket(
        asks=tuple(asks), price_list=code, discount_percent=percent, discount_amount=D(amount)
    )
    ids = tuple(f"qln_{place}" for place in range(len(asks)))
    try:
        drafts = [Draft(id="qal_1", basket=basket, line_ids=ids)]
        version = priced_version(DATA, TODAY, NOW, 1, drafts)
    except Invalid:
        assume(False)
        raise
    target = BillingTarget(tenant="CustA", system="vayu")
    due = Billable(lines=version.offered.lines, once=TODAY, served=TODAY)
    return document_of(target, QUOTE, version, due, policy)


@pytest.mark.parametrize("shows", ["true", "false"])
@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(ONCE, AGAIN), min_size=1, max_size=5),
    st.sampled_from(CODES),
    st.decimals(0, 100, places=1),
    st.integers(0, 5000),
    POLICIES,
)
def test_what_is_invoiced_is_what_was_sold(
    shows: str, asks: list[Ask], code: str, percent: D, amount: int, policy: ServicePolicy
) -> None:
    document = sold(asks, code, percent, amount, policy)
    assert code in CURRENCIES
    lost = {each.path: each.amount for each in losses_of(document) if each.amount is not None}
    assert lost == {}
    body = body_of(document, LOOKED, Setup({"show_discounts": shows, "fields": "none"}))
    assert faults(body) == {}
    usage = sum((each.total for each in document.charges if each.type == "usage"), D(0))
    found = invoiced(body)
    assert sum((invoice for _, invoice in found), D(0)) + usage == document.total
    ours: dict[date, D] = defaultdict(D)
    theirs: dict[date, D] = defaultdict(D)
    starts = date.fromisoformat(str(body["startDate"])[:10])
    for due in document.schedule:
        if not due.estimated:
            ours[max(due.day, starts)] += due.amount
    for day, invoice in found:
        theirs[day] += invoice
    assert {day: each for day, each in theirs.items() if each} == dict(ours)
